"""Named questions about posts of villages. Every page begins with visible_to."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from poverty.areas.querysets import codes_above
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


class VillagePostQuerySet(models.QuerySet):
    """Who holds or held a post."""

    def visible_to(self, user, right: str = "post.view"):
        """Posts of the villages where the user holds the right."""
        return self.filter(within("village__area_id", user.scope(right).areas))

    def open_on(self, day: date | None = None):
        """Held on a day (default: today)."""
        return self.filter(valid_at(day or timezone.localdate()))


class TemplateQuerySet(models.QuerySet):
    """What counties ask of their villages."""

    def visible_to(self, user, right: str = "post.view"):
        """Templates of the areas where the user holds the right, and of those around them."""
        codes = user.scope(right).areas
        above = {one for code in codes for one in codes_above(code)}
        return self.filter(within("area_id", codes) | Q(area__in=above))

    def open_on(self, day: date | None = None):
        """In force on a day (default: today)."""
        return self.filter(valid_at(day or timezone.localdate()))
