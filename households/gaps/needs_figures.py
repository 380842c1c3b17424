"""需求对接率 (A38): of the needs raised in a year, how many were met; the goal of 60 % is the source's."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from households.gaps.querysets import NEED_UNANSWERED
from households.models import Need
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below

GOAL = 60  # percent: 中国社会扶贫网 贫困户需求对接率 (seed-facts A38)
_FIGURES = ("raised", "answered", "late", "done")


@dataclass(frozen=True)
class NeedRate:
    """Needs (条) raised in a year at a place: all, answered now, late without an answer, done; `code` "": the sum."""

    code: str
    name: str
    raised: int
    answered: int
    late: int
    done: int

    @property
    def rate(self) -> Decimal | None:
        """Done of a hundred raised, to one decimal, half up; None: none raised."""
        if not self.raised:
            return None
        share = Decimal(self.done * 100) / self.raised
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.rate is not None and self.rate >= GOAL


def need_rates(
    rows: QuerySet[Need], year: int, area_code: str, today: date
) -> tuple[list[NeedRate], NeedRate]:
    """The rates of the places right below an area over the needs raised in a year, and of all; one statement."""
    unanswered = Q(state__in=NEED_UNANSWERED)
    found = (
        rows.filter(raised_on__gte=date(year, 1, 1), raised_on__lt=date(year + 1, 1, 1))
        .order_by()
        .annotate(place=Substr("area_code", 1, length_below(area_code)))
        .values("place")
        .annotate(
            raised=Count("pk"),
            answered=Count("pk", filter=~unanswered),
            late=Count("pk", filter=unanswered & Q(due_on__lt=today)),
            done=Count("pk", filter=Q(state=Need.State.DONE)),
        )
        .order_by("place")
    )
    found = list(found)
    names = short_names([one["place"] for one in found])
    places = [
        NeedRate(one["place"], names.get(one["place"], one["place"]), *(one[name] for name in _FIGURES))
        for one in found
    ]
    total = NeedRate("", "合计", *(sum(getattr(one, name) for one in places) for name in _FIGURES))
    return places, total
