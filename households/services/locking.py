"""Holding households still while the register changes.

Everybody locks in one order, so that nobody waits in a circle: households by their keys, persons, county years,
natural villages.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from households.models import Household


def lock_households(ids: Iterable[int]) -> dict[int, Household]:
    """Return the households by key as they stand now, locked until the transaction ends, in the order of
    their keys.
    """
    rows = (
        Household.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    return {row.pk: row for row in rows}


def lock_open(household: Household) -> Household:
    """Return a household as it stands now, locked; ValidationError when it is closed or merged."""
    row = lock_households([household.pk])[household.pk]
    require_open(row)
    return row


def require_open(household: Household) -> None:
    """Raise ValidationError when the register of a household does not change any more."""
    if household.state in {Household.State.CLOSED, Household.State.MERGED}:
        raise ValidationError(f"{household.head_name}户{household.get_state_display()}，不能再变动。")


def require_registered(household: Household) -> None:
    """Raise ValidationError unless a household is on the register now."""
    require_open(household)
    if household.state != Household.State.REGISTERED:
        raise ValidationError(f"{household.head_name}户还未登记，待乡镇确认登记后再办理。")
