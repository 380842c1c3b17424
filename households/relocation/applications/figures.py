"""How many applications stand where, by the places right below one; the rows add up."""

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from households.models import RelocationApplication
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below

State = RelocationApplication.State
# Columns of the table: label, states counted in it.
COLUMNS = (
    ("待评议", (State.APPLIED,)),
    ("待呈报", (State.APPRAISED,)),
    ("待审批", (State.REPORTED,)),
    ("已批准", (State.APPROVED, State.ANNOUNCED)),
    ("已入住", (State.MOVED, State.CLEARED)),
    ("不予批准、撤回", (State.REFUSED, State.WITHDRAWN)),
)
_COLUMN_OF = {state: number for number, (_, states) in enumerate(COLUMNS) for state in states}


@dataclass
class PlaceFigures:
    """Applications of one place, one number for each of COLUMNS; `total` is their sum."""

    code: str
    label: str
    counts: list[int] = field(default_factory=lambda: [0] * len(COLUMNS))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(heading, number) in the order of the columns."""
        return [(label, number) for (label, _), number in zip(COLUMNS, self.counts, strict=True)]


def figures(rows: QuerySet, area_code: str) -> tuple[list[PlaceFigures], PlaceFigures]:
    """Applications by the places right below an area ("" is everywhere), and their sum; one statement for the numbers."""
    counted = (
        rows.order_by()
        .values("state", code=Substr("household__area_id", 1, length_below(area_code)))
        .annotate(n=Count("pk"))
    )
    found: dict[str, PlaceFigures] = {}
    total = PlaceFigures("", "合计")
    for row in counted:
        place = found.setdefault(row["code"], PlaceFigures(row["code"], row["code"]))
        for one in (place, total):
            one.counts[_COLUMN_OF[row["state"]]] += row["n"]
    names = short_names(found)
    for code, one in found.items():
        one.label = names.get(code, code)
    return [found[code] for code in sorted(found)], total
