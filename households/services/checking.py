"""Starting the checks in the background: one job per county and year."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import CheckRun, CountyYear
from households.services.running import enqueue_year, open_years
from poverty.jobs.models import Job

KIND = "households.check"


def _enqueue(one: CountyYear, trigger: str, actor) -> Job:
    again = trigger != CheckRun.Trigger.NIGHTLY
    return enqueue_year(KIND, one, trigger=trigger, actor=actor, again=again)


@transaction.atomic
def request_checks(area_code: str, year: int, *, actor) -> list[Job]:
    """Put the checks of an area's counties in line and return the jobs; a county already in line keeps its job.

    A township or village stands for its county. Raises PermissionDenied without assess.run there,
    ValidationError at "year" when no year is open.
    """
    if not actor.has_right_at("assess.run", area_code[:6]):
        raise PermissionDenied("您没有在该地区发起数据检查的权限。")
    jobs = [_enqueue(one, CheckRun.Trigger.BUTTON, actor) for one in open_years(area_code, year)]
    if not jobs:
        raise ValidationError({"year": f"{year}年度没有开启，或已经关闭，不再检查。"})
    return jobs


def enqueue_after_import(area_code: str, year: int, *, actor) -> None:
    """Put the checks of a county in line after a workbook was taken into it."""
    for one in open_years(area_code, year):
        _enqueue(one, CheckRun.Trigger.IMPORT, actor)


def enqueue_nightly_checks(due: datetime) -> None:
    """The timetable's entry: every open year of every county, an hour after judging."""
    for one in open_years(""):
        _enqueue(one, CheckRun.Trigger.NIGHTLY, None)
