"""Teams that nobody has assessed for the quarter that ended last: a line of 我的工作."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from households.today_task import Task
from households.views.duties.reaching import narrowed
from villages.evaluations.due import latest_period, teams_without
from villages.evaluations.models import title_of
from villages.evaluations.services import RIGHT


def evaluation_tasks(user, area_code: str) -> list[Task]:
    """For who may assess them; nothing where all are."""
    if not user.has_right(RIGHT):
        return []
    year, period = latest_period(timezone.localdate())
    number = teams_without(narrowed(user.scope(RIGHT).areas, area_code), year, period)
    asked = {"area": area_code, "in": year, "period": period, "of": "team", "result": "none"}
    url = f"{reverse('villages:evaluations')}?{urlencode(asked)}"
    label = f"没有{title_of(year, period)}考评的驻村工作队"
    return [Task(label, number, url, "users", unit="队")] if number else []
