"""Starting county-wide judgements in the background: one job per county and year."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import AssessmentRun, CountyYear
from poverty.jobs.models import Job
from poverty.jobs.services.queue import enqueue
from poverty.sql.prefix import within

KIND = "households.assess"


def enqueue_year(kind: str, one: CountyYear, *, trigger: str, actor, again: bool) -> Job:
    """Put a kind of work over a county's year in line, once. `again`: once more after one that is under way, which
    may already have read what has just been changed.
    """
    return enqueue(
        kind,
        area_code=one.area_id,
        key=f"{kind}:{one.area_id}:{one.year}",
        params={"area_code": one.area_id, "year": one.year, "trigger": trigger},
        actor=actor,
        again=again,
    )


def _enqueue(one: CountyYear, trigger: str, actor) -> Job:
    again = trigger != AssessmentRun.Trigger.NIGHTLY
    return enqueue_year(KIND, one, trigger=trigger, actor=actor, again=again)


def open_years(area_code: str, year: int | None = None):
    """Open county years of an area ("" = everywhere), of one year or of all."""
    rows = CountyYear.objects.filter(state=CountyYear.State.OPEN).order_by("area_id", "year")
    rows = (
        rows.filter(area_id=area_code[:6])
        if len(area_code) > 6
        else rows.filter(within("area_id", [area_code]))
    )
    return rows if year is None else rows.filter(year=year)


@transaction.atomic
def request_assessment(
    area_code: str, year: int, *, actor, trigger: str = AssessmentRun.Trigger.BUTTON
) -> list[Job]:
    """Put the judging of an area's counties in line and return the jobs; a county already in line keeps its job.

    A township or village stands for its county. Raises PermissionDenied without assess.run there,
    ValidationError at "year" when no year is open.
    """
    if not actor.has_right_at("assess.run", area_code[:6]):
        raise PermissionDenied("您没有在该地区发起判定的权限。")
    jobs = [_enqueue(one, trigger, actor) for one in open_years(area_code, year)]
    if not jobs:
        raise ValidationError({"year": f"{year}年度没有开启，或已经关闭，不能判定。"})
    return jobs


def judge_after_change(area_code: str, year: int, *, actor, trigger: str) -> list[Job]:
    """Put in line what a change of rules asks for (a published standard, a parameter). No open year: nothing."""
    return [_enqueue(one, trigger, actor) for one in open_years(area_code, year)]


def enqueue_nightly(due: datetime) -> None:
    """The timetable's entry: every open year of every county. It must find nothing to change, and says so if it does."""
    for one in open_years(""):
        _enqueue(one, AssessmentRun.Trigger.NIGHTLY, None)
