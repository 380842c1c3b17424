"""Getting a visit, or a part of one, for a page: out of sight or out of place is 404 alike."""

from django.db.models import QuerySet
from django.http import Http404

from households.disclosure import whole_to
from households.models import Household, Visit, VisitFact, VisitPhoto

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
