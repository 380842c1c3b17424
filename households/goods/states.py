"""Who has 四个好, 三保障, 三有 and 增收达标, asked of however many households in one statement.

States as everywhere: 未达标 before 待核实 before 达标; what the standard does not ask of a household (不考核, 无此项) holds
nobody back. Of whom no verdict of the year is stored, nothing is known.
"""

from django.db.models import Case, F, FilteredRelation, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

from households.benefits.employment import NO, YES, codes, with_work
from households.benefits.employment import UNKNOWN as NOT_KNOWN
from households.goods.items import Item, Items
from households.models import Household
from households.options.goods import AT_WORK, GOODS
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET

# A4: 贫困户增收达标、三保障、三有、四个好, four lines of work; the indicators that make up the first three.
LINES = {
    "income": ("增收达标", ("income",)),
    "guarantees": ("三保障", ("education", "medical", "housing")),
    "haves": ("三有", ("water", "power", "broadcasting")),
}
FOUR_GOODS = "goods"
LABELS = {key: label for key, (label, _) in LINES.items()} | {FOUR_GOODS: "四个好"}
# 四好村: the measurable parts (standards.md 4), each by households.
VILLAGE = {
    "housing": "住房安全",
    AT_WORK: "有劳动力的至少1人就业",
    "education": "义务教育阶段孩子入学",
    "medical": "参加基本医疗保险（新农合）",
}


def read_state(read: str) -> Case:
    """0, 1, 2 (or 3: not asked of this household) of what is read; on rows of `asked`."""
    if read == AT_WORK:
        return Case(
            When(work__in=codes([NO]), then=Value(NOT_ASSESSED)),
            When(work__in=codes([YES, NOT_KNOWN], [YES]), then=Value(MET)),
            When(work__in=codes([YES], [NO]), then=Value(UNMET)),
            default=Value(UNKNOWN),
            output_field=IntegerField(),
        )
    return Case(
        When(result__isnull=True, then=Value(UNKNOWN)),
        default=Coalesce(F(f"result__{read}"), Value(NOT_ASSESSED)),
        output_field=IntegerField(),
    )


def ticked_state(key: str) -> Case:
    """0, 1, 2 of what was ticked in the entry of the year that counts."""
    return Case(
        When(**{f"entry__answers__{key}": True}, then=Value(MET)),
        When(**{f"entry__answers__{key}": False}, then=Value(UNMET)),
        default=Value(UNKNOWN),
        output_field=IntegerField(),
    )


def state_of(item: Item) -> Case:
    """The state of one item."""
    return read_state(item.read) if item.read else ticked_state(item.key)


def _least(states: list):
    """The worst of several; what is not asked counts as held."""
    return Least(*states, Value(MET), output_field=IntegerField())


def asked(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households in question of a year (poverty register, exited or not, and under watch) with `result`, `work` and
    `entry`.
    """
    current = Q(goods_entries__year=year, goods_entries__is_current=True)
    return with_work(rows, year).annotate(entry=FilteredRelation("goods_entries", condition=current))


def with_lines(rows: QuerySet[Household], year: int, items: Items) -> QuerySet[Household]:
    """Households with one column per good (`good_house` …) and per line of work that is read (`line_income` …).

    四个好 as one is not a column of its own: it would ask everything of the four a second time.
    """
    goods = {f"good_{key}": _least([state_of(one) for one in items.of(key)]) for key in GOODS.keys}
    lines = {f"line_{key}": _least([read_state(one) for one in own]) for key, (_, own) in LINES.items()}
    return asked(rows, year).annotate(**goods, **lines)


def in_state(rows: QuerySet[Household], what: str, state: int) -> QuerySet[Household]:
    """Of `with_lines` those that are MET, UNMET or UNKNOWN in a line of work or, for a key of GOODS, in one good."""
    if what in GOODS:
        return rows.filter(**{f"good_{what}": state})
    if what in LINES:
        return rows.filter(**{f"line_{what}": state})
    whole = Q(**{f"good_{key}": MET for key in GOODS.keys})
    lacking = Q(*((f"good_{key}", UNMET) for key in GOODS.keys), _connector=Q.OR)
    return rows.filter({MET: whole, UNMET: lacking, UNKNOWN: ~whole & ~lacking}[state])


def listed(rows: QuerySet[Household], year: int, items: Items, what: str, state: int) -> QuerySet[Household]:
    """The households behind a number of the figures. `what`: a line of work, a good, or a part of 四好村.

    Raises KeyError for something else.
    """
    if what in VILLAGE:
        return with_village_parts(rows, year).filter(**{f"part_{what}": state})
    if what not in LABELS and what not in GOODS:
        raise KeyError(what)
    return in_state(with_lines(rows, year, items), what, state)


def with_village_parts(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households with one column per measurable part of 四好村 (`part_housing` …)."""
    return asked(rows, year).annotate(**{f"part_{key}": read_state(key) for key in VILLAGE})
