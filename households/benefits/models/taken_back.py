"""What a row holds that was entered by mistake and taken back: it stays, with who, when and why."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from poverty.review.models.people import person


class TakenBack(models.Model):
    """Columns of a row that may be taken back (撤销); a trigger keeps it as it was from then on."""

    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)  # NULL: it stands
    withdrawn_by = person("撤销人", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("撤销原因", max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True

    def take_back(self, reason: str, actor) -> None:
        """Mark the row, locked by the caller, as taken back now. Raises ValidationError at "reason" without one."""
        if not reason.strip():
            raise ValidationError({"reason": "请填写撤销原因。"})
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = timezone.now(), actor, reason.strip()
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def says_why(name: str) -> models.CheckConstraint:
    """Taken back by whom, when and why, or not at all."""
    return models.CheckConstraint(
        name=name,
        condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
        | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
        violation_error_message="撤销须写明原因。",
    )
