"""Why a household has its verdict: one line per indicator of the standard, from the same expressions that judge."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.db.models import Q

from households import explain_words as words
from households.indicators import INDICATORS
from households.judging import GONE, judged_one, memberships_with_states
from households.models import Assessment, CountyYear, Household, Membership, MemberSurvey, Survey
from households.rules import Rules, rules_for
from poverty.areas.models import SettlementFact
from poverty.fields.states import LABELS, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.parameters.services import resolve_many
from poverty.standards.in_force import in_force
from poverty.standards.models import Requirement, Standard
from poverty.standards.subjects import Subject


@dataclass
class Line:
    """One indicator: what is required, what was found, where it comes from, and what is missing from whom."""

    code: str
    label: str
    required: str
    actual: str
    state: int
    evidence: str = ""
    clause: str = ""
    source: str = ""
    on: date | None = None
    missing: str = ""  # only when unknown: what to ask for and who can fill it
    rule: str = ""  # only when not assessed: the dated rule, with its document
    notes: list[str] = field(default_factory=list)
    sector: str = ""
    differs: bool = False  # in a closed year: today's records and rules would say something else

    @property
    def note(self) -> str:
        return "；".join([*self.notes, *([f"依据：{self.rule}"] if self.rule else [])])


@dataclass
class CountedMember:
    """A member who counts in the year, with what judging read of him.

    For who sees a sector only: without facts, and None for the states that are not his.
    """

    membership: Membership
    facts: MemberSurvey | None
    schooling: int | None
    insurance: int | None
    earning: int | None


@dataclass
class Explanation:
    """Everything behind a verdict. `problem` says why there is none (no survey, year, standard or member).

    `frozen`: the year is closed, and states, figures and the number of members are those of the stored result.
    """

    household: Household
    year: int
    survey: Survey | None = None
    standard: Standard | None = None
    rules: Rules | None = None
    verdict: int | None = None
    net_income: Decimal | None = None
    net_income_per_head: Decimal | None = None
    lines: list[Line] = field(default_factory=list)
    members: list[CountedMember] = field(default_factory=list)
    assessment: Assessment | None = None
    problem: str = ""
    frozen: bool = False
    county: str = ""
    supplies: list[SettlementFact] = field(default_factory=list)

    @property
    def divisor(self) -> int:
        """By how many members the income was divided."""
        return self.assessment.members if self.frozen and self.assessment else len(self.members)

    @property
    def notice(self) -> str:
        """What a reader of a closed year must know first; "" for an open one, and where there is no result."""
        if not self.frozen or self.problem:
            return ""
        other = "、".join(line.label for line in self.lines if line.differs)
        return "本年度已关账，以下按关账时的结果显示。" + (
            f"关账以后记录或规则有更正，按现在的重算会不同：{other}。" if other else ""
        )

    @property
    def gaps(self) -> list[Line]:
        """Unmet and unknown lines, unmet first: 缺什么补什么."""
        return sorted(
            (line for line in self.lines if line.state in (UNMET, UNKNOWN)), key=lambda line: line.state
        )


def counted_members(household: Household, rules: Rules) -> list[CountedMember]:
    """Members on the register at the accounting period's end, head first, each with his three states."""
    rows = list(
        memberships_with_states(rules, Q(household=household))
        .select_related("member")
        .order_by("valid_from", "id")
    )
    facts = {
        one.member_id: one
        for one in MemberSurvey.objects.filter(member__in=[row.member_id for row in rows], year=rules.year)
    }
    rows.sort(key=lambda row: row.relation != "head")
    return [
        CountedMember(
            row, facts.get(row.member_id), row.schooling_state, row.insurance_state, row.earning_state
        )
        for row in rows
    ]


def explain(household: Household, year: int, *, sectors: Collection[str] = ()) -> Explanation:
    """Judge one household again from its facts, without storing, and say why.

    A household that cannot be judged gets `problem` instead of lines. In a closed year states and figures are
    those that were stored. `sectors`: the reader is a bureau officer and gets the lines of these sectors only,
    the members they concern without other facts, and neither verdict nor income. At most twelve queries.
    """
    result = Explanation(household, year)
    county_year = _year_of(result)
    if county_year is None:
        result.problem = f"{year}年度尚未开启，由县扶贫办开启后才能填写和判定。"
        return result
    result.county = county_year.area_id
    result.frozen = county_year.state == CountyYear.State.CLOSED
    result.assessment = (
        Assessment.objects.filter(household=household, year=year).select_related("standard").first()
    )
    result.rules = rules_for(county_year)
    result.members = counted_members(household, result.rules)
    if result.survey is None:
        result.problem = f"{year}年度信息还没有开始填写。"
    else:
        _judge(result)
    return _limited(result, frozenset(sectors)) if sectors else result


def _year_of(result: Explanation) -> CountyYear | None:
    """The county's year that counts, with the survey put on the result: the survey's place is that of the year."""
    result.survey = (
        Survey.objects.filter(household=result.household, year=result.year)
        .select_related("settlement")
        .first()
    )
    place = result.survey.area_id if result.survey else result.household.area_id
    return CountyYear.objects.filter(area_id=place[:6], year=result.year).first()


