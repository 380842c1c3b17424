"""Holding households still while the register changes.

Everybody locks in one order, so that nobody waits in a circle: households by their keys and all in one call,
persons, places, county years, natural villages. Who holds a county year for writing waits for nothing more.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from households.models import Household, Membership
from poverty.areas.models import Area, Settlement
from poverty.sql.locks import share


def lock_households(ids: Iterable[int]) -> dict[int, Household]:
    """Return the households by key as they stand now, locked until the transaction ends, in the order of
    their keys.
    """
    rows = (
        Household.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    return {row.pk: row for row in rows}


def lock_keys(rows: QuerySet[Household]) -> list[int]:
    """Lock as many households as `rows` are, in the order of their keys, and return these."""
    held = rows.order_by("pk").select_for_update(no_key=True, of=("self",))
    return list(held.values_list("pk", flat=True))


def households_with(*member_ids: int) -> list[int]:
    """Every household that persons belong or belonged to: what is corrected about them changes the years they
    counted in, and one year in two counties whose accounting periods end on different days.
    """
    rows = Membership.objects.filter(member__in=member_ids).order_by("household_id")
    return list(rows.values_list("household_id", flat=True).distinct())


def lock_for_members(member_ids: Iterable[int], *, beside: Iterable[int] = ()) -> dict[int, Household]:
    """Lock what facts of these persons are judged in, every household of theirs, together with those `beside`.

    Returns them by key. Who holds some of them before and comes back for the others would wait in a circle with
    somebody who does the same from the other end.
    """
    return lock_households([*beside, *households_with(*member_ids)])


def people_of(household_id: int) -> QuerySet:
    """Keys of everybody who belongs or belonged to a household."""
    return Membership.objects.filter(household=household_id).values_list("member_id", flat=True)


def lock_open(household: Household) -> Household:
    """Return a household as it stands now, locked; ValidationError when it is closed or merged."""
    row = lock_households([household.pk])[household.pk]
    require_open(row)
    return row


def hold_area(code: str) -> Area:
    """Return a place as it stands now, held until the transaction ends: it is neither merged nor abolished meanwhile.

    Raises ValidationError at "area" for a code that nobody bears. Households are locked before.
    """
    rows = share(Area.objects.filter(pk=code))
    if not rows:
        raise ValidationError({"area": f"没有代码为 {code} 的区划。"})
    return rows[0]


def hold_settlement(settlement: Settlement, area: Area) -> Settlement:
    """Return a natural village or group of a place as it stands now, held until the transaction ends: neither is it
    closed nor do its facts change meanwhile. Stands after the county years.

    Raises ValidationError at "settlement" when it belongs to another place or is closed.
    """
    (row,) = share(Settlement.objects.filter(pk=settlement.pk))
    if row.village_id != area.pk:
        raise ValidationError({"settlement": f"{row.name}不在{area.name}，请重新选择。"})
    if row.valid_to is not None:
        raise ValidationError({"settlement": f"{row.name}已于 {row.valid_to} 撤销，请重新选择。"})
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
