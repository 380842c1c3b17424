"""How many days of leave the township may grant, and who has had more than a year allows (procedures.md 9, [W91])."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest, Least

from households.duties.models import Leave
from poverty.parameters.services import value_for, values_at

TOWNSHIP_DAYS = "leave.township_days"
RECALL_DAYS = "leave.recall_days"


def township_days(leave: Leave) -> int:
    """Up to how many days the township answers alone where the leave is from."""
    return value_for(TOWNSHIP_DAYS, leave.area_id, leave.starts_on)


def short_leave(leave: Leave) -> str | None:
    """Why the township may not answer: None where it may."""
    limit = township_days(leave)
    return f"请假 {leave.days} 天，超过 {limit} 天由县批准。" if leave.days > limit else None


def long_leave(leave: Leave) -> str | None:
    """Why the county does not answer: None where it does."""
    limit = township_days(leave)
    return f"请假 {leave.days} 天，{limit} 天以内由乡镇批准。" if leave.days <= limit else None


def days_in_year(people: Iterable[int], year: int, rows: QuerySet[Leave] | None = None) -> dict[int, int]:
    """Days of granted leave that lie in a calendar year, by person; who had none is left out.

    Who came back earlier counts to his last day. `rows`: only of these (what a reader may see); None: of all.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    end = Coalesce("ended_on", "ends_on")
    rows = (
        (Leave.objects.all() if rows is None else rows)
        .granted()
        .filter(person__in=list(people), starts_on__lte=last, ends_on__gte=first)
        .annotate(inside=Least(end, last) - Greatest(F("starts_on"), first))
        .filter(inside__gte=timedelta())
        .values("person")
        .annotate(total=Sum("inside"), times=Count("pk"))
        .values_list("person", "total", "times")
    )
    return {person: total.days + times for person, total, times in rows}


def recall_days(area_code: str, on: date) -> int:
    """More days of leave in a year than this are a condition for recall (召回条件)."""
    return value_for(RECALL_DAYS, area_code, on)


def recall_limits(areas: Iterable[str], on: date) -> dict[str, int]:
    """`recall_days` of many places, in one query."""
    found = values_at([RECALL_DAYS], {(code, on) for code in areas})
    return {code: values[RECALL_DAYS] for (code, _), values in found.items()}