def _judge(result: Explanation) -> None:
    result.standard = _standard_of(result)
    if result.standard is None:
        result.problem = (
            f"{result.year}年度已关闭，该户当时没有判定。"
            if result.frozen
            else f"本地{result.year}年度还没有发布退出标准，由县扶贫办录入并由另一人发布后才能判定。"
        )
        return
    row = judged_one(result.rules, result.standard, result.household.pk)
    if row is None or (row.left_out and not result.frozen):
        result.problem = words.left_out(row.left_out if row else GONE, result.rules, gone=GONE)
        return
    if result.survey.settlement_id:
        result.supplies = list(
            SettlementFact.objects.filter(settlement=result.survey.settlement_id).order_by("valid_from")
        )
    stored = result.assessment if result.frozen else None
    result.verdict = stored.verdict if stored else row.verdict
    result.net_income_per_head = stored.net_income_per_head if stored else row.measured_income
    result.net_income = _net_income(result.survey)
    find = _stored_line if stored else _line
    result.lines = [find(result, row, one) for one in result.standard.requirements.all()]
    _name_rules(result)


def _standard_of(result: Explanation) -> Standard | None:
    # A closed year is explained by the standard it was judged by, also when it was corrected since.
    if result.frozen:
        return result.assessment.standard if result.assessment else None
    return in_force(Subject.HOUSEHOLD, result.year, result.survey.area_id)


def _net_income(survey: Survey) -> Decimal | None:
    parts = (survey.wage_income, survey.production_income, survey.property_income, survey.transfer_income)
    if None in parts or survey.production_expense is None:
        return None
    return sum(parts) - survey.production_expense


def _line(result: Explanation, row: SimpleNamespace, requirement: Requirement) -> Line:
    indicator = INDICATORS[requirement.indicator]
    state = getattr(row, f"state_{indicator.code}")
    source, on = words.source(result, indicator)
    line = Line(
        code=indicator.code,
        label=indicator.label,
        required=words.required(requirement),
        actual=words.actual(result, row, indicator.code),
        state=state,
        evidence=requirement.evidence,
        clause=requirement.clause,
        source=source,
        on=on,
        sector=indicator.spec.sector,
        notes=words.notes(result, row, requirement),
    )
    if state == UNKNOWN:
        line.missing = f"{words.missing(result, indicator)}（{indicator.filled_by}可填）"
    if state == NOT_ASSESSED:
        line.actual = "不考核"
        line.notes.insert(0, indicator.not_applicable)
    return line


def _stored_line(result: Explanation, row: SimpleNamespace, requirement: Requirement) -> Line:
    """The line of a closed year: as it is today where that is what was judged; else what was stored of it.

    Facts of a closed year stay, but a settlement's facts, a birth date and dated rules may be corrected later.
    """
    now = _line(result, row, requirement)
    indicator = INDICATORS[requirement.indicator]
    state = getattr(result.assessment, indicator.code)
    same = state == now.state and (indicator.code != "income" or _same_income(result, row))
    if same:
        return now
    if indicator.member_state:  # nothing is stored of single members
        for one in result.members:
            setattr(one, indicator.member_state, None)
    return replace(
        now,
        state=state,
        actual=words.stored(result.assessment, indicator),
        source="",
        on=None,
        missing=f"{indicator.missing}（{indicator.filled_by}可填）" if state == UNKNOWN else "",
        notes=[
            "年度关闭时的结果；按现在的记录和规则重算会不同",
            f"现在的记录：{now.actual or '不详'}，{LABELS[now.state]}",
        ],
        differs=True,
    )


def _same_income(result: Explanation, row: SimpleNamespace) -> bool:
    stored = result.assessment
    return (stored.net_income_per_head, stored.members) == (row.measured_income, row.members)


def _name_rules(result: Explanation) -> None:
    """The dated rules by which something is not assessed, with their documents; one query, only when needed."""
    wanted = {
        line.code: words.rules_behind(result, INDICATORS[line.code])
        for line in result.lines
        if not line.differs
    }
    codes = {code for found in wanted.values() for code in found}
    if not codes:
        return
    known = resolve_many(codes, result.county, result.rules.period_to)
    for line in result.lines:
        line.rule = "；".join(words.rule(known[code]) for code in wanted.get(line.code, ()))


def _limited(result: Explanation, sectors: frozenset[str]) -> Explanation:
    own = {one.code: one for one in INDICATORS.values() if one.spec.sector in sectors}
    result.lines = [line for line in result.lines if line.code in own]
    shown = {one.member_state for one in own.values() if one.member_state}
    result.members = [
        CountedMember(
            one.membership, None, **{name: getattr(one, name) if name in shown else None for name in _STATES}
        )
        for one in result.members
        if any(getattr(one, name) not in (NOT_ASSESSED, None) for name in shown)
    ]
    result.verdict = result.net_income = result.net_income_per_head = result.assessment = result.survey = None
    return result


_STATES = ("schooling", "insurance", "earning")
