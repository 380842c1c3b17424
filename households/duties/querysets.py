"""Named questions about records of duties. Every page begins with visible_to."""

from datetime import date

from django.db import models
from django.db.models import Q

from poverty.areas.querysets import codes_above
from poverty.sql.prefix import within


class KeptQuerySet(models.QuerySet):
    """Records that may have been taken back."""

    def standing(self):
        """Those not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class DutyRecordQuerySet(KeptQuerySet):
    def visible_to(self, user, right: str = "duty.view"):
        """Records of the places where the user holds the right, of his unit, his own; and, to look at, what units of
        the areas above did (a township reads the study of a county's unit that helps its villages).
        """
        scope = user.scope(right)
        if not scope:
            return self.none()
        above = {one for code in scope.areas for one in codes_above(code, itself=False)}
        seen = within("area", scope.areas) | Q(person=user.pk) | Q(recorded_by=user.pk)
        if above:
            seen |= Q(area__in=above, household__isnull=True)
        if user.unit_id:
            seen |= Q(unit=user.unit_id)
        return self.filter(seen)


class PresenceQuerySet(KeptQuerySet):
    def visible_to(self, user, right: str = "duty.view"):
        """Days in villages where the user holds the right, and his own."""
        return self.filter(_there_or_own(user, right))

    def in_month(self, month: date):
        """Days of a month, given by its first day."""
        return self.filter(day__gte=month, day__lt=next_month(month))


class LeaveQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "duty.view"):
        """Leave from villages where the user holds the right, and his own."""
        return self.filter(_there_or_own(user, right))

    def open(self):
        """Those that wait for an answer."""
        return self.filter(state="applied")

    def granted(self):
        """Those that count as leave."""
        return self.filter(state="approved")


class HelpActionQuerySet(KeptQuerySet):
    def visible_to(self, user, right: str = "duty.view"):
        """Help given in villages where the user holds the right, and by himself."""
        return self.filter(_there_or_own(user, right))


def _there_or_own(user, right: str) -> Q:
    scope = user.scope(right)
    if not scope:
        return Q(pk__in=[])
    return within("area", scope.areas) | Q(person=user.pk)


def next_month(month: date) -> date:
    """The first day of the month after the one that begins on `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
