"""Why a household has its verdict: one line per indicator of the standard, from the same expressions that judge."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from households.indicators import INDICATORS, Indicator
from households.judging import judged, memberships_with_states
from households.models import Assessment, CountyYear, Household, Membership, MemberSurvey, Survey
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.housing_safety import HOUSING_SAFETY
from households.options.school_status import SCHOOL_STATUSES
from households.options.sources import SOURCES
from households.rules import Rules, rules_for
from poverty.areas.models import SettlementFact
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.sql.periods import valid_at
from poverty.standards.in_force import in_force
from poverty.standards.models import Requirement, Standard
from poverty.standards.subjects import Subject

_YES_NO = {True: "是", False: "否", None: ""}


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
    notes: list[str] = field(default_factory=list)
    sector: str = ""

    @property
    def note(self) -> str:
        return "；".join(self.notes)


@dataclass
class CountedMember:
    """A member who counts in the year, with what judging read of him."""

    membership: Membership
    facts: MemberSurvey | None
    schooling: int
    insurance: int
    earning: int


@dataclass
class Explanation:
    """Everything behind a verdict. `problem` says why there is none (no survey, year, standard or member)."""

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


def explain(household: Household, year: int) -> Explanation:
    """Judge one household again from its facts, without storing, and say why.

    A household that cannot be judged gets `problem` instead of lines. At most ten queries.
    """
    result = Explanation(household, year)
    county_year = CountyYear.objects.filter(area_id=household.area_id[:6], year=year).first()
    result.survey = Survey.objects.filter(household=household, year=year).select_related("settlement").first()
    if result.survey is not None and result.survey.area_id[:6] != household.area_id[:6]:
        county_year = CountyYear.objects.filter(area_id=result.survey.area_id[:6], year=year).first()
    result.assessment = (
        Assessment.objects.filter(household=household, year=year).select_related("standard").first()
    )
    if county_year is None:
        result.problem = f"{year}年度尚未开启，由县扶贫办开启后才能填写和判定。"
        return result
    result.rules = rules_for(county_year)
    result.members = counted_members(household, result.rules)
    if result.survey is None:
        result.problem = f"{year}年度信息还没有开始填写。"
        return result
    result.standard = _standard_of(result, county_year)
    if result.standard is None:
        result.problem = f"本地{year}年度还没有发布退出标准，由县扶贫办录入并由另一人发布后才能判定。"
        return result
    row = judged(result.rules, result.standard, Q(), household_ids=[household.pk]).first()
    if row is None:
        result.problem = "该户尚未登记或已销户，不参加判定。"
        return result
    if row.left_out:
        result.problem = {
            "no_member": f"核算期末（{result.rules.period_to}）没有在册成员，无法判定。请核对成员增减日期。",
            "no_head": "没有户主，无法判定。请先确定户主。",
            "two_heads": "有两个户主，无法判定。请先更正与户主关系。",
        }[row.left_out]
        return result
    result.verdict = row.verdict
    result.net_income_per_head = row.measured_income
    result.net_income = _net_income(result.survey)
    result.lines = [_line(result, row, one) for one in result.standard.requirements.all()]
    return result


def _standard_of(result: Explanation, county_year: CountyYear) -> Standard | None:
    # A closed year is explained by the standard it was judged by.
    if county_year.state == CountyYear.State.CLOSED and result.assessment is not None:
        return result.assessment.standard
    return in_force(Subject.HOUSEHOLD, result.year, result.survey.area_id)


def _net_income(survey: Survey) -> Decimal | None:
    parts = (survey.wage_income, survey.production_income, survey.property_income, survey.transfer_income)
    if None in parts or survey.production_expense is None:
        return None
    return sum(parts) - survey.production_expense


def _line(result: Explanation, row: Survey, requirement: Requirement) -> Line:
    indicator = INDICATORS[requirement.indicator]
    state = getattr(row, f"state_{indicator.code}")
    source, on = _source(result.survey, indicator)
    line = Line(
        code=indicator.code,
        label=indicator.label,
        required=_required(requirement),
        actual=_ACTUAL[indicator.code](result, row),
        state=state,
        evidence=requirement.evidence,
        clause=requirement.clause,
        source=source,
        on=on,
        sector=indicator.spec.sector,
        notes=_notes(result, indicator),
    )
    if state == UNKNOWN:
        line.missing = f"{indicator.missing}（{indicator.filled_by}可填）"
    if state == NOT_ASSESSED:
        line.actual = "不考核"
        line.notes.insert(0, indicator.not_applicable)
    return line


def _required(requirement: Requirement) -> str:
    if requirement.comparison == "is_true":
        return "达到"
    return f"{requirement.get_comparison_display()} {requirement.threshold:,.2f} {requirement.unit}".strip()


def _source(survey: Survey, indicator: Indicator) -> tuple[str, date | None]:
    """Source and day of the newest of the facts an indicator reads; the natural village's document is a note."""
    known = [name for name in indicator.facts if getattr(survey, name) not in (None, "")]
    if not known:
        return ("", None)
    pairs = [survey.source_of(name) for name in known]
    key, day = max(pairs, key=lambda pair: pair[1])
    return SOURCES.label(key), date.fromisoformat(day) if day else None


