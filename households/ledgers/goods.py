"""四个好台账: one row per household with its four goods and the four lines of work (seed-facts.md A3, A4)."""

from households.benefits.coverage import COUNTY_LENGTH
from households.disclosure import whole_to
from households.goods.items import items_for
from households.goods.states import LINES, with_lines
from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT
from households.models import Household
from households.options.goods import GOODS
from poverty.fields.states import MET
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger

_GOOD_COLUMNS = tuple(f"good_{key}" for key in GOODS.keys)


def _rows(user, area_code, year, values):
    rows = Household.objects.visible_to(user, RIGHT).filter(whole_to(user)).under(area_code)
    if len(area_code) < COUNTY_LENGTH:  # each county has items of its own
        rows = rows.none()
    return with_lines(rows, year, items_for(area_code, year))


def _worst(*states):
    return min([MET, *states])


GOODS_LEDGER = Ledger(
    name="goods",
    title="四个好台账",
    columns=(
        *place_columns(),
        *household_columns(),
        Column("size", "家庭人口数", Kind.INTEGER, width=10),
        *(Column(f"line_{key}", label, Kind.STATE, width=10) for key, (label, _) in LINES.items()),
        Column("goods", "四个好", Kind.STATE, source=Derived(_GOOD_COLUMNS, _worst), width=10),
        *(Column(f"good_{key}", GOODS.label(key), Kind.STATE, width=14) for key in GOODS.keys),
        Column("seen_on", "勾选日期", Kind.DATE, source="entry__happened_on"),
        Column("remark", "说明", source="entry__remark", width=24),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_id", "id"),
    per="户",
    note="建档立卡户和监测户；目标清单，不是退出标准；按县的项目计算，请选一个县或以下",
    full_numbers=False,
)
