"""Members of village teams, units and leaders of villages by their posts (households/duties/forces.py asks)."""

from datetime import date

from django.db.models import F, Q, QuerySet

from poverty.sql.periods import valid_at
from poverty.sql.prefix import within
from villages.models import VillagePost
from villages.options.posts import LIVING_THERE

HELPING = ("unit", "partner")
LEADING = ("leader", "coleader")


def _held(posts, first: date, last: date) -> QuerySet[VillagePost]:
    """Posts held on any of these days; equal days: never held (villages/posts/models.py)."""
    return VillagePost.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first) & Q(valid_to__gt=F("valid_from")),
        post__in=posts,
        valid_from__lte=last,
    ).order_by()


def team(area_code: str, first: date, last: date, areas, person: int | None = None) -> QuerySet:
    """(village, person) of who held a post that lives in the village on any of these days."""
    rows = _held(LIVING_THERE, first, last).filter(
        within("village__area_id", [area_code]), within("village__area_id", areas)
    )
    rows = rows if person is None else rows.filter(person=person)
    return rows.values_list("village__area", "person").distinct()


def units(day: date) -> QuerySet:
    """(unit, village) of the units that answer for a village or join in, on a day."""
    rows = VillagePost.objects.filter(valid_at(day), post__in=HELPING)
    return rows.order_by().values_list("unit", "village__area").distinct()


def leaders(first: date, last: date) -> QuerySet:
    """(village, person) of the leaders who were linked to a village on any of these days."""
    return _held(LEADING, first, last).values_list("village__area", "person").distinct()
