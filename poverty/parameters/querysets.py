"""Questions about parameter rows."""

from datetime import date

from django.db import models
from django.db.models import Q

from poverty.areas.querysets import codes_above
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


class ParameterQuerySet(models.QuerySet):
    """Rows of every state; `standing()` leaves out what a correction replaced."""

    def standing(self):
        """Rows that no correction replaced."""
        return self.filter(replaced_at__isnull=True)

    def on(self, day: date):
        """Rows in force on a day, wherever."""
        return self.standing().filter(valid_at(day))

    def reaching(self, area_code: str):
        """Rows of an area and of the places above it: those that can decide for it."""
        return self.filter(area_code__in=codes_above(area_code))

    def visible_to(self, user):
        """Rows that a user may read: of his places, of what lies below them and of what stands above them.

        Without an open posting that carries parameter.view: none.
        """
        areas = user.scope("parameter.view").areas
        if not areas:
            return self.none()
        above = {code for area in areas for code in codes_above(area)}
        return self.filter(Q(area_code__in=above) | within("area_code", areas))
