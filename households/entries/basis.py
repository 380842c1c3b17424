"""What a case rests on beside what was said: the household as the meeting appraised it, and its judged year.

The year is the last one judged up to the calendar year of the application, and not older than the year before it
(identification follows the income of the year before, 动态调整 that of the same year). A household without such a
result goes on by what was said and compared; the pages show that it has none.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import QuerySet

from households.entries.models import EntryCase
from households.indicators import INDICATORS
from households.models import INDICATOR_COLUMNS, Assessment, Membership
from poverty.fields.states import LABELS, MET
from poverty.standards.models import Requirement


@dataclass(frozen=True)
class Figures:
    """What was measured: the year, net income a head and line (yuan; None: not known, or the standard has no line),
    whether everything is met, and the state by indicator as far as the standard asks for it.
    """

    year: int
    income: Decimal | None
    line: Decimal | None
    is_met: bool
    states: dict[str, int] = field(default_factory=dict)

    @property
    def above(self) -> bool:
        """Whether the income passes the line, by the standard's own comparison."""
        return self.states.get("income") == MET

    @property
    def exception(self) -> str:
        """What speaks against a household that is nevertheless not met, "" where nothing does."""
        if not self.above or self.is_met:
            return ""
        return f"人均纯收入 {self.income} 元，高于标准线 {self.line} 元，须说明纳入的理由"

    @property
    def words(self) -> list[tuple[str, str]]:
        """Each required indicator but the income, and its state, in words."""
        return state_words(self.states)


def state_words(states: dict[str, int]) -> list[tuple[str, str]]:
    """(label, state) of the indicators in `states`, the income left out: it is told with its line."""
    return [
        (one.label, LABELS[states[code]])
        for code, one in INDICATORS.items()
        if code != "income" and code in states
    ]


def results(cases: QuerySet) -> dict[int, Assessment]:
    """The assessment that each case rests on, by case; cases without one are missing. One query beside the cases."""
    asked = list(cases.order_by().values_list("pk", "household_id", "applied_on__year"))
    if not asked:
        return {}
    years = [year for _, _, year in asked]
    rows = Assessment.objects.filter(
        household__in={household for _, household, _ in asked}, year__range=(min(years) - 1, max(years))
    ).select_related("standard")
    known = {(one.household_id, one.year): one for one in rows}
    found = {}
    for pk, household, year in asked:
        result = known.get((household, year)) or known.get((household, year - 1))
        if result is not None:
            found[pk] = result
    return found


def figures(cases: QuerySet) -> dict[int, Figures]:
    """What was measured of each case's household, by case; cases without a judged year are missing. Three queries."""
    found = results(cases)
    asked = Requirement.objects.filter(
        standard__in={one.standard_id for one in found.values()}, indicator="income"
    )
    line = dict(asked.values_list("standard_id", "threshold")) if found else {}
    return {pk: _figures(one, line.get(one.standard_id)) for pk, one in found.items()}


def _figures(result: Assessment, line: Decimal | None) -> Figures:
    states = {code: getattr(result, code) for code in INDICATOR_COLUMNS}
    return Figures(
        result.year,
        result.net_income_per_head,
        line,
        result.verdict == MET,
        {code: state for code, state in states.items() if state is not None},
    )


def not_poor(cases: QuerySet) -> dict[int, str]:
    """Who applies although everything is met on the facts: neither identified nor back in poverty (standards.md 1)."""
    found = {}
    for pk, one in figures(cases.exclude(kind=EntryCase.Kind.CLEARANCE)).items():
        if one.is_met:
            income = f"人均纯收入 {one.income} 元，" if one.income is not None else ""
            found[pk] = (
                f"该户{one.year}年度判定为达标（{income}各项均有保障），不符合纳入条件；信息有误的先更正年度信息。"
            )
    return found


def not_as_appraised(cases: QuerySet) -> dict[int, str]:
    """Whose head or members changed since the meeting appraised the household: it is compared and appraised anew."""
    rows = list(
        cases.filter(base_members__isnull=False)
        .order_by()
        .values_list("pk", "household_id", "base_members", "base_head_id", "household__head_id")
    )
    if not rows:
        return {}
    living = Membership.objects.filter(household__in={row[1] for row in rows}, valid_to=None).order_by()
    members = dict(living.values_list("household").annotate(ids=ArrayAgg("member_id", order_by="member_id")))
    found = {}
    for pk, household, base, base_head, head in rows:
        if members.get(household, []) != base:
            found[pk] = "评议以后家庭成员有变动，请退回重新比对、评议。"
        elif head != base_head:
            found[pk] = "评议以后户主有变更，请退回重新比对、评议。"
    return found
