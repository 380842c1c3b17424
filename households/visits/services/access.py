"""Whose household a visit was made to: the sender's, no longer his, or never."""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils import timezone

from households.models import Household, HouseholdPlace, Pairing
from poverty.accounts.models import Posting
from poverty.accounts.rights import roles_with
from poverty.accounts.roles import Role
from poverty.parameters.services import value_for
from poverty.sql.prefix import within

RECORD = "visit.record"
TAKEN_OVER = ""
_NOT_HIS_PLACE = "该户已不在您的工作范围，由村或乡镇核对后采用。"


def whose(household_ids: Collection[int], actor) -> dict[int, str]:
    """household -> "" where a visit of this person is taken over at once, else why it waits in the inbox.

    Households that never were his are left out: their visits are refused. For some days after a pairing has ended
    (visit.grace_days) what comes late from a phone is taken over all the same. A constant number of queries, but for
    the days of the places where a pairing has ended.
    """
    now = Household.objects.visible_to(actor, RECORD).filter(pk__in=household_ids)
    found = dict.fromkeys(now.values_list("pk", flat=True), TAKEN_OVER)
    rest = set(household_ids) - set(found)
    if rest:
        found |= _once_paired(rest, actor)
    if rest := rest - set(found):
        found |= dict.fromkeys(_once_posted(rest, actor), _NOT_HIS_PLACE)
    return found


def _once_paired(household_ids: set[int], actor) -> dict[int, str]:
    today = timezone.localdate()
    rows = Pairing.objects.filter(helper=actor, household__in=household_ids, valid_from__lte=today)
    ends: dict[int, tuple[date, str]] = {}
    for household, end, area in rows.values_list("household_id", "valid_to", "household__area_id"):
        last = end or date.max
        if household not in ends or last > ends[household][0]:
            ends[household] = (last, area)
    grace: dict[str, int] = {}
    found = {}
    for household, (end, area) in ends.items():
        if area not in grace:
            grace[area] = value_for("visit.grace_days", area, today)
        is_in_time = end == date.max or today <= end + timedelta(days=grace[area])
        found[household] = TAKEN_OVER if is_in_time else f"{end} 起不再是您的结对户，由村或乡镇核对后采用。"
    return found


def _once_posted(household_ids: set[int], actor) -> set[int]:
    roles = [one for one in roles_with(RECORD) if one != Role.HELPER]
    areas = list(Posting.objects.filter(user=actor, role__in=roles).values_list("area_id", flat=True))
    if not areas:
        return set()
    places = HouseholdPlace.objects.filter(within("area_id", areas), household__in=household_ids)
    return set(places.values_list("household_id", flat=True))
