"""How much waits and what was done: by township, and by reviewer."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from households.desk.queue import Figures, Queue
from households.desk.stages import CASE, STAGES
from poverty.review.models import Look, Step
from poverty.sql.prefix import within

# What the county does with a case: reviewed, approved by the leading group, sent back.
DONE = ("review", "approve", "return")


@dataclass(frozen=True)
class TownshipLoad:
    """One township: what waits, and what was decided there today and in the last seven days."""

    code: str
    figures: Figures
    today: int = 0
    week: int = 0


@dataclass(frozen=True)
class ReviewerLoad:
    """One reviewer: decided today and in seven days, sent back of these, cases opened today."""

    name: str
    today: int
    week: int
    returned: int
    opened: int


def by_township(waiting: Queue, places: list[str]) -> list[TownshipLoad]:
    """Townships where something waits or was decided within seven days. `places`: where the asker may look."""
    since, week = _days()
    steps = _done(places, week)
    done = {}
    for code, today, all_of_them in _counted(steps, "area_code", since):
        before = done.get(code[:9], (0, 0))
        done[code[:9]] = (before[0] + today, before[1] + all_of_them)
    figures = waiting.by_township()
    return [
        TownshipLoad(code, figures.get(code, Figures()), *done.get(code, (0, 0)))
        for code in sorted(set(figures) | set(done))
    ]


def by_reviewer(places: list[str]) -> list[ReviewerLoad]:
    """Who decided at the county within seven days, the busiest first."""
    since, week = _days()
    steps = _done(places, week).filter(decided_by__isnull=False)
    rows = (
        steps.order_by()
        .values("decided_by", "decided_by__name")
        .annotate(
            today=Count("pk", filter=Q(recorded_at__gte=since)),
            week=Count("pk"),
            returned=Count("pk", filter=Q(transition="return")),
        )
        .order_by("-today", "-week", "decided_by")
    )
    opened = dict(
        Look.objects.filter(case_type=CASE, opened_at__gte=since)
        .order_by()
        .values_list("user")
        .annotate(n=Count("case_id", distinct=True))
    )
    return [
        ReviewerLoad(
            row["decided_by__name"],
            row["today"],
            row["week"],
            row["returned"],
            opened.get(row["decided_by"], 0),
        )
        for row in rows
    ]


def _days() -> tuple[datetime, datetime]:
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return today, today - timedelta(days=6)


def _done(places: list[str], since: datetime):
    sources = [stage.state for stage in STAGES.values()]
    return Step.objects.filter(
        within("area_code", places),
        case_type=CASE,
        transition__in=DONE,
        source__in=sources,
        recorded_at__gte=since,
    )


def _counted(steps, name: str, since: datetime):
    today = Count("pk", filter=Q(recorded_at__gte=since))
    return steps.order_by().values_list(name).annotate(today=today, all=Count("pk"))
