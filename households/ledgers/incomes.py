"""收入台账: one row per household, its income of a year by group and item, expense, net and per head, with totals."""

from django.db.models import Aggregate, JSONField, OuterRef, Subquery, TextField
from django.db.models.functions import Cast

from households.income_sheet import GROUP_FIELDS, net_of
from households.ledgers.filters import HouseholdLedgerFilter
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import COUNTED, RIGHT, households_counted
from households.models import IncomeItem
from households.options.income_items import BESIDE, INCOME_GROUPS, INCOME_ITEMS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger


class _AmountsByItem(Aggregate):
    """{item: amount as text}: JSON numbers would pass through floating point."""

    function = "jsonb_object_agg"
    output_field = JSONField()


def _rows(user, area_code, year, values):
    items = (
        IncomeItem.objects.filter(survey__household=OuterRef("pk"), survey__year=year)
        .order_by()
        .values("survey")
        .annotate(found=_AmountsByItem("item", Cast("amount", TextField())))
        .values("found")
    )
    return households_counted(user, area_code, year).annotate(items=Subquery(items))


def _amount(key: str) -> Derived:
    return Derived(("items",), lambda items: items.get(key) if items else None)


def _net(*totals):
    return net_of(dict(zip(GROUP_FIELDS.values(), totals, strict=True)))


def _columns_of(group) -> list[Column]:
    found = [
        Column(item.key, item.label, Kind.MONEY, _amount(item.key), group=group.label, width=13, total=True)
        for item in INCOME_ITEMS
        if item.group == group.key
    ]
    if group.key != BESIDE:
        field = GROUP_FIELDS[group.key]
        found.append(
            Column(
                field,
                f"{group.label}合计",
                Kind.MONEY,
                f"survey__{field}",
                group=group.label,
                width=13,
                total=True,
            )
        )
    return found


INCOMES = Ledger(
    name="incomes",
    title="收入台账",
    columns=(
        *place_columns(),
        *household_columns(head="its_head"),
        Column("members", "核算人口", Kind.INTEGER, source="result__members", total=True),
        *(column for group in INCOME_GROUPS if group.key != BESIDE for column in _columns_of(group)),
        Column(
            "net_income",
            "纯收入",
            Kind.MONEY,
            Derived(tuple(f"survey__{field}" for field in GROUP_FIELDS.values()), _net),
            width=14,
            total=True,
        ),
        Column("net_income_per_head", "人均纯收入", Kind.MONEY, "result__net_income_per_head", width=14),
        *_columns_of(INCOME_GROUPS[BESIDE]),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_id", "id"),
    per="户",
    filters=HouseholdLedgerFilter,
    unit="金额单位：元",
    note=f"{COUNTED}；空白为没有填写，0为没有；纯收入＝四类收入合计－生产经营性支出合计，五项都填了才算；不计入收入的款项不参加计算",
    full_numbers=False,
)
