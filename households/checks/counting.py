"""How every check stands after a run, and what happened to it since the run before.

Between two runs findings come and go, too: a household is checked alone when somebody answers or asks for it, and a
village by the command line. A run counts all of it, from the count of the last run that covered the whole of its
place to its own, so that the figures of consecutive runs follow from one another.
"""

from collections import Counter
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from households.models import CheckCount, CheckRun, Finding, FindingAnswer
from poverty.sql.prefix import within

# Where each figure is read: rows, the time that says when it happened, and the check's code.
_NEW, _CLOSED, _REOPENED = "new", "closed", "reopened"


def count(run: CheckRun, places: list[str]) -> None:
    """Store how every check stands in the run's places and what happened there, and the sums on the run itself.

    `run.counted_at` says up to when; who writes findings of those places waits meanwhile (services.checks).
    """
    standing = {
        one["code"]: one
        for one in Finding.objects.current()
        .filter(within("area_code", places), year=run.year)
        .order_by()
        .values("code")
        .annotate(open=Count("pk", filter=Q(answer=None)), answered=Count("answer"))
    }
    moves = {_NEW: Counter(), _CLOSED: Counter(), _REOPENED: Counter()}
    for since, own in _since(run, places).items():
        _add_moves(moves, run, since, own)
    rows = [
        CheckCount(
            run=run,
            code=code,
            open=standing.get(code, {}).get("open", 0),
            answered=standing.get(code, {}).get("answered", 0),
            **{name: counter[code] for name, counter in moves.items()},
        )
        for code in sorted({*standing, *(code for counter in moves.values() for code in counter)})
    ]
    CheckCount.objects.bulk_create(rows)
    for name in ("open", "answered", *moves):
        setattr(run, name, sum(getattr(row, name) for row in rows))


def _since(run: CheckRun, places: list[str]) -> dict[datetime | None, list[str]]:
    """The places by when they were last counted; None: never."""
    found: dict[datetime | None, list[str]] = {}
    for place in places:
        before = CheckRun.objects.finished_over(place, run.year).exclude(pk=run.pk)
        found.setdefault(before.values_list("counted_at", flat=True).first(), []).append(place)
    return found


def _add_moves(moves: dict[str, Counter], run: CheckRun, since: datetime | None, places: list[str]) -> None:
    rows = Finding.objects.filter(within("area_code", places), year=run.year)
    of_rows = Q(finding__year=run.year) & within("finding__area_code", places)
    # An answer that gave way to the next ended with it, not with the facts.
    next_one = FindingAnswer.objects.filter(finding=OuterRef("finding"), answered_at=OuterRef("ended_at"))
    ended = FindingAnswer.objects.filter(of_rows, ended_at__isnull=False).exclude(Exists(next_one))
    for name, happened, at, code in (
        (_NEW, rows, "found_at", "code"),
        (_CLOSED, rows.filter(closed_at__isnull=False), "closed_at", "code"),
        (_REOPENED, ended, "ended_at", "finding__code"),
    ):
        moves[name].update(_by_code(happened, at, code, since, run.counted_at))


def _by_code(rows: QuerySet, at: str, code: str, since: datetime | None, until: datetime) -> dict[str, int]:
    between = {f"{at}__lte": until}
    if since is not None:
        between[f"{at}__gt"] = since
    counted = rows.filter(**between).order_by().values(of_check=F(code)).annotate(n=Count("pk"))
    return dict(counted.values_list("of_check", "n"))
