"""Figures of the four lines of work by place, and of 四好村 by village: each from one statement, so that they add up."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from households.goods.items import Items
from households.goods.states import FOUR_GOODS, LINES, VILLAGE, with_lines, with_village_parts
from households.models import Household
from households.options.goods import GOODS
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below
from poverty.fields.states import MET, UNKNOWN, UNMET

VILLAGE_CODE = 12


@dataclass
class Tally:
    """Households of one line or part: `asked` = `met` + `unmet` + `unknown`; whom it does not concern stands in none."""

    met: int = 0
    unmet: int = 0
    unknown: int = 0

    def add(self, state: int, number: int) -> None:
        """Count some more."""
        name = {MET: "met", UNMET: "unmet", UNKNOWN: "unknown"}.get(state)
        if name:
            setattr(self, name, getattr(self, name) + number)

    @property
    def asked(self) -> int:
        """All whom it concerns."""
        return self.met + self.unmet + self.unknown

    @property
    def is_whole(self) -> bool:
        """Everybody whom it concerns has it (100 %)."""
        return self.unmet == self.unknown == 0

    @property
    def rate(self) -> str:
        """Share of those who have it, in percent with one place, never rounded up to 100; "—" where it concerns nobody."""
        if not self.asked:
            return "—"
        return f"{self.met * 1000 // self.asked / 10:g}%"


@dataclass
class PlaceTally:
    """Of one place; `code` "" is the sum. `parts` by key."""

    code: str
    label: str
    total: int = 0
    parts: dict[str, Tally] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Every part at 100 %."""
        return self.total > 0 and all(one.is_whole for one in self.parts.values())


def line_figures(
    rows: QuerySet[Household], area_code: str, year: int, items: Items
) -> tuple[list[PlaceTally], PlaceTally]:
    """Households by each of the four lines of work and by each good, by the places right below an area, and the sum."""
    found = with_lines(rows, year, items)
    columns = {key: f"line_{key}" for key in LINES} | {key: f"good_{key}" for key in GOODS.keys}
    return _tallied(found, columns, length_below(area_code), _with_all_goods)


def _with_all_goods(states: dict[str, int]) -> dict[str, int]:
    """四个好 as one: what the worst of the four is."""
    return states | {FOUR_GOODS: min(states[key] for key in GOODS.keys)}


def village_figures(
    rows: QuerySet[Household], area_code: str, year: int
) -> tuple[list[PlaceTally], PlaceTally]:
    """Households by each measurable part of 四好村, by village, and the sum."""
    found = with_village_parts(rows, year)
    return _tallied(found, {key: f"part_{key}" for key in VILLAGE}, VILLAGE_CODE, dict)


def _tallied(
    rows: QuerySet[Household],
    columns: dict[str, str],
    length: int,
    finished: Callable[[dict[str, int]], dict[str, int]],
) -> tuple[list[PlaceTally], PlaceTally]:
    counted = (
        rows.order_by().values(*columns.values(), place=Substr("area_id", 1, length)).annotate(n=Count("pk"))
    )
    places: dict[str, PlaceTally] = {}
    total = PlaceTally("", "合计", parts=defaultdict(Tally))
    for row in counted:
        code = row["place"]
        place = places.setdefault(code, PlaceTally(code, "", parts=defaultdict(Tally)))
        states = finished({key: row[column] for key, column in columns.items()})
        for own in (place, total):
            own.total += row["n"]
            for key, state in states.items():
                own.parts[key].add(state, row["n"])
    names = short_names(places)
    for code, one in places.items():
        one.label = names.get(code, code)
    return [places[code] for code in sorted(places)], total
