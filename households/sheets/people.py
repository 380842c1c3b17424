"""Who is named on sheets: the members of households and their helpers."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from households.ages import age_on
from households.models import Membership, Pairing
from households.sheets.parts import Person
from poverty.accounts.models import User


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
