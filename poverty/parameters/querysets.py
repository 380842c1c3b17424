"""Questions about parameter rows."""

from datetime import date

from django.db import models
from django.db.models import Q

from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


def prefixes(area_code: str) -> list[str]:
    """Return the codes of an area and of all places above it, the nation ("") first: "2205" -> ["", "22",
    "2205"].
    """
    return [area_code[:length] for length in (0, 2, 4, 6, 9, 12) if length <= len(area_code)]


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
        return self.filter(area_code__in=prefixes(area_code))

    def visible_to(self, user):
        """Rows that a user may read: of his places, of what lies below them and of what stands above them.

        Without an open posting that carries parameter.view: none.
        """
        areas = user.scope("parameter.view").areas
        if not areas:
            return self.none()
        above = {code for area in areas for code in prefixes(area)}
        return self.filter(Q(area_code__in=above) | within("area_code", areas))
