"""Who is named on sheets: the members of households, their helpers, and who may have visited one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone

from households.ages import age_on
from households.models import Household, Membership, Pairing
from households.sheets.parts import Person
from poverty.accounts.models import Role, User
from poverty.areas.models import Level
from poverty.sql.periods import valid_at

_RECORDING = (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER)


def people_of(household_ids: Iterable[int]) -> dict[int, list[Person]]:
    """The present members by household, the head first. One query."""
    found = defaultdict(list)
    today = timezone.localdate()
    rows = Membership.objects.filter(household__in=list(household_ids), valid_to=None).select_related(
        "member"
    )
    for row in sorted(rows, key=lambda one: (one.relation != "head", one.valid_from, one.pk)):
        age = age_on(row.member.birth_date, today)
        found[row.household_id].append(
            Person(row.member_id, row.member.name, row.get_relation_display(), age)
        )
    return found


def helpers_of(household_ids: Iterable[int], day: date) -> dict[int, list[User]]:
    """The helpers on a day by household, the first one first. One query."""
    found = defaultdict(list)
    rows = Pairing.objects.open_on(day).filter(household__in=list(household_ids)).select_related("helper")
    for row in rows.order_by("order", "pk"):
        found[row.household_id].append(row.helper)
    return found


def visitors_for(household: Household, actor) -> list[tuple[int, str, str]]:
    """(id, name, what he is) of those who may have visited a household: its helpers, who types, village and township."""
    today = timezone.localdate()
    pairings = (
        Pairing.objects.filter(household=household).select_related("helper").order_by("order", "-valid_from")
    )
    found: dict[int, tuple[int, str, str]] = {}
    for row in pairings:
        over = row.valid_to is not None and row.valid_to <= today
        words = f"原帮扶责任人，至 {row.valid_to}" if over else "帮扶责任人"
        found.setdefault(row.helper_id, (row.helper_id, row.helper.name, words))
    found.setdefault(actor.pk, (actor.pk, actor.name, "我"))
    if actor.has_right_at("visit.record", household.area_id):
        places = [household.area_id[: Level.TOWNSHIP], household.area_id]
        posted = User.objects.filter(
            valid_at(today, prefix="postings__"),
            Q(postings__role__in=_RECORDING, postings__area__in=places),
            is_active=True,
        )
        for one in posted.order_by("name").distinct()[:60]:
            found.setdefault(one.pk, (one.pk, one.name, "村、乡镇"))
    return list(found.values())
