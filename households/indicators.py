"""What is measured of a household, said once: as ORM expressions that judge one household and a million alike.

Three values throughout. A missing fact makes a measure NULL (unknown), never false. No thresholds, years or
places stand here: thresholds come from the standard, ages and readings from Rules.

Sources: practice.md "Indicators" (it stands above), standards.md 4-7.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    Expression,
    F,
    Q,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, Round

from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.education_levels import EDUCATION_LEVELS
from households.options.housing_safety import HOUSING_SAFETY
from households.options.school_exemptions import SCHOOL_EXEMPTIONS
from households.options.school_status import NOT_AT_SCHOOL, SCHOOL_STATUSES
from households.rules import Rules
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.standards.indicators import IndicatorSpec

# Members ------------------------------------------------------------------------------------------------
# Paths start at Membership; `facts` is the member's survey of the year (a FilteredRelation), NULL where he has
# none: every condition below then falls through to "unknown".

_EXCUSED = ("illness", "disability", "illness_or_disability")
_AT_SCHOOL = SCHOOL_STATUSES.keys_where(lambda status: status.is_enrolled)
_FINISHED = EDUCATION_LEVELS.keys_where(lambda level: level.finished_compulsory)


def _member_state(*whens: When, default: int) -> Case:
    return Case(*whens, default=Value(default), output_field=SmallIntegerField())


def schooling_state(rules: Rules) -> Case:
    """Compulsory education of one member: MET, UNMET, UNKNOWN, or NOT_ASSESSED when not of school age.

    Reached: enrolled from 小学 up; 送教上门, approved 缓学/休学, unable to learn; not at school for illness or
    disability; 14 or 15 and graduated from grade nine by the student list. Unknown: no birth date, no answer,
    kindergarten at school age, at 14 or 15 初中 or no level known without the student list's word, or its word
    against the level. A reason or an approval counts when it is recorded. (practice.md, Education)
    """
    not_at_school = Q(facts__school_status=NOT_AT_SCHOOL)
    leaver = not_at_school & Q(member__birth_date__lte=rules.finished_born_until)
    may_have_finished = Q(facts__education_level__in=["", *_FINISHED])
    return _member_state(
        When(member__birth_date__isnull=True, then=Value(UNKNOWN)),
        When(
            Q(member__birth_date__lte=rules.school_born_after)
            | Q(member__birth_date__gt=rules.school_born_until),
            then=Value(NOT_ASSESSED),
        ),
        When(facts__school_exemption__in=SCHOOL_EXEMPTIONS.keys, then=Value(MET)),
        When(facts__school_status__in=_AT_SCHOOL, then=Value(MET)),
        When(not_at_school & Q(facts__dropout_reason__in=_EXCUSED), then=Value(MET)),
        When(leaver & may_have_finished & Q(facts__graduated_grade_nine=True), then=Value(MET)),
        When(leaver & Q(facts__graduated_grade_nine=True), then=Value(UNKNOWN)),
        When(leaver & may_have_finished & Q(facts__graduated_grade_nine__isnull=True), then=Value(UNKNOWN)),
        When(not_at_school, then=Value(UNMET)),
        default=UNKNOWN,
    )


def insurance_state(rules: Rules) -> Case:
    """Basic medical insurance of one member: insured as resident or employee, not, unknown, or not assessed.

    Not assessed by dated rule: in service, in prison, missing, newborn within grace. Not insured and no birth
    date is unknown: he may be a newborn. (practice.md, Medical)
    """
    return _member_state(
        When(facts__special_state__in=rules.exempt_states, then=Value(NOT_ASSESSED)),
        When(Q(facts__resident_insurance=True) | Q(facts__employee_insurance=True), then=Value(MET)),
        When(member__birth_date__gte=rules.newborn_from, then=Value(NOT_ASSESSED)),
        When(
            member__birth_date__isnull=False,
            facts__resident_insurance=False,
            facts__employee_insurance=False,
            then=Value(UNMET),
        ),
        default=UNKNOWN,
    )


def earning_state(rules: Rules) -> Case:
    """Whether a member brings stable income: works long enough, 低保, 特困, or draws a pension from 60 on.

    Under 16 without 低保 or 特困 says nothing and is not assessed. (practice.md, Stable income)
    """
    pensioner = Q(member__birth_date__lte=rules.pensioner_born_until)
    pension = Q(facts__resident_pension=True) | Q(facts__employee_pension=True)
    answered = Q(
        facts__work_months__isnull=False, facts__receives_dibao=False, facts__receives_tekun=False
    ) & (~pensioner | Q(facts__resident_pension=False, facts__employee_pension=False))
    return _member_state(
        When(Q(facts__receives_dibao=True) | Q(facts__receives_tekun=True), then=Value(MET)),
        When(member__birth_date__gt=rules.adult_born_until, then=Value(NOT_ASSESSED)),
        When(facts__work_months__gte=rules.stable_months, then=Value(MET)),
        When(pensioner & pension, then=Value(MET)),
        When(Q(member__birth_date__isnull=False) & answered, then=Value(UNMET)),
        default=UNKNOWN,
    )


MEMBER_STATES: dict[str, Callable[[Rules], Case]] = {
    "schooling": schooling_state,
    "insurance": insurance_state,
    "earning": earning_state,
}


def member_totals() -> dict[str, Expression]:
    """Aggregates over a household's memberships annotated with MEMBER_STATES: the only thing judging needs of them."""
    totals: dict[str, Expression] = {
        "members": Count("id"),
        "heads": Count("id", filter=Q(relation="head")),
    }
    for name in MEMBER_STATES:
        for state, suffix in ((UNMET, "unmet"), (UNKNOWN, "unknown"), (MET, "met")):
            totals[f"{name}_{suffix}"] = Count("id", filter=Q(**{f"{name}_state": state}))
    return totals


