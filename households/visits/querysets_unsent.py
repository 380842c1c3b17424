"""Questions about visits that are still on phones; each page begins with visible_to."""

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from poverty.accounts.models import Posting
from poverty.sql.prefix import within


def _works_in(areas: Iterable[str]) -> Q:
    """Who is paired with a household of these areas today, or posted there."""
    areas, today = tuple(areas), timezone.localdate()
    pairings = apps.get_model("households", "Pairing").objects.open_on(today)
    paired = pairings.filter(within("household__area_id", areas), helper=OuterRef("visitor"))
    posted = Posting.objects.open_on(today).filter(within("area", areas), user=OuterRef("visitor"))
    return Q(Exists(paired)) | Q(Exists(posted))


class UnsentQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "visit.view"):
        """Of people who work where the user holds the right today, and his own."""
        return self.filter(_works_in(user.scope(right).areas) | Q(visitor=user.pk))

    def under(self, area_code: str):
        """Of people who work in a place or below it; "": of all."""
        return self.filter(_works_in([area_code])) if area_code else self

    def waiting(self):
        """Phones that hold something, unless nothing more is expected of them."""
        return self.filter(visits__gt=0, given_up_at__isnull=True)

    def since_before(self, day: date):
        """Those whose oldest visit was made before a day."""
        return self.waiting().filter(oldest_on__lt=day)
