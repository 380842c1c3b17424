"""What every record of field work carries: who typed it and when, and how a mistaken one is taken back."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from poverty.review.models.people import person as named


class Kept(models.Model):
    """A record that is written once. Mistaken, it is withdrawn with its reason and stays (trigger)."""

    recorded_by = named("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    withdrawn_by = named("撤回人", null=True, editable=False)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True


class SentOnce(Kept):
    """A record that arrives once: the page that asks for it makes `identity`; NULL: made by no page."""

    identity = models.UUIDField("页面编号", null=True, blank=True, unique=True, editable=False)

    class Meta:
        abstract = True


def withdrawn_whole(name: str) -> models.CheckConstraint:
    """Taken back by somebody and for a reason, or not at all."""
    return models.CheckConstraint(
        name=name,
        condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
        | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
        violation_error_message="撤回须写明原因。",
    )
