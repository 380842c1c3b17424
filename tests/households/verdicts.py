"""Judging one household in a test and reading what was stored. The standard is that of 二道江区 for 2018."""

from households.models import Assessment, AssessmentChange
from households.services.assess import judge_households
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from tests.factories.standards import make_standard

LINE = "3535"  # line.exit of 2018, yuan
ALL_ROWS = {
    "income": LINE,
    "food": None,
    "clothing": None,
    "education": None,
    "medical": None,
    "housing": None,
    "water": None,
    "power": None,
    "broadcasting": None,
    "road": None,
    "stable_income": None,
}
STATES = {"unmet": UNMET, "unknown": UNKNOWN, "met": MET, "not assessed": NOT_ASSESSED}
NAMES = {value: name for name, value in STATES.items()} | {None: "not in the standard"}


def judge(household, year=2018, *, rows=ALL_ROWS, area="220503", **fields) -> Assessment:
    """Publish a standard with these rows, judge the household as a save does, and return what was stored."""
    make_standard(area, year, rows=rows, **fields)
    return judged_again(household, year)


def judged_again(household, year=2018) -> Assessment:
    """Judge the household under what is published already."""
    judge_households([household.pk], year)
    return Assessment.objects.get(household=household, year=year)


def state(household, code, year=2018, **fields) -> str:
    """The state of one indicator in words: unmet, unknown, met, not assessed."""
    return NAMES[getattr(judge(household, year, **fields), code)]


def stored(*, without=("id", "judged_at")) -> dict[tuple[int, int], dict]:
    """Every stored verdict by (household, year), all columns but those that tell when it was written."""
    return {
        (row["household_id"], row["year"]): {key: value for key, value in row.items() if key not in without}
        for row in Assessment.objects.values()
    }


def changes() -> list[AssessmentChange]:
    """What has been noted as changed, in the order of writing."""
    return list(AssessmentChange.objects.order_by("id"))
