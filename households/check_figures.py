"""Figures of findings: by check and place, and how many wait. Every number has the list that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from households.check_sight import seen_by
from households.checks.check import Check, Severity
from households.checks.registry import CHECKS, GROUPS, codes_of, rank
from households.models import CheckCount, CheckRun, Finding, Household
from poverty.areas.models import Area, Level
from poverty.areas.querysets import length_below
from poverty.sql.prefix import within

# Above a township a figure counts up to hundreds of thousands of rows: kept a while, with when it was counted.
KEPT_SECONDS = 300


@dataclass(frozen=True)
class CheckLine:
    """A check with how many findings wait, how many are answered, and how many wait in each place."""

    check: Check
    group: str
    open: int
    answered: int
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Overview:
    """All checks that found anything, the places of the columns, and sums by severity."""

    lines: list[CheckLine]
    places: list[tuple[str, str]]
    waiting: dict[str, int]
    answered: int
    counted_at: datetime

    @property
    def open(self) -> int:
        """How many wait in all."""
        return sum(self.waiting.values())


def current_findings(user, area_code: str, year: int) -> QuerySet[Finding]:
    """Current findings of a year that a person sees at a place; a helper's households count wherever they are."""
    scope = user.scope("household.view")
    rows = seen_by(user).current().filter(year=year)
    if scope.paired and not scope.areas:
        return rows
    return rows.filter(within("area_code", [area_code]))


def _counted(user, area_code: str, year: int) -> QuerySet[Finding]:
    """The same to be counted: by place alone where the person sees everything there, so that an index tells it all."""
    scope = user.scope("household.view")
    if scope.paired or any(grant.sector for grant in scope.grants):
        return current_findings(user, area_code, year).order_by()
    here = within("area_code", scope.areas) & within("area_code", [area_code])
    return Finding.objects.current().filter(here, year=year).order_by()


def overview(user, area_code: str, year: int) -> Overview:
    """Findings by check and by the places right below an area; above a township kept for some minutes."""
    if len(area_code) >= Level.TOWNSHIP:
        return _overview(_groups(user, area_code, year), timezone.now())
    scope = user.scope("household.view")
    key = f"checks:{user.pk}:{','.join(scope.areas)}:{last_run_id(area_code, year)}:{area_code}:{year}"
    kept = cache.get(key)
    if kept is None:
        kept = _groups(user, area_code, year), timezone.now()
        cache.set(key, kept, KEPT_SECONDS)
    return _overview(*kept)


def _groups(user, area_code: str, year: int) -> list[dict]:
    groups = (
        _counted(user, area_code, year)
        .annotate(place=Substr("area_code", 1, length_below(area_code)))
        .values("code", "place")
        .annotate(open=Count("pk", filter=Q(answer=None)), answered=Count("answer"))
    )
    return [one for one in groups if one["code"] in CHECKS]


def _overview(found: list[dict], counted_at: datetime) -> Overview:
    codes = sorted({one["place"] for one in found})
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    waiting = {severity.value: 0 for severity in Severity}
    by_code: dict[str, dict] = {}
    for one in found:
        line = by_code.setdefault(one["code"], {"open": 0, "answered": 0, "cells": {}})
        line["open"] += one["open"]
        line["answered"] += one["answered"]
        line["cells"][one["place"]] = one["open"]
        waiting[CHECKS[one["code"]].severity] += one["open"]
    lines = [
        CheckLine(
            CHECKS[code],
            GROUPS[code],
            line["open"],
            line["answered"],
            tuple(line["cells"].get(place, 0) for place in codes),
        )
        for code, line in by_code.items()
    ]
    lines.sort(key=lambda line: (rank(line.check), -line.open, line.check.code))
    places = [(code, names.get(code, code)) for code in codes]
    answered = sum(line.answered for line in lines)
    return Overview(lines, places, waiting, answered, counted_at)


def last_run(user, area_code: str, year: int) -> CheckRun | None:
    """The last finished run over what a person looks at; None: nobody has checked it, so nothing found means nothing.

    Who sees only the households paired with him stands at no place: then a run over one of their villages counts.
    """
    scope = user.scope("household.view")
    if scope.areas or not scope.paired:
        return CheckRun.objects.visible_to(user).finished_over(area_code, year).first()
    villages = Household.objects.visible_to(user).order_by().values_list("area_id", flat=True).distinct()
    return CheckRun.objects.finished_over_any(list(villages), year).first()


def last_run_id(area_code: str, year: int) -> int | None:
    """The last finished run that covers an area."""
    return CheckRun.objects.finished_over(area_code, year).values_list("pk", flat=True).first()


def waiting_by_severity(user, area_code: str, year: int) -> dict[str, int]:
    """How many findings wait, by severity: for the landing page.

    For a whole county as the last run counted them; for a township, a village and a helper's households now.
    """
    scope = user.scope("household.view")
    whole = not scope.paired and not scope.sectors and scope.covers(area_code)
    run = _run_over(area_code, year) if whole and len(area_code) == Level.COUNTY else None
    if run is not None:
        counts = dict(CheckCount.objects.filter(run=run).values_list("code", "open"))
    else:
        rows = _counted(user, area_code, year).filter(answer=None)
        counts = dict(rows.values("code").annotate(n=Count("pk")).values_list("code", "n"))
    return {severity.value: sum(counts.get(code, 0) for code in codes_of(severity)) for severity in Severity}


def _run_over(county: str, year: int) -> int | None:
    rows = CheckRun.objects.filter(year=year, area_code=county, finished_at__isnull=False)
    return rows.order_by("-id").values_list("pk", flat=True).first()


def counts_over_time(runs: Sequence[CheckRun], code: str) -> dict[int, CheckCount]:
    """Counts of one check by run."""
    return {row.run_id: row for row in CheckCount.objects.filter(run__in=runs, code=code)}
