"""Who sees which tables from above, which villages' shares of them, and which rows."""

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

ISSUE, FILL, CHECK = "request.issue", "request.fill", "request.check"


def _paired(user, right: str):
    """Keys of the households paired with a user, where the right holds for those."""
    if not user.scope(right).paired:
        return None
    pairings = apps.get_model("households", "Pairing").objects
    return pairings.filter(valid_at(timezone.localdate()), helper_id=user.pk).values("household_id")


class TableRequestQuerySet(models.QuerySet):
    def issued_by(self, user):
        """Those of the counties in which the user may issue some."""
        return self.filter(within("area_code", user.scope(ISSUE).areas))

    def visible_to(self, user):
        """Those he may issue, and the issued ones that have rows for him to fill or to check."""
        parts = apps.get_model("households", "RequestPart").objects.visible_to(user)
        given = Q(state__in=("issued", "closed")) & Q(Exists(parts.filter(request=OuterRef("pk"))))
        return self.filter(within("area_code", user.scope(ISSUE).areas) | given)


class RequestPartQuerySet(models.QuerySet):
    def visible_to(self, user, *rights: str):
        """Villages' shares in the user's areas, and those with rows of households paired with him."""
        condition = Q(pk__in=[])
        for right in rights or (ISSUE, FILL, CHECK):
            condition |= within("area_code", user.scope(right).areas)
            paired = _paired(user, right)
            if paired is not None:
                rows = apps.get_model("households", "RequestRow").objects
                condition |= Q(Exists(rows.filter(part=OuterRef("pk"), household__in=paired)))
        return self.filter(condition)

    def outstanding(self):
        """Not handed in, or sent back, of requests that are being filled."""
        return self.filter(state__in=("open", "returned"), request__state="issued")

    def counted(self):
        """With `rows_in_all` and `rows_filled`."""
        return self.annotate(
            rows_in_all=Count("rows"), rows_filled=Count("rows", filter=Q(rows__complete=True))
        )


class RequestRowQuerySet(models.QuerySet):
    def visible_to(self, user, *rights: str):
        """Rows of villages in the user's areas, and of households paired with him. Unmatched ones: who issues."""
        condition = within("request__area_code", user.scope(ISSUE).areas) if not rights else Q(pk__in=[])
        for right in rights or (ISSUE, FILL, CHECK):
            condition |= Q(part__isnull=False) & within("area_code", user.scope(right).areas)
            paired = _paired(user, right)
            if paired is not None:
                condition |= Q(part__isnull=False, household__in=paired)
        return self.filter(condition)
