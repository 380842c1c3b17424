"""需求对接率 (A38): of the needs raised in a year, how many were met; the goal of 60 % is the source's."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, QuerySet

from households.gaps.querysets import NEED_UNANSWERED
from households.models import Need

GOAL = 60  # percent: 中国社会扶贫网 贫困户需求对接率 (seed-facts A38)


@dataclass(frozen=True)
class NeedRate:
    """Needs (条) raised in a year: all, answered at least once and still answered, done."""

    year: int
    raised: int
    answered: int
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


def need_rate(rows: QuerySet[Need], year: int) -> NeedRate:
    """The rate over the needs of `rows` that were raised in a year; one statement."""
    found = rows.filter(raised_on__year=year).aggregate(
        raised=Count("pk"),
        answered=Count("pk", filter=~Q(state__in=NEED_UNANSWERED)),
        done=Count("pk", filter=Q(state=Need.State.DONE)),
    )
    return NeedRate(year, **found)
