"""行政村信息: one row per village with the facts of a year (forms.md 4.1), in the order and words of the form."""

import django_filters as filters
from django.db.models import FilteredRelation, Q

from households.ledgers.places import place_columns
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within
from villages.facts import BLOCKS, label_of
from villages.models import MEASURES, Village, VillageYear
from villages.options.attributes import DEVELOPMENTS, TERRAINS, VILLAGE_KINDS
from villages.options.list_levels import LIST_LEVELS
from villages.options.statuses import VILLAGE_STATUSES

RIGHT = "household.export"
_TEN_THOUSAND = 10_000
_MONEY = {"mutual_fund_amount", "farm_stay_income", "farm_income", "collective_income"}
# Summed over the villages of a township: heads and households, not ratios, widths or incomes.
_UNSUMMED = {"roadbed_width", "surface_width", "farm_income", "farm_stay_income"}


class VillageLedgerFilter(filters.FilterSet):
    """Those on the list, those that have exited, or all."""

    status = filters.ChoiceFilter(label="出列状态", choices=VILLAGE_STATUSES.choices, empty_label="全部")

    class Meta:
        model = Village
        fields = ()


def _rows(user, area_code, year, values):
    return (
        Village.objects.visible_to(user, RIGHT)
        .standing()
        .filter(within("area_id", [area_code]))
        .annotate(facts=FilteredRelation("years", condition=Q(years__year=year)))
    )


def _in_ten_thousand(amount):
    """The national form asks for the village's own income in 万元."""
    return None if amount is None else amount / _TEN_THOUSAND


def _column(name: str) -> Column:
    field = VillageYear._meta.get_field(name)
    label, source = label_of(name), f"facts__{name}"
    if name == "collective_income":
        return Column(
            name,
            "村级集体经济收入（万元）",
            Kind.NUMBER,
            Derived((source,), _in_ten_thousand),
            total=True,
            width=14,
        )
    kind = {
        "BooleanField": Kind.YES_NO,
        "CharField": Kind.TEXT,
        "PositiveIntegerField": Kind.INTEGER,
        "DecimalField": Kind.MONEY if name in _MONEY else Kind.NUMBER,
    }[field.get_internal_type()]
    counted = kind is Kind.INTEGER or (name in MEASURES and name not in _UNSUMMED)
    return Column(name, label, kind, source, total=counted and name not in _UNSUMMED, width=14)


VILLAGES = Ledger(
    name="villages",
    title="行政村信息",
    columns=(
        *place_columns(),
        Column("code", "区划代码", Kind.CODE, source="area_id", width=16),
        Column("status", "出列状态", Kind.OPTION, options=VILLAGE_STATUSES),
        Column("list_level", "名单级别", Kind.OPTION, options=LIST_LEVELS),
        Column("exit_year", "出列年度", Kind.YEAR),
        Column("leader_name", "村负责人"),
        Column("leader_position", "职务"),
        Column("leader_phone", "联系电话", Kind.PHONE),
        Column("kind", "村属性", Kind.OPTION, options=VILLAGE_KINDS),
        Column("development", "发展方向属性", Kind.OPTION, options=DEVELOPMENTS, width=14),
        Column("terrain", "地形地貌属性", Kind.OPTION, options=TERRAINS, width=14),
        *(_column(name) for block in BLOCKS for name in block.names),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_id",),
    per="村",
    filters=VillageLedgerFilter,
    note="每个行政村一行；空白为没有填写；名单和负责人为截至时情况，其余为所选年度",
    full_numbers=False,
)
