"""Getting a visit, or a part of one, for a page: out of sight or out of place is 404 alike."""

from django.db.models import QuerySet
from django.http import Http404

from households.disclosure import whole_to
from households.models import Household, Visit, VisitFact, VisitPhoto
from households.options.visits import HELD
from poverty.sql.prefix import within

VIEW, SETTLE = "visit.view", "visit.settle"


def _whole(user) -> QuerySet:
    return Household.objects.visible_to(user).filter(whole_to(user)).values("pk")


def visits_of(user, right: str = VIEW) -> QuerySet[Visit]:
    """Visits to households over which the user holds a right and that he sees whole."""
    return Visit.objects.visible_to(user, right).filter(household__in=_whole(user))


def visit_for(user, pk: int, right: str = VIEW) -> Visit:
    """A visit, or 404."""
    row = (
        visits_of(user, right)
        .select_related("household__area", "household__head", "template", "visitor__unit", "recorded_by")
        .select_related("held_decided_by", "withdrawn_by")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    return row


def facts_of(user, right: str = SETTLE) -> QuerySet[VisitFact]:
    """Facts of such visits, with what pages tell about them."""
    rows = VisitFact.objects.visible_to(user, right).filter(visit__household__in=_whole(user))
    return rows.select_related("visit__household", "visit__visitor", "member", "decided_by")


def open_facts(user, area_code: str) -> QuerySet[VisitFact]:
    """What waits in the inbox of a place, fact by fact; of a held visit nothing before it is taken over."""
    rows = facts_of(user).undecided().exclude(outcome=HELD, visit__held_taken__isnull=True)
    return rows.filter(within("visit__household__area_id", [area_code])) if area_code else rows


def held_visits(user, area_code: str) -> QuerySet[Visit]:
    """Held visits in the inbox of a place, each decided whole."""
    return visits_of(user, SETTLE).held_open().under(area_code)


def flagged_photos(user, area_code: str, *, looked_at: bool = False) -> QuerySet[VisitPhoto]:
    """Photos of a place with something odd about them that nobody has looked at, or that somebody has."""
    rows = photos_of(user)
    rows = rows.exclude(flags=[]).filter(looked_at__isnull=False) if looked_at else rows.flagged()
    return rows.filter(within("visit__household__area_id", [area_code])) if area_code else rows


def fact_for(user, pk: int) -> VisitFact:
    """A fact that waits, or did, or 404."""
    row = facts_of(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def photos_of(user, right: str = SETTLE) -> QuerySet[VisitPhoto]:
    """Photos of such visits that have come."""
    rows = VisitPhoto.objects.visible_to(user, right).filter(
        visit__household__in=_whole(user), file__isnull=False
    )
    return rows.select_related("visit__household", "visit__visitor", "file", "looked_by")
