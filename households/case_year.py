"""A household in a year, as the forms of facts need it: whether it can be changed, what is known, last year's row."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from households.models import CountyYear, Household, Membership, Survey
from households.services.fact_rows import not_editable
from households.services.member_surveys import household_in
from poverty.areas.models import Settlement, SettlementFact
from poverty.parameters.services import value_for
from poverty.sql.periods import valid_at

_SUPPLIES = {
    SettlementFact.Fact.WATER: ("饮水", "已达标", "未达标"),
    SettlementFact.Fact.POWER: ("生活用电", "已通", "未通"),
    SettlementFact.Fact.BROADCASTING: ("广播电视", "已通", "未通"),
    SettlementFact.Fact.ROAD: ("通路", "已通", "未通"),
}


@dataclass
class CaseYear:
    """`county_year` None: never opened. `survey` None: the household's year has not been started."""

    household: Household
    year: int
    county_year: CountyYear | None
    survey: Survey | None
    before: Survey | None = field(default=None)

    @property
    def problem(self) -> str:
        """Why facts of this year cannot be changed now; "" when they can."""
        if text := not_editable(self.household):
            return text
        if self.county_year is None:
            return f"{self.year}年度尚未开启，由县扶贫办开启年度后才能填写。"
        if self.county_year.state != CountyYear.State.OPEN:
            return f"{self.year}年度已关闭，信息和结果不再改动。确需更正的，由县扶贫办按文件重新开启。"
        return ""

    @property
    def period_to(self) -> date:
        """The last day of the accounting period; without a year of the county today."""
        return self.county_year.period_to if self.county_year else timezone.localdate()

    @property
    def two_water_flags(self) -> bool:
        """Whether drinking water is judged by the two old questions in this year (water.criteria)."""
        return value_for("water.criteria", self.household.area_id[:6], self.period_to) == "two_fields"

    def supplies(self) -> dict[str, str]:
        """What the natural village has, in words by fact; a household without one is told so."""
        settlement = self.survey.settlement if self.survey else self.household.settlement
        if settlement is None:
            text = "该户未填所在自然村/村民小组，没有可沿用的设施情况，须按户填写。"
            return dict.fromkeys(_SUPPLIES, text)
        facts = SettlementFact.objects.in_force(self.period_to).filter(settlement=settlement)
        known = {one.fact: one for one in facts}
        return {fact: _supply_words(settlement, fact, known.get(fact)) for fact in _SUPPLIES}

    def members(self) -> list[Membership]:
        """Who counts in the year or is in the household now, the head first, each person once.

        Who came after the period's end and counted in another household is left to that one: his facts of the
        year decide its verdict.
        """
        rows = (
            Membership.objects.filter(Q(valid_to=None) | valid_at(self.period_to), household=self.household)
            .select_related("member")
            .order_by("valid_from", "pk")
        )
        latest = {row.member_id: row for row in rows if self.is_filled_here(row)}
        return sorted(latest.values(), key=lambda row: (row.relation != "head", row.valid_from, row.pk))

    def is_filled_here(self, row: Membership) -> bool:
        """Whether the facts of this year of a member belong to this household (member_surveys.household_in)."""
        if row.valid_from <= self.period_to:
            return True
        return household_in(row.member, self.year) == self.household

    def divisor(self) -> int:
        """How many persons 人均 is divided by: on the register at the accounting period's end."""
        return Membership.objects.counted_on(self.period_to).filter(household=self.household).count()


def case_year(household: Household, year: int) -> CaseYear:
    """Read a household's year: three queries."""
    county_year = CountyYear.objects.filter(area_id=household.area_id[:6], year=year).first()
    rows = list(
        Survey.objects.filter(household=household, year__lte=year)
        .select_related("settlement", "recorded_by")
        .order_by("-year")[:2]
    )
    survey = next((one for one in rows if one.year == year), None)
    before = next((one for one in rows if one.year < year), None)
    return CaseYear(household, year, county_year, survey, before)


def _supply_words(settlement: Settlement, fact: str, row: SettlementFact | None) -> str:
    what, yes, no = _SUPPLIES[fact]
    if row is None or row.reached is None:
        return f"{what}：{settlement}还没有登记，由村或乡镇登记一次，全组沿用；也可以按本户填写。"
    paper = "，".join(str(part) for part in (row.scheme, row.document_name, row.document_date) if part)
    state = yes if row.reached else no
    return f"{what}：随{settlement}，{state}" + (f"（{paper}）" if paper else "") + "。仅本户不同时填写。"
