"""What a decision rested on, kept as it was (architecture 8)."""

from django.db import models
from django.db.models import Q

from poverty.review.models.steps import Step


class FrozenCopy(models.Model):
    """The facts, requirements and results of a case at a step, as canonical JSON; append-only, no personal numbers."""

    step = models.OneToOneField(Step, primary_key=True, on_delete=models.PROTECT, related_name="frozen")
    content = models.TextField("内容")
    sha256 = models.CharField("SHA-256", max_length=64, db_collation="C")

    class Meta:
        verbose_name = "定案副本"
        constraints = [
            models.CheckConstraint(
                name="frozen_copy_has_a_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            )
        ]

    def __str__(self):
        return f"{self.step_id}"
