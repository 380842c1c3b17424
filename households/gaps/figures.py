"""Figures of gaps by place and by what lacks, from one statement: they add up, and agree with the list beside them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from households.gaps.options import GAP_SUBJECTS
from households.models import Gap
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below
from poverty.fields.states import UNKNOWN, UNMET


@dataclass(frozen=True)
class GapFigures:
    """How much lacks (项) at a place or of a kind; `code` "" is the sum."""

    code: str
    label: str
    unmet: int
    unknown: int
    late: int

    @property
    def total(self) -> int:
        """Not reached and not known together."""
        return self.unmet + self.unknown


def gap_figures(
    rows: QuerySet[Gap], area_code: str, today: date
) -> tuple[list[GapFigures], list[GapFigures], GapFigures]:
    """Of open gaps: by the places right below an area, by what lacks, and the sum of both."""
    groups = (
        rows.order_by()
        .annotate(place=Substr("area_code", 1, length_below(area_code)))
        .values("place", "indicator", "state")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    )
    by_place: dict[str, Counter] = {}
    by_kind: dict[str, Counter] = {}
    total: Counter = Counter()
    for one in groups:
        state = {UNMET: "unmet", UNKNOWN: "unknown"}[one["state"]]
        for counter in (
            by_place.setdefault(one["place"], Counter()),
            by_kind.setdefault(one["indicator"], Counter()),
            total,
        ):
            counter[state] += one["number"]
            counter["late"] += one["late"]
    names = short_names(by_place)
    return (
        [_line(code, names.get(code, code), by_place[code]) for code in sorted(by_place)],
        [
            _line(code, GAP_SUBJECTS.label(code), by_kind[code])
            for code in GAP_SUBJECTS.keys
            if code in by_kind
        ],
        _line("", "合计", total),
    )


def _line(code: str, label: str, counted: Counter) -> GapFigures:
    return GapFigures(code, label, counted["unmet"], counted["unknown"], counted["late"])
