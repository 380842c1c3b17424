"""Questions about exports."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from poverty.sql.prefix import within


class ExportQuerySet(models.QuerySet):
    """Which exports."""

    def visible_to(self, user):
        """A person's own exports, and those of the places where he may look after others' (export.oversee)."""
        return self.filter(Q(actor=user.pk) | within("area_code", user.scope("export.oversee").areas))

    def made(self):
        """Those whose file was finished, kept or not."""
        return self.filter(state="done")

    def to_be_removed(self):
        """Those that have expired and whose file is still kept."""
        return self.made().filter(removed_at__isnull=True, expires_at__lte=timezone.now())
