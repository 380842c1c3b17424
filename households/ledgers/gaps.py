"""缺什么补什么: one row per household and indicator that is not reached or not known: what is missing, and who fills it.

The words are those of the household's page (households/explain_words.py).
"""

from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    SmallIntegerField,
    Value,
    When,
)

from households import explain_words as words
from households.indicators import INDICATORS
from households.lacking import VISITED_ONLY
from households.ledgers.filters import GapFilter
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT, helper_names
from households.ledgers.standing import NOT_VISITED, OF_MEMBERS
from households.ledgers.year_rules import NAMES, by_two_flags, lacking_members, rules_in
from households.models import INDICATOR_COLUMNS, Assessment
from poverty.fields.states import UNKNOWN, UNMET
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within
from poverty.standards.models import Requirement

# What of the survey the words ask for.
_FACTS = (
    "settlement",
    "visited_on",
    *words.INCOME,
    "housing_safety",
    "dangerous_grade",
    "is_dangerous_house",
    *words.WATER_FLAGS,
    *(name for names in words.SUPPLIES.values() for name in names),
)
_UNMET = {
    "food": "落实主食和蛋白质供应",
    "clothing": "落实四季衣物和被褥",
    "education": "劝返入学，或补办送教、缓学、休学等批准手续",
    "medical": "参加城乡居民或城镇职工基本医疗保险",
    "housing": "危房改造验收，或落实租住、赡养等安全住房并登记依据文件",
    "water": "解决安全饮水",
    "power": "接通生活用电",
    "broadcasting": "接通广播电视",
    "road": "通硬化路",
    "stable_income": "落实产业、务工、低保、特困或养老金",
}


def _chosen(cases: dict) -> Case:
    return Case(
        *(When(indicator=code, then=value) for code, value in cases.items()), output_field=SmallIntegerField()
    )


def _in_states(states: Sequence[int]) -> Case:
    """Condition: the indicator of the row is in one of these states.

    A condition for each indicator, not a comparison with the chosen state: of that the planner believes that hardly
    any row fulfils it, and prepares for a handful of rows where there are millions.
    """
    return Case(
        *(When(indicator=code, then=Q(**{f"{code}__in": states})) for code in INDICATOR_COLUMNS),
        default=Value(False),
        output_field=BooleanField(),
    )


def _rows(user, area_code, year, values):
    states = (int(values["state"]),) if values.get("state") else (UNMET, UNKNOWN)
    rows = Assessment.objects.visible_to(user, RIGHT).filter(
        within("household__area_id", [area_code]),
        household__state="registered",
        year=year,
        # Who lacks something is not 达标: the planner knows how many those are, and they alone are looked into.
        verdict__in=(UNMET,) if states == (UNMET,) else (UNMET, UNKNOWN),
    )
    # One row for every requirement of the standard that the household was judged by.
    rows = rows.annotate(
        indicator=F("standard__requirements__indicator"),
        survey=FilteredRelation("household__surveys", condition=Q(household__surveys__year=year)),
    )
    rows = rows.annotate(
        state=_chosen({code: F(code) for code in INDICATOR_COLUMNS}),
        number=_chosen({code: Value(number) for number, code in enumerate(INDICATOR_COLUMNS)}),
    ).filter(_in_states(states))
    rules = rules_in(area_code, year)
    return rows.annotate(
        # A household has several rows: what is compared between two files is the household and the indicator.
        pk=ExpressionWrapper(F("id") * 16 + F("number"), output_field=BigIntegerField()),
        two_flags=by_two_flags(rules),
        helpers=helper_names("household"),
        names=Case(
            *(When(indicator=code, then=lacking_members(rules, state)) for code, state in OF_MEMBERS.items()),
            default=Value([], output_field=NAMES),
            output_field=NAMES,
        ),
    )


def _required(comparison: str, threshold: Decimal | None, unit: str) -> str:
    return words.required(Requirement(comparison=comparison, threshold=threshold, unit=unit))


def _found(code: str, state: int, income: Decimal | None, names: list[str], *facts) -> str:
    """What is known of the indicator now; "" when nothing is."""
    survey = SimpleNamespace(**dict(zip(_FACTS, facts, strict=True)))
    if code == "income":
        return "" if income is None else f"{income:,.2f} 元/人·年"
    if code in OF_MEMBERS:
        return "、".join(names or ())
    if code in VISITED_ONLY and survey.visited_on is None:
        return NOT_VISITED
    if code == "housing":
        survey.housing_safety, survey.dangerous_grade = (
            survey.housing_safety or "",
            survey.dangerous_grade or "",
        )
        return words.housing_words(survey)
    return "否" if state == UNMET else ""


def _missing(code, state, income, threshold, year, two_flags, survey_id, *facts) -> str:
    """What to ask for or to do."""
    if state == UNMET:
        if code != "income":
            return _UNMET[code]
        short = threshold - income if None not in (threshold, income) else None
        return f"人均纯收入比标准低 {short:,.2f} 元" if short else "人均纯收入等于标准线，不算超过"
    if survey_id is None:
        return f"{year}年度信息"
    survey = SimpleNamespace(year=year, **dict(zip(_FACTS, facts, strict=True)))
    survey.settlement_id = survey.settlement
    result = SimpleNamespace(survey=survey, rules=SimpleNamespace(water_by_two_flags=two_flags))
    return words.missing(result, INDICATORS[code])


_OF_SURVEY = tuple(f"survey__{name}" for name in _FACTS)
_THRESHOLD = "standard__requirements__threshold"
_INCOME = "net_income_per_head"

GAPS = Ledger(
    name="gaps",
    title="缺什么补什么",
    columns=(
        *place_columns("household__area"),
        Column("settlement", "自然村", source="household__settlement__name", width=14),
        *household_columns("household__"),
        Column("size", "家庭人口数", Kind.INTEGER, source="household__size", width=10),
        Column("indicator", "指标", source=Derived(("indicator",), lambda code: INDICATORS[code].label)),
        Column("state", "达标情况", Kind.STATE, width=10),
        Column(
            "required",
            "标准要求",
            source=Derived(
                ("standard__requirements__comparison", _THRESHOLD, "standard__requirements__unit"), _required
            ),
            width=22,
        ),
        Column(
            "found",
            "现状",
            source=Derived(("indicator", "state", _INCOME, "names", *_OF_SURVEY), _found),
            width=24,
        ),
        Column(
            "missing",
            "缺什么",
            source=Derived(
                ("indicator", "state", _INCOME, _THRESHOLD, "year", "two_flags", "survey__id", *_OF_SURVEY),
                _missing,
            ),
            width=36,
        ),
        Column(
            "filled_by",
            "由谁补",
            source=Derived(("indicator",), lambda code: INDICATORS[code].filled_by),
            width=20,
        ),
        Column("helpers", "帮扶责任人", source=Derived(("helpers",), "、".join), width=14),
    ),
    right=RIGHT,
    rows=_rows,
    order=("household__area_id", "household_id", "number"),
    per="条",
    filters=GapFilter,
    note="一户一项一行，只列截至时在册的户未达标和待核实的；按最近一次判定",
    full_numbers=False,
)
