"""达标情况: one row per household, for every indicator what was found and whether the standard is reached."""

from types import SimpleNamespace

from households.explain_words import SUPPLIES, WATER_FLAGS, YES_NO, housing_words
from households.indicators import INDICATORS
from households.lacking import VISITED_ONLY
from households.ledgers.filters import HouseholdLedgerFilter
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import COUNTED, RIGHT, helper_names, households_counted
from households.ledgers.year_rules import by_two_flags, lacking_members, rules_in
from households.models import INDICATOR_COLUMNS
from households.options.kinds import HOUSEHOLD_KINDS
from poverty.fields.states import MET, NOT_ASSESSED, UNMET
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger

NOT_VISITED = "未走访"
# Indicators that rest on single members: the annotation that names those who lack.
OF_MEMBERS = {"education": "schooling", "medical": "insurance"}


def _rows(user, area_code, year, values):
    rules = rules_in(area_code, year)
    names = {
        f"lack_{state}": lacking_members(rules, state, place="survey__area_id", household="pk")
        for state in OF_MEMBERS.values()
    }
    return households_counted(user, area_code, year).annotate(
        helpers=helper_names(), two_flags=by_two_flags(rules, "survey__area_id"), **names
    )


def _visited(visited_on, value: bool | None) -> str:
    return NOT_VISITED if visited_on is None else YES_NO[value]


def _supplied(state: int | None, *own: bool | None) -> str:
    """The household's own answer; without one what its natural village has, as it was judged."""
    answers = [value for value in own if value is not None]
    if answers:
        return "本户：" + {MET: "是", UNMET: "否"}.get(state, "待核实")
    return {MET: "随自然村：是", UNMET: "随自然村：否"}.get(state, "")


def _water(state: int | None, two_flags: bool, solved: bool | None, *flags: bool | None) -> str:
    return _supplied(state, *(flags if two_flags else (solved,)))


def _members(state: int | None, names: list[str] | None) -> str:
    if state in (None, NOT_ASSESSED, MET):
        return {NOT_ASSESSED: "没有须考核的成员", MET: "全部达到"}.get(state, "")
    return "、".join(names or ())


def _stable(state: int | None, visited_on, has_industry: bool | None) -> str:
    if state is None or visited_on is None:
        return "" if state is None else NOT_VISITED
    if has_industry:
        return "有产业"
    return {MET: "有成员务工、低保、特困或养老金", UNMET: "没有产业和其他稳定来源"}.get(state, "")


def _value(code: str) -> Column:
    """What was found for one indicator."""
    label = INDICATORS[code].label
    if code == "income":
        return Column("value_income", f"{label}实际", Kind.MONEY, "result__net_income_per_head")
    state = f"result__{code}"
    if code in OF_MEMBERS:
        source = Derived((state, f"lack_{OF_MEMBERS[code]}"), _members)
        return Column(f"value_{code}", f"{label}未达到或待核实的成员", Kind.TEXT, source, width=18)
    if code == "stable_income":
        source = Derived((state, "survey__visited_on", "survey__has_industry"), _stable)
    elif code in VISITED_ONLY:
        source = Derived(("survey__visited_on", f"survey__{code}_ok"), _visited)
    elif code == "housing":
        fields = ("housing_safety", "dangerous_grade", "is_dangerous_house")
        source = Derived(tuple(f"survey__{name}" for name in fields), _house)
    elif code == "water":
        fields = (*SUPPLIES["water"], *WATER_FLAGS)
        source = Derived((state, "two_flags", *(f"survey__{name}" for name in fields)), _water)
    else:
        source = Derived((state, *(f"survey__{name}" for name in SUPPLIES[code])), _supplied)
    return Column(f"value_{code}", f"{label}实际", Kind.TEXT, source, width=16)


def _house(safety: str | None, grade: str | None, dangerous: bool | None) -> str:
    return housing_words(
        SimpleNamespace(
            housing_safety=safety or "", dangerous_grade=grade or "", is_dangerous_house=dangerous
        )
    )


def _pairs() -> list[Column]:
    """Headings name the indicator: on a page, in CSV and in a choice of columns nothing stands above them."""
    columns = []
    for code in INDICATOR_COLUMNS:
        state = Column(code, f"{INDICATORS[code].label}达标情况", Kind.STATE, f"result__{code}", width=10)
        columns += [_value(code), state]
    return columns


def _lacks(*states: int | None) -> int | None:
    known = [state for state in states if state is not None]
    return sum(state == UNMET for state in known) if known else None


STANDING = Ledger(
    name="standing",
    title="达标情况",
    columns=(
        *place_columns(),
        *household_columns(head="its_head"),
        Column("kind", "户类型", Kind.OPTION, options=HOUSEHOLD_KINDS, width=14),
        Column("members", "核算人口", Kind.INTEGER, source="result__members", total=True),
        Column("verdict", "结论", Kind.STATE, source="result__verdict", width=10),
        Column(
            "unmet",
            "未达标项数",
            Kind.INTEGER,
            Derived(tuple(f"result__{code}" for code in INDICATOR_COLUMNS), _lacks),
            width=10,
        ),
        *_pairs(),
        Column("helpers", "帮扶责任人", source=Derived(("helpers",), "、".join), width=14),
        Column("judged_at", "判定时间", Kind.MOMENT, source="result__judged_at", width=18),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_id", "id"),
    per="户",
    filters=HouseholdLedgerFilter,
    unit="金额单位：元",
    note=f"{COUNTED}；空白的达标情况为标准不含该项或尚未判定；标准为判定时本地所选年度的退出标准",
    full_numbers=False,
)
