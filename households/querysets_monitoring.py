"""Named questions about clues, rounds, cases and objects of monitoring; every page begins with visible_to."""

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from poverty.areas.querysets import codes_above
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

ENDED = ("recorded", "not_agreed", "refused", "dropped")


def within_reach(user, right: str, *, area: str, household: str) -> Q:
    """Rows a user may reach by one right: by the place they stand in, or by pairing with their household."""
    scope = user.scope(right)
    condition = within(area, scope.areas)
    if scope.paired:
        pairings = apps.get_model("households", "Pairing").objects
        own = pairings.filter(valid_at(timezone.localdate()), helper_id=user.pk)
        condition |= Q(**{f"{household}__in": own.values("household_id")})
    return condition


class ClueQuerySet(models.QuerySet):
    """Signs of risk."""

    def visible_to(self, user, right: str = "clue.view"):
        """Clues of the places where the user holds the right, or of households paired with him."""
        return self.filter(within_reach(user, right, area="area_code", household="household"))

    def open(self):
        """Clues that nobody has answered."""
        return self.filter(state="received")

    def late_on(self, day: date):
        """Clues that should have been answered before a day."""
        return self.open().filter(due_on__lt=day)


class MonitoringQuerySet(models.QuerySet):
    """Objects of monitoring, past and present."""

    def visible_to(self, user, right: str = "monitoring.view"):
        """Those whose household the user may see by the right."""
        return self.filter(within_reach(user, right, area="household__area_id", household="household"))

    def present(self):
        """Whose risk has not been removed."""
        return self.exclude(risk_state="removed")


class MonitoringCaseQuerySet(models.QuerySet):
    """Identifications and removals on their way, and those that are over."""

    def visible_to(self, user, right: str = "monitoring.view"):
        """Cases of the places where the user holds the right, or of households paired with him."""
        return self.filter(within_reach(user, right, area="household__area_id", household="household"))

    def open(self):
        """Cases that are not over."""
        return self.exclude(state__in=ENDED)

    def late_on(self, day: date):
        """Cases that should have been decided before a day."""
        return self.exclude(state__in=(*ENDED, "approved", "announced")).filter(due_on__lt=day)


class CaseComparisonQuerySet(models.QuerySet):
    """What bureaus say of cases."""

    def of_round(self):
        """Said in the present round of their case: what came before a return counts no more."""
        return self.filter(round=F("case__round"))


class MeasureQuerySet(models.QuerySet):
    """Help to households."""

    def visible_to(self, user, right: str = "measure.view"):
        """Measures for households that the user may see by the right."""
        return self.filter(within_reach(user, right, area="household__area_id", household="household"))

    def going_on(self):
        """Planned or under way."""
        return self.filter(state__in=("planned", "under_way"))

    def in_year(self, year: int):
        """Those whose days, planned or real, touch a calendar year; without an end they go on."""
        begins = Coalesce("begins_on", "planned_from", "planned_until")
        rows = self.alias(its_start=begins).filter(its_start__lte=date(year, 12, 31))
        return rows.filter(Q(planned_until__isnull=True) | Q(planned_until__gte=date(year, 1, 1)))

    def late_on(self, day: date):
        """Planned to be done before a day, and neither done nor cancelled."""
        return self.going_on().filter(planned_until__lt=day)


class HelpPlanQuerySet(models.QuerySet):
    """Yearly plans of help."""

    def visible_to(self, user, right: str = "measure.view"):
        """Plans of households that the user may see by the right."""
        return self.filter(within_reach(user, right, area="household__area_id", household="household"))


class RoundQuerySet(models.QuerySet):
    """Rounds of looking (排查)."""

    def visible_to(self, user, right: str = "round.view"):
        """Rounds over the places where the user holds the right, and over places that contain them.

        Who is paired with households sees those over their villages.
        """
        scope = user.scope(right)
        above = {one for code in scope.areas for one in codes_above(code, itself=False)}
        condition = within("area_code", scope.areas) | Q(area_code__in=above)
        if scope.paired:
            pairings = apps.get_model("households", "Pairing").objects
            own = pairings.filter(valid_at(timezone.localdate()), helper_id=user.pk)
            villages = set(own.values_list("household__area_id", flat=True))
            condition |= Q(area_code__in={one for code in villages for one in codes_above(code)})
        return self.filter(condition)

    def open(self):
        """Rounds that go on."""
        return self.filter(closed_at__isnull=True)


class RoundVisitQuerySet(models.QuerySet):
    """Households that a round has reached."""

    def visible_to(self, user, right: str = "round.view"):
        """Those the user may see by the right."""
        return self.filter(within_reach(user, right, area="household__area_id", household="household"))