# Households ---------------------------------------------------------------------------------------------
# Paths start at Survey, annotated with the totals above (0 where no member counts) and with the facts of its
# natural village: supply_water, supply_power, supply_broadcasting, supply_road (NULL where nothing is recorded).


@dataclass(frozen=True)
class Indicator:
    """An indicator: what the standard sees (spec), how it is measured, and what a page needs to explain it.

    `measure` gives the measured value (number or boolean, NULL unknown); `applies`, where given, is false when
    there is nothing to assess. `facts` are the fields whose source and date are shown. `missing` says what to
    ask for when it is unknown, and from whom.
    """

    spec: IndicatorSpec
    measure: Callable[[Rules], Expression]
    facts: tuple[str, ...]
    missing: str
    filled_by: str
    applies: Q | None = None
    not_applicable: str = ""
    member_state: str = ""

    @property
    def code(self) -> str:
        """Its name in requirements and columns."""
        return self.spec.code

    @property
    def label(self) -> str:
        """The field's word for it."""
        return self.spec.label


def _flag(*whens: When, default: bool | None = None) -> Case:
    return Case(*whens, default=Value(default), output_field=BooleanField(null=True))


def _no_bad_member(name: str) -> Callable[[Rules], Case]:
    return lambda rules: _flag(
        When(**{f"{name}_unmet__gt": 0}, then=Value(False)),
        When(**{f"{name}_unknown__gt": 0}, then=Value(None)),
        default=True,
    )


def _visited(field: str) -> Callable[[Rules], Case]:
    return lambda rules: _flag(When(visited_on__isnull=False, then=F(field)))


def net_income(rules: Rules | None = None) -> Expression:
    """纯收入, yuan: the four groups less production expense; NULL unless all five are answered. (standards.md 5.1)"""
    return (
        F("wage_income")
        + F("production_income")
        + F("property_income")
        + F("transfer_income")
        - F("production_expense")
    )


def net_income_per_head(rules: Rules | None = None) -> Expression:
    """人均纯收入, yuan to 0.01, half up: net income over the members on the register at the period's end."""
    return Round(
        net_income() / NullIf(F("members"), Value(0)),
        precision=2,
        output_field=DecimalField(max_digits=14, decimal_places=2),
    )


def _stable_income(rules: Rules) -> Case:
    return _flag(
        When(visited_on__isnull=True, then=Value(None)),
        When(Q(has_industry=True) | Q(earning_met__gt=0), then=Value(True)),
        When(Q(has_industry__isnull=True) | Q(earning_unknown__gt=0), then=Value(None)),
        default=False,
    )


_ENDS_DANGER = HOUSING_SAFETY.keys_where(lambda kind: kind.ends_danger)
_SAFE_GRADES = DANGEROUS_GRADES.keys_where(lambda grade: grade.is_safe)
_DANGEROUS_GRADES = DANGEROUS_GRADES.keys_where(lambda grade: not grade.is_safe)


def _housing(rules: Rules) -> Case:
    """改造安全 and 保障安全 (with their document, by constraint) end the danger; else flag and grade must agree.

    Grade against flag is unknown and a finding. The flag alone (no grade), and a grade without its document, are
    enough only where the dated rules say so. (practice.md, Housing)
    """
    return _flag(
        When(housing_safety__in=_ENDS_DANGER, then=Value(True)),
        When(is_dangerous_house=True, dangerous_grade__in=_SAFE_GRADES, then=Value(None)),
        When(is_dangerous_house=False, dangerous_grade__in=_DANGEROUS_GRADES, then=Value(None)),
        When(Q(is_dangerous_house=True) | Q(dangerous_grade__in=_DANGEROUS_GRADES), then=Value(False)),
        When(
            dangerous_grade__in=_SAFE_GRADES,
            housing_document="",
            then=Value(True if rules.housing_grade_alone_is_safe else None),
        ),
        When(dangerous_grade__in=_SAFE_GRADES, then=Value(True)),
        When(is_dangerous_house=False, then=Value(True if rules.housing_flag_alone_is_safe else None)),
    )


