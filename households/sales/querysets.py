"""Named questions about agreements by which businesses buy of households. Every page begins with visible_to."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.benefits.querysets import in_scope_of
from poverty.sql.prefix import within

VIEW, RECORD = "benefit.view", "benefit.record"
SECTORS = ("agriculture", "poverty_office")  # the bureaus whose business it is


class SaleAgreementQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Of households that the user may see now by this right; of bureaus 农业农村 and 扶贫."""
        scope = user.scope(right)
        condition = in_scope_of(user, scope, [one.area for one in scope.grants if not one.sector])
        for grant in scope.grants:
            if grant.sector in SECTORS:
                condition |= within("household__area_id", [grant.area])
        return self.filter(condition)

    def standing(self):
        """Not taken back as wrongly entered."""
        return self.filter(withdrawn_at__isnull=True)

    def between(self, first: date, last: date):
        """In force on any of these days, both inclusive; one that ended before it began never was."""
        running = Q(ended_on__isnull=True) | (Q(ended_on__gt=first) & Q(ended_on__gt=F("period_from")))
        return self.standing().filter(running, period_from__lte=last, period_to__gte=first)

    def open_on(self, day: date | None = None):
        """In force on a day (default: today)."""
        day = day or timezone.localdate()
        return self.between(day, day)

    def in_year(self, year: int):
        """In force on a day of a year."""
        return self.between(date(year, 1, 1), date(year, 12, 31))


class SaleResultQuerySet(models.QuerySet):
    def current(self):
        """Neither corrected nor taken back."""
        return self.filter(is_current=True)
