"""Named questions about workrooms. Every page begins with visible_to."""

from datetime import date

from django.db import models
from django.utils import timezone

from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


class WorkroomQuerySet(models.QuerySet):
    """Workrooms of villages."""

    def visible_to(self, user, right: str = "post.view"):
        """Of the villages where the user holds the right."""
        return self.filter(within("village__area_id", user.scope(right).areas))

    def open_on(self, day: date | None = None):
        """Open on a day (default: today)."""
        return self.filter(valid_at(day or timezone.localdate()))

    def ever(self):
        """Without those entered by mistake: ended on the day they began, they never were."""
        return self.exclude(valid_to=models.F("valid_from"))


class StaffQuerySet(models.QuerySet):
    """Who works in workrooms."""

    def standing(self, day: date | None = None):
        """Who works there on a day (default: today) and still holds the post by which he does."""
        day = day or timezone.localdate()
        return self.filter(valid_at(day), valid_at(day, "post__"))


class FundQuerySet(models.QuerySet):
    """Funds of workrooms."""

    def visible_to(self, user, right: str = "post.view"):
        """Of the villages where the user holds the right."""
        return self.filter(within("workroom__village__area_id", user.scope(right).areas))

    def standing(self):
        """Those not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)
