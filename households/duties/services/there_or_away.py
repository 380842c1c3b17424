"""A day is a day in the village or a day of leave, never both; PostgreSQL says the same (migrations, duty_days_guarded)."""

from collections.abc import Iterable
from datetime import date

from households.duties.models import Leave, Presence
from poverty.accounts.models import User
from poverty.sql.locks import hold

_NAMED = 5  # days that are named; of more it is said that there are more


def hold_days(person: User) -> None:
    """Let nobody else enter days of this person, there or away, until the transaction ends."""
    hold(f"duty days of {person.pk}")


def days_there(person: User, first: date, last: date) -> list[date]:
    """Days on which the person was in a village, of those from `first` to `last`."""
    rows = Presence.objects.standing().filter(person=person, day__range=(first, last))
    return list(rows.order_by("day").values_list("day", flat=True))


def leave_of(person: User, first: date, last: date) -> list[Leave]:
    """Leave of a person, granted or asked for, that touches the days from `first` to `last`."""
    rows = Leave.objects.filter(person=person, state__in=(Leave.State.APPLIED, Leave.State.APPROVED))
    return [one for one in rows.filter(starts_on__lte=last, ends_on__gte=first) if one.last_day >= first]


def named(days: Iterable[date]) -> str:
    """2018-11-20、2018-11-21; of many the first ones."""
    days = list(days)
    text = "、".join(map(str, days[:_NAMED]))
    return f"{text} 等 {len(days)} 天" if len(days) > _NAMED else text
