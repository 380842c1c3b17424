"""Named questions about standards. Nothing here knows a request."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from poverty.areas.querysets import codes_above
from poverty.sql.prefix import within
from poverty.standards.statuses import Status


class StandardQuerySet(models.QuerySet):
    def visible_to(self, user) -> "StandardQuerySet":
        """Return the standards a user may see: all of his own area, and what has been published above it.

        Drafts of a higher area concern only those who work there. No posting with standard.view: nothing.
        """
        codes = list(user.scope("standard.view").areas)
        if not codes:
            return self.none()
        above = {one for code in codes for one in codes_above(code, itself=False)}
        return self.filter(
            within("area_code", codes)
            | Q(area_code__in=above, status__in=[Status.PUBLISHED, Status.SUPERSEDED])
        )

    def published(self) -> "StandardQuerySet":
        """Return the standards that are in force for their own area."""
        return self.filter(status=Status.PUBLISHED)

    def at(self, area_code: str, year: int, subject: str) -> "StandardQuerySet":
        """Return every version for exactly this area, year and subject."""
        return self.filter(area_code=area_code, year=year, subject=subject)

    def applying_to(self, area_code: str, year: int, subject: str) -> "StandardQuerySet":
        """Return the published standards of the area and of those above it, the most specific first."""
        return (
            self.published()
            .filter(area_code__in=codes_above(area_code), year=year, subject=subject)
            .order_by(Length("area_code").desc())
        )
