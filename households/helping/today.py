"""What waits for whoever arranges who helps whom: lines of 我的工作. Only what is there is named."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from households import today_below
from households.benefits.models.figures import COUNTY
from households.benefits.services.figuring import is_changed
from households.benefits.stored import people_run, students_without_of
from households.relocation import querysets as relocation
from households.relocation.rows import WITHOUT as NOBODY_ANSWERS
from households.relocation.rows import in_state as moving_in_state
from households.relocation.rows import moving
from households.students import querysets as teaching
from households.students.rows import WITHOUT, in_state, students
from households.today_task import Task
from poverty.web.paging import count_up_to

COUNTED_TO = 1_000


def arranging_tasks(user, area_code: str, year: int) -> list[Task]:
    """Students without a teacher, households that move without a cadre, and what the apps below say; each for who may
    arrange it. The lists ask for a county, so above one there is nothing.
    """
    if len(area_code) < COUNTY:
        return []
    found = []
    if teaching.areas_of(user, teaching.EDIT):
        found += _students(user, area_code, year)
    if user.has_right(relocation.EDIT):
        found += _moving(user, area_code, year)
    return found + today_below.tasks(user, area_code)


def _students(user, area_code: str, year: int) -> list[Task]:
    """As they were counted last for who arranges the whole place: live each member of each household is asked. That there
    were none is said too, where something was recorded since: it would hide somebody.
    """
    url = _url("households:students", area_code, year, tab=WITHOUT)
    label = "没有结对教师的学生"
    if run := people_run(teaching.areas_of(user, teaching.EDIT), area_code, year):
        number = students_without_of(run, area_code)
        moment = f"截至{localtime(run.as_of):%m-%d %H:%M}，名单是现在的"
        task = Task(label, number, url, "user", urgent=True, hint=moment, unit="人")
        return [task] if number or is_changed(run) else []
    number, hint = _number(in_state(students(user, area_code, year, teaching.EDIT), WITHOUT))
    return [Task(label, number, url, "user", urgent=True, hint=hint, unit="人")] if number else []


def _moving(user, area_code: str, year: int) -> list[Task]:
    url = _url("households:relocation", area_code, year, tab=NOBODY_ANSWERS)
    number, hint = _number(moving_in_state(moving(user, area_code, year, relocation.EDIT), NOBODY_ANSWERS))
    if not number:
        return []
    return [Task("没有包扶人的搬迁户", number, url, "users", urgent=True, hint=hint, unit="户")]


def _url(name: str, area_code: str, year: int, **asked) -> str:
    return f"{reverse(name)}?{urlencode({'area': area_code, 'year': year, **asked})}"


def _number(rows: QuerySet) -> tuple[int, str]:
    """How many, counted up to a limit, and what is said where there are more."""
    number, exact = count_up_to(rows, COUNTED_TO)
    return number, "" if exact else f"不止 {COUNTED_TO}"
