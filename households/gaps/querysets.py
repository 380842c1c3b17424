"""Named questions about needs; every page begins with visible_to."""

from datetime import date

from django.db import models
from django.db.models import Q

from households.options.need_parties import COUNTY, HELPER, TOWNSHIP, VILLAGE
from households.querysets import paired_with
from poverty.sql.prefix import within

NEED_UNANSWERED = ("raised", "passed_on", "reopened")
NEED_OPEN = (*NEED_UNANSWERED, "answered")


def party_of(area_code: str) -> str:
    """For whom somebody answers whose posting (without a sector) lies at a place: village, township or county."""
    return VILLAGE if len(area_code) > 9 else TOWNSHIP if len(area_code) > 6 else COUNTY


def put_to(
    user, right: str, *, area: str = "area_code", household: str = "household", party: str = "whom"
) -> Q:
    """What is put to a person himself: as helper of his households, as village, township, county, or as his bureau."""
    scope = user.scope(right)
    condition = Q(pk__in=[])
    for grant in scope.grants:
        mine = grant.sector or party_of(grant.area)
        condition |= Q(**{party: mine}) & within(area, [grant.area])
    if scope.paired:
        condition |= Q(**{party: HELPER, f"{household}__in": paired_with(user)})
    return condition


def within_sight(
    user, right: str, *, area: str = "area_code", household: str = "household", party: str = "whom"
) -> Q:
    """What a person may see by a right: all of the places where he works, of his own households, and as a bureau what is
    put to it.
    """
    scope = user.scope(right)
    condition = within(area, [grant.area for grant in scope.grants if not grant.sector])
    for grant in scope.grants:
        if grant.sector:
            condition |= Q(**{party: grant.sector}) & within(area, [grant.area])
    if scope.paired:
        condition |= Q(**{f"{household}__in": paired_with(user)})
    return condition


class NeedQuerySet(models.QuerySet):
    """What households ask for."""

    def visible_to(self, user, right: str = "need.view"):
        """Needs of the places where the user holds the right, of his own households, and those put to his bureau."""
        return self.filter(within_sight(user, right))

    def put_to(self, user):
        """Needs that wait for the user's own answer."""
        return self.filter(put_to(user, "need.answer"))

    def open(self):
        """Needs about which something is still to be done."""
        return self.filter(state__in=NEED_OPEN)

    def unanswered(self):
        """Needs whose household has heard nothing yet."""
        return self.filter(state__in=NEED_UNANSWERED)

    def late_on(self, day: date):
        """Needs that should have been answered before a day."""
        return self.unanswered().filter(due_on__lt=day)

    def settled(self):
        """Needs that were done, or said not to be possible."""
        return self.filter(state__in=("done", "cannot"))

    def untold(self):
        """Answered needs whose household has not been told the answer yet."""
        return self.filter(replied_on__isnull=False, told_on__isnull=True)
