"""Who may not exit yet, whatever the verdict says (procedures.md 2.2): each rule is a dated parameter of the place."""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from households.judging import memberships_with_states
from households.models import CountyYear, ExitCase, ExitObstacle, IncomeItem, Survey
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.housing_safety import HOUSING_SAFETY
from households.options.income_items import EXPENSE, INCOME_ITEMS
from households.rules import rules_for
from poverty.fields.states import UNMET
from poverty.parameters.services import values_for

PARAMETERS = (
    "exit.register_days",
    "exit.grant_only_blocks",
    "exit.uninsured_blocks",
    "exit.dangerous_house_blocks",
    "exit.obstacle_blocks",
)
_ENDS_DANGER = HOUSING_SAFETY.keys_where(lambda kind: kind.ends_danger)
_DANGEROUS = DANGEROUS_GRADES.keys_where(lambda grade: not grade.is_safe)
# Paid once for what happened, though they count: a household that has nothing else earns nothing next year.
_ONE_TIME = ("transfer_disaster", "transfer_poverty_insurance")
_LASTING = INCOME_ITEMS.keys_where(
    lambda item: item.counts and item.group != EXPENSE and item.key not in _ONE_TIME
)


def blockers(cases: QuerySet) -> dict[int, list[str]]:
    """What keeps cases from exiting beside their verdict, in words, by case; a few queries per county and year."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for pk, area_code, year in cases.values_list("pk", "area_code", "year"):
        groups[(area_code[:6], year)].append(pk)
    found: dict[int, list[str]] = defaultdict(list)
    for (county, year), keys in groups.items():
        rows = ExitCase.objects.filter(pk__in=keys)
        rule = values_for(PARAMETERS, county, _rule_day(year))
        for messages in _of_county(rows, county, year, rule):
            for pk, message in messages.items():
                found[pk].append(message)
    return found


def _rule_day(year: int) -> date:
    """The rules of a year's exits: as they stand today, or as they stood when the year ended."""
    return min(timezone.localdate(), date(year, 12, 31))


def _of_county(rows: QuerySet, county: str, year: int, rule: dict):
    if rule["exit.register_days"]:
        yield _too_new(rows, year, rule["exit.register_days"])
    if rule["exit.grant_only_blocks"]:
        yield _grant_only(rows, year)
    if rule["exit.uninsured_blocks"]:
        yield _uninsured(rows, county, year)
    if rule["exit.dangerous_house_blocks"]:
        yield _in_danger(rows, year)
    if rule["exit.obstacle_blocks"]:
        yield _hindered(rows)


def _too_new(rows: QuerySet, year: int, days: int) -> dict[int, str]:
    """Counted to the end of the exit year, since the mark belongs to that year."""
    latest = date(year, 12, 31) - timedelta(days=days)
    new = Q(household__identified_on__isnull=True) | Q(household__identified_on__gt=latest)
    return {
        pk: f"{day} 才识别进入，到年底在册不满 {days} 天。"
        if day
        else f"未填首次识别时间，不能确认在册满 {days} 天。"
        for pk, day in rows.filter(new).values_list("pk", "household__identified_on")
    }


def _surveys(rows: QuerySet, year: int) -> QuerySet:
    return Survey.objects.filter(household__in=rows.values("household"), year=year)


def _cases(rows: QuerySet, households) -> QuerySet:
    return rows.filter(household__in=households).values_list("pk", flat=True)


def _grant_only(rows: QuerySet, year: int) -> dict[int, str]:
    """Every amount of the income sheet that counts is one that is paid once; a group with a total alone is not."""
    items = IncomeItem.objects.filter(survey=OuterRef("pk"), amount__gt=0)
    surveys = _surveys(rows, year).filter(
        Exists(items.filter(item__in=_ONE_TIME)),
        ~Exists(items.filter(item__in=_LASTING)),
        wage_income=0,
        production_income=0,
        property_income=0,
    )
    households = surveys.values("household")
    return dict.fromkeys(_cases(rows, households), "收入只有一次性补助，不能作为退出的依据。")


def _uninsured(rows: QuerySet, county: str, year: int) -> dict[int, str]:
    """A member who counts is not insured, also where the standard does not ask for it."""
    county_year = CountyYear.objects.filter(area_id=county, year=year).first()
    if county_year is None:
        return {}
    here = Q(household__in=rows.values("household"))
    members = memberships_with_states(rules_for(county_year), here, ["insurance"]).filter(
        insurance_state=UNMET
    )
    return dict.fromkeys(_cases(rows, members.values("household")), "还有成员没有参加基本医疗保险。")


def _in_danger(rows: QuerySet, year: int) -> dict[int, str]:
    """C or D and neither rebuilt, repaired nor housed elsewhere with an accepted document."""
    surveys = _surveys(rows, year).filter(dangerous_grade__in=_DANGEROUS)
    households = surveys.exclude(housing_safety__in=_ENDS_DANGER).values("household")
    return dict.fromkeys(_cases(rows, households), "住房为C级或D级，改造或安置还没有验收。")


def _hindered(rows: QuerySet) -> dict[int, str]:
    standing = ExitObstacle.objects.filter(case__in=rows, lifted_on__isnull=True)
    return {
        one.case_id: f"{one.get_kind_display()}（{one.since}）：{one.note}，还没有解除。"
        for one in standing.order_by("pk")
    }
