"""The method of a county with its ordered steps, and the steps that a household has done."""

import hashlib
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import In

from households.benefits.models.taken_back import TakenBack, says_why
from households.models.household import Household
from households.steps.querysets import COUNTY, StepDoneQuerySet, StepMethodQuerySet
from poverty.review.models.people import person


@dataclass(frozen=True)
class Step:
    """One step of a method; `number` from 1. The key follows from the words: the same words keep what was noted."""

    number: int
    key: str
    label: str


def key_of(label: str) -> str:
    """The key of a step of these words."""
    return hashlib.sha256(label.encode()).hexdigest()[:12]


class StepMethod(models.Model):
    """A named method of a county from a year on. Never altered (trigger): a further version takes its place, of the same
    year only while nothing was noted by it.

    `labels`: the steps in order, as the county typed them; `keys` stands beside it.
    """

    area_code = models.CharField("区划", max_length=12, db_collation="C")
    year_from = models.SmallIntegerField("从哪个年度起")
    name = models.CharField("名称", max_length=40)
    labels = models.JSONField("步骤")
    keys = models.JSONField(editable=False)
    document = models.CharField("文件", max_length=200)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = StepMethodQuerySet.as_manager()

    class Meta:
        verbose_name = "工作步骤"
        ordering = ["area_code", "-year_from", "-id"]
        indexes = [models.Index(fields=["area_code", "-year_from", "-id"], name="step_method_in_force")]
        constraints = [
            models.CheckConstraint(
                name="a_step_method_is_of_a_county", condition=In(Length("area_code"), [COUNTY])
            ),
            models.CheckConstraint(
                name="step_method_year_within_reason", condition=Q(year_from__range=(2014, 2100))
            ),
            models.CheckConstraint(
                name="a_step_method_has_name_and_document",
                condition=~Q(name="") & ~Q(document=""),
                violation_error_message="请填写名称和文件。",
            ),
        ]

    def __str__(self):
        return f"{self.area_code} {self.year_from} {self.name}"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in order."""
        return tuple(
            Step(number, key, label)
            for number, (key, label) in enumerate(zip(self.keys, self.labels, strict=True), 1)
        )

    def step(self, key: str) -> Step | None:
        """One of its steps."""
        return next((one for one in self.steps if one.key == key), None)

    def audit_case(self) -> tuple[str, int, str]:
        """Case type, id and area code for the log."""
        return ("households.stepmethod", self.pk, self.area_code)


class StepDone(TakenBack):
    """A household has done a step on a day. `method`: by which it was noted; `step`: its key.

    It goes on counting under a later version that has a step of the same words.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="steps_done", db_index=False
    )
    method = models.ForeignKey(StepMethod, on_delete=models.PROTECT, related_name="done")
    step = models.CharField("步骤", max_length=12)
    done_on = models.DateField("完成日期")
    remark = models.CharField("说明", max_length=200, blank=True)
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = StepDoneQuerySet.as_manager()

    class Meta:
        verbose_name = "步骤完成情况"
        ordering = ["household", "done_on", "id"]
        constraints = [
            # Also how the steps of a household are found.
            models.UniqueConstraint(
                fields=["household", "step"],
                include=["done_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_step_is_done_once",
                violation_error_message="有的户这一步刚刚已登记，请刷新页面后再办。",
            ),
            says_why("a_withdrawn_step_says_why"),
        ]

    def __str__(self):
        return f"{self.household_id} {self.step}"

    @property
    def area_code(self) -> str:
        return self.household.area_id

    @property
    def label(self) -> str:
        """The words of the step, as in the method by which it was noted."""
        found = self.method.step(self.step)
        return found.label if found else ""
