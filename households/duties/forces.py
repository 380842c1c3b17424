"""Who stands in a village for whom: the people of a village team, the unit that answers for it, its leaders.

Posts stand in the app of the villages below this one; it says here how they are asked (villages/duties/registrations.py).
"""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet


def _nobody_told(*args, **kwargs) -> QuerySet:
    raise ImproperlyConfigured("No app has said who stands in the villages.")


# Querysets over rows that have `village__area` and `person` or `unit`, so that a question can go on from them.
# (area code, first day, last day, areas in sight, of one person) -> pairs of village code and person: members of the
# village teams there on any of these days.
team: Callable[..., QuerySet] = _nobody_told
# (day) -> pairs of unit and village code: who helps where.
units_of_villages: Callable[[date], QuerySet] = _nobody_told
# (first day, last day) -> pairs of village code and person: who was its leader on any of these days.
leaders: Callable[[date, date], QuerySet] = _nobody_told


def register(*, team_of: Callable, units: Callable, leading: Callable) -> None:
    """Say how posts of villages are asked."""
    global team, units_of_villages, leaders
    team, units_of_villages, leaders = team_of, units, leading
