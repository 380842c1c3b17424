"""What of gaps, measures, plans and needs waits for a person: lines of 我的工作."""

from django.urls import reverse
from django.utils import timezone

from households.gaps.plans import without_plan
from households.models import Gap, Household, Measure, Need
from households.today_task import Task
from poverty.sql.prefix import within
from poverty.web.paging import count_up_to

_COUNTED_TO = 10_000


def gap_tasks(user, area_code: str, year: int) -> list[Task]:
    """Gaps that are the person's own to close, and those of them that are late."""
    today = timezone.localdate()
    rows = Gap.objects.visible_to(user).open().of_year(year).filter(within("area_code", [area_code]))
    mine, url = rows.put_to(user), reverse("households:gaps")
    return [
        Task("归我补的缺项", _number(mine), f"{url}?mine=yes", "warning"),
        Task("其中已逾期", _number(mine.late_on(today)), f"{url}?mine=yes&late=yes", "clock", urgent=True),
    ]


def late_gaps(user, area_code: str, year: int) -> list[Task]:
    """Late gaps of everybody, for who looks after a place."""
    rows = Gap.objects.visible_to(user).open().of_year(year).filter(within("area_code", [area_code]))
    url = reverse("households:gaps")
    late = _number(rows.late_on(timezone.localdate()))
    return [Task("全部逾期的缺项", late, f"{url}?late=yes", "warning", urgent=True)]


def need_tasks(user, area_code: str) -> list[Task]:
    """Needs that wait for the person's answer, late ones, and answers that the household has not been told."""
    rows = Need.objects.visible_to(user).filter(within("area_code", [area_code]))
    url = reverse("households:needs")
    tasks = [
        Task("等我答复的诉求", _number(rows.put_to(user).unanswered()), f"{url}?tab=mine", "phone", unit="条")
    ]
    late = rows.late_on(timezone.localdate())
    tasks.append(
        Task("超期未答复的诉求", _number(late), f"{url}?tab=late", "warning", urgent=True, unit="条")
    )
    if user.has_right("need.raise"):
        tasks.append(
            Task("答复了、待告知农户", _number(rows.untold()), f"{url}?tab=untold", "send", unit="条")
        )
    return tasks


def measure_tasks(user, area_code: str, year: int) -> list[Task]:
    """Measures past their day, and households that still need a plan of the year."""
    rows = Measure.objects.visible_to(user, "measure.edit").filter(within("household__area_id", [area_code]))
    households = Household.objects.visible_to(user, "measure.edit").filter(within("area_id", [area_code]))
    return [
        Task(
            "逾期的帮扶措施",
            _number(rows.late_on(timezone.localdate())),
            f"{reverse('households:measures')}?tab=late",
            "list",
            urgent=True,
        ),
        Task(
            f"没有{year}年度帮扶计划的户",
            _number(without_plan(households, year)),
            reverse("households:plans"),
            "edit",
            unit="户",
        ),
    ]


def _number(rows) -> int:
    return count_up_to(rows, _COUNTED_TO)[0]
