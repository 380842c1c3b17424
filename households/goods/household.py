"""One household against the four goods: item by item, with where each answer comes from."""

from dataclasses import dataclass

from households.goods.items import Item, Items
from households.goods.states import asked, state_of
from households.models import GoodsEntry, Household
from households.options.goods import GOODS
from poverty.fields.states import MET


@dataclass(frozen=True)
class Line:
    """An item with its state and where it comes from."""

    item: Item
    state: int
    source: str


@dataclass(frozen=True)
class Good:
    """One good with its items; its state is that of the worst."""

    key: str
    label: str
    lines: list[Line]

    @property
    def state(self) -> int:
        """未达标 before 待核实 before 达标; what is not asked holds nobody back."""
        return min([MET, *(one.state for one in self.lines)])


def goods_of(household: Household, year: int, items: Items, entry: GoodsEntry | None) -> list[Good]:
    """The four goods of a household in a year; [] for one whom they do not concern (一般农户). One query."""
    columns = {f"item_{number}": state_of(one) for number, one in enumerate(items.items)}
    rows = asked(Household.objects.filter(pk=household.pk), year).annotate(**columns)
    states = rows.values(*columns).first()
    if states is None:
        return []
    found = [
        Line(one, states[f"item_{number}"], _source(one, entry)) for number, one in enumerate(items.items)
    ]
    return [Good(key, GOODS.label(key), [one for one in found if one.item.good == key]) for key in GOODS.keys]


def current_entry(household: Household, year: int) -> GoodsEntry | None:
    """What was ticked last for a year."""
    rows = GoodsEntry.objects.filter(household=household, year=year, is_current=True)
    return rows.select_related("recorded_by").first()


def _source(item: Item, entry: GoodsEntry | None) -> str:
    if item.read or entry is None or item.key not in entry.answers:
        return item.source
    return f"{entry.recorded_by.name}勾选 {entry.happened_on}"