def _income_actual(result: Explanation, row: Survey) -> str:
    if row.measured_income is None:
        return ""
    return f"{row.measured_income:,.2f} 元/人·年（纯收入 {result.net_income:,.2f} 元 ÷ {row.members} 人）"


def _flag_actual(name: str):
    return lambda result, row: _YES_NO[getattr(row, f"measured_{name}")]


def _education_actual(result: Explanation, row: Survey) -> str:
    total = row.schooling_met + row.schooling_unmet + row.schooling_unknown
    return f"适龄 {total} 人，已保障 {row.schooling_met} 人" if total else ""


def _medical_actual(result: Explanation, row: Survey) -> str:
    total = row.insurance_met + row.insurance_unmet + row.insurance_unknown
    return f"应参保 {total} 人，已参保 {row.insurance_met} 人" if total else ""


def _housing_actual(result: Explanation, row: Survey) -> str:
    survey = result.survey
    parts = [
        HOUSING_SAFETY.label(survey.housing_safety),
        DANGEROUS_GRADES.label(survey.dangerous_grade),
        {True: "危房户", False: "非危房户"}.get(survey.is_dangerous_house, ""),
    ]
    return "，".join(part for part in parts if part)


def _visited_actual(name: str):
    def actual(result: Explanation, row: Survey) -> str:
        return "未走访" if result.survey.visited_on is None else _YES_NO[getattr(row, f"measured_{name}")]

    return actual


_ACTUAL = {
    "income": _income_actual,
    "food": _visited_actual("food"),
    "clothing": _visited_actual("clothing"),
    "education": _education_actual,
    "medical": _medical_actual,
    "housing": _housing_actual,
    "water": _flag_actual("water"),
    "power": _flag_actual("power"),
    "broadcasting": _flag_actual("broadcasting"),
    "road": _flag_actual("road"),
    "stable_income": _visited_actual("stable_income"),
}


def _notes(result: Explanation, indicator: Indicator) -> list[str]:
    if indicator.code in {"water", "power", "broadcasting", "road"}:
        return _supply_notes(result, indicator.code)
    if indicator.code == "housing":
        return _housing_notes(result.survey)
    return [note for one in result.members if (note := _member_note(one, indicator.code, result.rules))]


def _housing_notes(survey: Survey) -> list[str]:
    notes = []
    grade = DANGEROUS_GRADES.get(survey.dangerous_grade)
    if not survey.housing_safety and grade and survey.is_dangerous_house is not None:
        if grade.is_safe == survey.is_dangerous_house:
            notes.append("鉴定等级与“是否危房户”互相矛盾，请核对后更正")
    if survey.housing_document:
        notes.append(f"依据：{survey.housing_document} {survey.housing_document_date or ''}".strip())
    return notes


def _supply_notes(result: Explanation, code: str) -> list[str]:
    survey = result.survey
    own = {
        "water": (survey.water_solved, survey.water_safe, survey.water_difficult),
        "power": (survey.has_power,),
        "broadcasting": (survey.has_broadcasting,),
        "road": (survey.road_reached,),
    }[code]
    if any(value is not None for value in own):
        return ["按户填写"]
    if survey.settlement is None:
        return ["未填所在自然村/村民小组"]
    fact = SettlementFact.objects.filter(
        valid_at(result.rules.period_to), settlement=survey.settlement, fact=code
    ).first()
    if fact is None:
        return [f"{survey.settlement}未登记"]
    return [
        f"随{survey.settlement}：{fact.scheme or ''} {fact.document_name} {fact.document_date or ''}".strip()
    ]


def _member_note(one: CountedMember, code: str, rules: Rules) -> str:
    name = one.membership.member.name
    if code == "education":
        school = SCHOOL_STATUSES.label(one.facts.school_status) if one.facts else ""
        return {UNMET: f"{name}：{school or '不在校'}，辍学", UNKNOWN: f"{name}：在校情况待核实"}.get(
            one.schooling, ""
        )
    if code == "medical":
        if one.insurance == NOT_ASSESSED:
            state = one.facts.get_special_state_display() if one.facts and one.facts.special_state else ""
            return f"{name}：{state or '新生儿宽限期内'}，不考核"
        return {UNMET: f"{name}：未参保", UNKNOWN: f"{name}：参保情况待核实"}.get(one.insurance, "")
    if code == "stable_income" and one.earning == MET and one.facts:
        months = one.facts.work_months
        return (
            f"{name}：务工{months}个月"
            if months and months >= rules.stable_months
            else f"{name}：低保、特困或养老金"
        )
    return ""
