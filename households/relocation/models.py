"""Who answers for the move of a household, for what, from when."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.benefits.models.taken_back import TakenBack, says_why
from households.models.household import Household
from households.options.relocation_tasks import RELOCATION_TASKS
from households.relocation.querysets import RelocationChargeQuerySet
from poverty.review.models.people import person
from poverty.sql.constraints import no_overlap


class RelocationCharge(TakenBack):
    """A cadre answers for a household that moves (包扶责任), dated. Several may share one household by matter."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="relocation_charges", db_index=False
    )
    cadre = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="包扶干部",
        on_delete=models.PROTECT,
        related_name="relocation_charges",
    )
    tasks = ArrayField(models.CharField(max_length=20), verbose_name="负责事项")
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)  # NULL: still
    document = models.CharField("文件", max_length=200, blank=True)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = RelocationChargeQuerySet.as_manager()

    class Meta:
        verbose_name = "搬迁包扶"
        ordering = ["household", "-valid_from", "-id"]
        indexes = [
            models.Index(
                fields=["household", "valid_from", "valid_to"], name="relocation_charge_by_household"
            )
        ]
        constraints = [
            no_overlap(
                "one_charge_of_a_cadre_for_a_household_at_a_time",
                "household",
                "cadre",
                condition=Q(withdrawn_at__isnull=True),
                message="此人在这段时间已包扶该户，增减事项请用“换人或调整”。",
            ),
            models.CheckConstraint(
                name="a_charge_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="终止时间须晚于开始时间。",
            ),
            models.CheckConstraint(
                name="a_charge_says_for_what",
                condition=Q(tasks__len__gte=1) & Q(tasks__contained_by=list(RELOCATION_TASKS.keys)),
                violation_error_message="请选择负责的事项。",
            ),
            models.CheckConstraint(
                name="an_ended_charge_says_why",
                condition=Q(valid_to__isnull=True, end_reason="")
                | (Q(valid_to__isnull=False) & ~Q(end_reason="")),
            ),
            says_why("a_withdrawn_charge_says_why"),
        ]

    def __str__(self):
        return f"{self.household_id} {self.cadre_id}"

    @property
    def area_code(self) -> str:
        return self.household.area_id

    @property
    def is_open(self) -> bool:
        """In force, without an end."""
        return self.valid_to is None and self.withdrawn_at is None

    @property
    def task_labels(self) -> str:
        """For what, in words and in the order of the work."""
        return RELOCATION_TASKS.labels([key for key in RELOCATION_TASKS.keys if key in self.tasks])
