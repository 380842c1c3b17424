"""The timetable: what is due every day at a time. What fell while beat was off is caught up, once.

An app registers in its `tasks.py`: `schedules.register("households.nightly", time(2, 30), enqueue_nightly)`.
The callable gets the due moment and only puts jobs in line; its work must take no longer than that.
"""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from poverty.jobs.models import ScheduledRun

logger = logging.getLogger(__name__)

_daily: dict[str, tuple[time, Callable[[datetime], None]]] = {}


def register(name: str, at: time, start: Callable[[datetime], None]) -> None:
    """Have `start(due)` called every day at `at` (time of the place, Asia/Shanghai), or as soon after as
    possible.

    ValueError when the name is taken by another callable.
    """
    if name in _daily and _daily[name][1] is not start:
        raise ValueError(f"Two entries of the timetable named {name!r}.")
    _daily[name] = (at, start)


def last_due(at: time, now: datetime) -> datetime:
    """The latest moment not after `now` at which something daily at `at` was due."""
    local = timezone.localtime(now)
    due = local.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
    return due if due <= local else due - timedelta(days=1)


def run_due() -> int:
    """Start everything that is due and has not been started for that moment; returns how many.

    A conditional UPDATE decides who starts it, so two beats start it once. When starting fails the row is
    rolled back and the next sweep tries again. Several days missed are made up for by one run. An entry
    seen for the first time waits for its next moment.
    """
    started = 0
    for name, (at, start) in list(_daily.items()):
        due = last_due(at, timezone.now())
        try:
            with transaction.atomic():
                row, new = ScheduledRun.objects.get_or_create(name=name, defaults={"last_due": due})
                if new or row.last_due >= due:
                    continue
                if ScheduledRun.objects.filter(name=name, last_due__lt=due).update(last_due=due):
                    start(due)
                    started += 1
        except Exception as error:  # one entry that fails must not hold up the others, nor the sweep
            logger.error("Timetable entry %s could not be started (%s)", name, type(error).__name__)
    return started
