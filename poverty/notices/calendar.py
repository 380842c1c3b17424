"""The notices of a month, day by day: what goes up, what hangs, what ends."""

from calendar import Calendar, monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from poverty.review.models import Notice

_MONDAY_FIRST = Calendar(firstweekday=0)


@dataclass
class Day:
    """A day of the calendar: how many notices hang, which are posted on it, and for which it is the last one."""

    on: date
    in_month: bool
    hanging: int = 0
    posted: list[Notice] = field(default_factory=list)
    ending: list[Notice] = field(default_factory=list)


def month_of(first: date, notices: QuerySet[Notice]) -> list[list[Day]]:
    """The weeks (Monday to Sunday) of the month that begins on `first`; one query."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    rows = list(
        notices.standing()
        .filter(posted_on__lte=last, last_day__gte=first)
        .order_by("posted_on", "area_code", "pk")
    )
    posted, ending = defaultdict(list), defaultdict(list)
    change: dict[date, int] = defaultdict(int)
    for row in rows:
        posted[row.posted_on].append(row)
        ending[row.last_day].append(row)
        change[max(row.posted_on, first)] += 1
        change[row.last_day + timedelta(days=1)] -= 1
    weeks, hanging = [], 0
    for week in _MONDAY_FIRST.monthdatescalendar(first.year, first.month):
        days = []
        for on in week:
            inside = on.month == first.month
            hanging += change[on] if inside else 0
            days.append(
                Day(
                    on,
                    inside,
                    hanging if inside else 0,
                    posted[on] if inside else [],
                    ending[on] if inside else [],
                )
            )
        weeks.append(days)
    return weeks


def month_beginning(text: str | None, today: date) -> date:
    """The first day of a month typed as 2018-11; that of today's month for anything else."""
    try:
        first = date.fromisoformat(f"{(text or '')[:7]}-01")
    except ValueError:
        return today.replace(day=1)
    # The calendar of a program ends at year 9999, and nothing of this hung before 2000.
    return first if 2000 <= first.year <= 2999 else today.replace(day=1)


def neighbours(first: date) -> tuple[date, date]:
    """The first days of the months before and after."""
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=32)).replace(day=1)