def _water(rules: Rules) -> Case | Coalesce:
    """The household's own answer, else its natural village's. Two flags before 2018, one from 2018 on."""
    if not rules.water_by_two_flags:
        return Coalesce(F("water_solved"), F("supply_water"))
    return _flag(
        When(Q(water_safe=False) | Q(water_difficult=True), then=Value(False)),
        When(water_safe=True, water_difficult=False, then=Value(True)),
        When(water_safe__isnull=True, water_difficult__isnull=True, then=F("supply_water")),
    )


def _own_or_supplied(field: str, supply: str) -> Callable[[Rules], Coalesce]:
    return lambda rules: Coalesce(F(field), F(supply))


_ALL = (
    Indicator(
        IndicatorSpec(
            "income",
            "人均纯收入",
            "元/人·年",
            "number",
            ("gt", "ge"),
            "gt",
            help="纯收入除以核算期末在册人口，四舍五入到分；等于标准线不算超过。",
        ),
        net_income_per_head,
        ("wage_income", "production_income", "property_income", "transfer_income", "production_expense"),
        "四类收入和生产经营性支出须全部填写（没有的填0）",
        "帮扶责任人、村级信息员",
    ),
    Indicator(
        IndicatorSpec("food", "不愁吃"),
        _visited("food_ok"),
        ("food_ok",),
        "入户核实主食和蛋白质供应",
        "帮扶责任人入户",
    ),
    Indicator(
        IndicatorSpec("clothing", "不愁穿"),
        _visited("clothing_ok"),
        ("clothing_ok",),
        "入户核实四季衣物和被褥",
        "帮扶责任人入户",
    ),
    Indicator(
        IndicatorSpec("education", "义务教育", sector="education"),
        _no_bad_member("schooling"),
        (),
        "适龄成员的在校生状况",
        "教育部门、村级信息员",
        applies=Q(schooling_unmet__gt=0) | Q(schooling_unknown__gt=0) | Q(schooling_met__gt=0),
        not_applicable="没有义务教育阶段适龄成员",
        member_state="schooling",
    ),
    Indicator(
        IndicatorSpec("medical", "基本医疗", sector="medical_insurance"),
        _no_bad_member("insurance"),
        (),
        "每名成员的参保情况（居民或职工）",
        "医保部门、村级信息员",
        applies=Q(insurance_unmet__gt=0) | Q(insurance_unknown__gt=0) | Q(insurance_met__gt=0),
        not_applicable="全部成员属不考核情形（现役、服刑、失踪或新生儿）",
        member_state="insurance",
    ),
    Indicator(
        IndicatorSpec("housing", "住房安全", sector="housing"),
        _housing,
        ("housing_safety", "dangerous_grade", "is_dangerous_house"),
        "住房鉴定等级，或改造验收、保障安置的依据文件",
        "住建部门、村级信息员",
    ),
    Indicator(
        IndicatorSpec("water", "饮水安全", sector="water"),
        _water,
        ("water_solved", "water_safe", "water_difficult"),
        "自然村供水工程的水质检测和达标文件",
        "水利部门",
    ),
    Indicator(
        IndicatorSpec("power", "生活用电", sector="power"),
        _own_or_supplied("has_power", "supply_power"),
        ("has_power",),
        "自然村通电情况",
        "电力部门",
    ),
    Indicator(
        IndicatorSpec("broadcasting", "广播电视", sector="broadcasting"),
        _own_or_supplied("has_broadcasting", "supply_broadcasting"),
        ("has_broadcasting",),
        "自然村通广播电视情况",
        "广电部门",
    ),
    Indicator(
        IndicatorSpec("road", "有路通", sector="transport"),
        _own_or_supplied("road_reached", "supply_road"),
        ("road_reached",),
        "自然村通硬化路情况",
        "交通部门",
    ),
    Indicator(
        IndicatorSpec("stable_income", "稳定收入来源"),
        _stable_income,
        ("has_industry",),
        "入户核实：务工月数、产业、低保特困或养老金",
        "帮扶责任人入户",
        member_state="earning",
    ),
)

INDICATORS: dict[str, Indicator] = {one.code: one for one in _ALL}
