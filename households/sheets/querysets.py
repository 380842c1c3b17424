"""Named questions about printed sheets; every page begins with visible_to."""

from django.db import models
from django.db.models import Q

from households.querysets import paired_with
from poverty.sql.prefix import within

RIGHT = "visit.record"


class SheetBundleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Bundles of the villages where the person records visits; a helper: those with a household of his."""
        scope = user.scope(RIGHT)
        condition = within("area_id", scope.areas)
        if scope.paired:
            sheets = self.model._meta.get_field("sheets").related_model.objects
            own = sheets.filter(household__in=paired_with(user)).values("bundle_id")
            condition |= Q(pk__in=own)
        return self.filter(condition)

    def standing(self):
        """Bundles that are in use."""
        return self.filter(withdrawn_at=None)


class VisitSheetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sheets of households that the person may record a visit of."""
        scope = user.scope(RIGHT)
        condition = within("household__area_id", scope.areas)
        if scope.paired:
            condition |= Q(household__in=paired_with(user))
        return self.filter(condition)

    def typed(self):
        """Sheets that came back, with a visit that stands."""
        return self.filter(visit__isnull=False, visit__withdrawn_at=None)

    def left(self):
        """Sheets that have not come back."""
        return self.filter(Q(visit=None) | Q(visit__withdrawn_at__isnull=False))
