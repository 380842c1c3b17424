"""Questions about jobs."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Now

from poverty.jobs import limits
from poverty.sql.prefix import within


class JobQuerySet(QuerySet):
    def visible_to(self, user):
        """Jobs that the user started, and those of places where the user holds job.view."""
        return self.filter(Q(created_by=user) | within("area_code", user.scope("job.view").areas))

    def live(self):
        """Queued or running."""
        return self.filter(state__in=["queued", "running"])

    def silent(self):
        """Running without a heartbeat for too long, by the database's clock."""
        return self.filter(state="running", heartbeat_at__lt=Now() - limits.SILENT_AFTER)

    def unsent(self):
        """Queued, and the broker has not taken it or has had it for so long that it may have lost it."""
        return (
            self.filter(state="queued")
            .annotate(waiting_since=Coalesce("sent_at", "created_at"))
            .filter(waiting_since__lt=Now() - limits.RESEND_AFTER)
        )
