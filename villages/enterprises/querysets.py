"""Named questions about agreements of enterprises with villages. Every page begins with visible_to."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from poverty.sql.prefix import within


class AgreementQuerySet(models.QuerySet):
    """Agreements of enterprises with villages."""

    def visible_to(self, user, right: str = "post.view"):
        """Of the villages where the user holds the right."""
        return self.filter(within("post__village__area_id", user.scope(right).areas))

    def ever(self):
        """Without those entered by mistake: ended on the day they began, they never held."""
        return self.exclude(ended_on=F("period_from"))

    def between(self, first: date, last: date):
        """In force on any of these days: an agreement also ends with the enterprise's post in the village, and one that
        was to begin after that never held.
        """
        until = Q(ended_on__isnull=True) | Q(ended_on__gt=first)
        stayed = Q(post__valid_to__gt=first) & Q(post__valid_to__gt=F("period_from"))
        held = Q(post__valid_to__isnull=True) | stayed
        return self.ever().filter(until, held, period_from__lte=last, period_to__gte=first)

    def open_on(self, day: date | None = None):
        """In force on a day (default: today)."""
        day = day or timezone.localdate()
        return self.between(day, day)

    def in_year(self, year: int):
        """In force on a day of a year that has come; of a year to come none."""
        first, last = date(year, 1, 1), min(date(year, 12, 31), timezone.localdate())
        return self.between(first, last) if first <= last else self.none()


class ResultQuerySet(models.QuerySet):
    """What came of agreements in years."""

    def current(self):
        """Neither corrected nor withdrawn."""
        return self.filter(is_current=True)
