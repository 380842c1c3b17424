"""Who stands in a village for whom: the people of a village team, and which unit helps which village.

Without posts of villages these are the people posted there and the units of those who are paired with households there;
the app of the villages registers what it knows better (villages/duties/registrations.py).
"""

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet

from households.models import Pairing
from poverty.accounts.models import Posting, Role
from poverty.areas.models import Level
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


def _posted(area_code: str, first: date, last: date, areas, person: int | None = None) -> QuerySet:
    rows = Posting.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        within("area", [area_code]),
        within("area", areas),
        area__level=Level.VILLAGE,
        role=Role.HELPER,
        valid_from__lte=last,
        user__is_resident_team=True,
    )
    rows = rows if person is None else rows.filter(user=person)
    return rows.order_by().values_list("area", "user").distinct()


def _paired(day: date) -> QuerySet[Pairing]:
    return (
        Pairing.objects.filter(valid_at(day), helper__unit__isnull=False)
        .order_by()
        .values_list("helper__unit", "household__area")
        .distinct()
    )


# (area code, first day, last day, areas in sight, of one person) -> pairs of village code and person: members of the
# village teams there on any of these days.
team: Callable[..., QuerySet] = _posted
# (day) -> pairs of unit and village code: who helps where.
units_of_villages: Callable[[date], QuerySet] = _paired


def register(*, team_of: Callable | None = None, units: Callable | None = None) -> None:
    """Let the app of the villages answer instead."""
    global team, units_of_villages
    team = team_of or team
    units_of_villages = units or units_of_villages
