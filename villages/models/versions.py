"""What a row carries that is never overwritten: corrected by a further version with its reason, or said not to count."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from poverty.review.models.people import person as typist


class Versioned(models.Model):
    """One version of a record. `is_current`: neither replaced by a further version nor withdrawn (作废).

    Whatever else the row says stays as it was written (trigger villages_version_stays).
    """

    version = models.SmallIntegerField("版本", default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        verbose_name="更正",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        editable=False,
    )
    correction = models.CharField("更正原因", max_length=200, blank=True)
    is_current = models.BooleanField("有效", default=True, editable=False)
    withdrawn_on = models.DateField("作废日期", null=True, blank=True, editable=False)  # NULL: not withdrawn
    withdrawn_by = typist("作废人", null=True, editable=False)
    withdrawn_reason = models.CharField("作废原因", max_length=200, blank=True, editable=False)
    recorded_by = typist("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    class Meta:
        abstract = True

    @property
    def standing(self) -> str:
        """Whether this version counts, in words."""
        if self.withdrawn_on is not None:
            return "已作废"
        return "有效" if self.is_current else "已更正"


def version_rules(name: str) -> list[models.BaseConstraint]:
    """What the versions of a table named `name` hold to, whoever writes."""
    return [
        models.CheckConstraint(
            name=f"{name}_correction_has_its_reason",
            condition=Q(replaces__isnull=True, correction="", version=1)
            | (Q(replaces__isnull=False, version__gt=1) & ~Q(correction="")),
            violation_error_message="更正须写明原因。",
        ),
        models.CheckConstraint(
            name=f"{name}_withdrawn_with_its_reason",
            condition=Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
            | (
                Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False, is_current=False)
                & ~Q(withdrawn_reason="")
            ),
            violation_error_message="作废须写明原因。",
        ),
    ]
