"""What was done with a case, by whom and when; and who entered its facts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone

from poverty.review.levels import Lane, Level
from poverty.review.querysets import FactEntryQuerySet, StepQuerySet
from poverty.review.workflows import workflows


class TransactionId(Func):
    """The id of the current database transaction: by it the deferred trigger knows a status and its step
    together.
    """

    function = "txid_current"
    arity = 0
    output_field = models.BigIntegerField()


class Step(models.Model):
    """One transition carried out on one case. Written by `fire` and `fire_many` only, never changed.

    Two times: `happened_on` from the paper, `recorded_at` from the system. Two people: who decided (an
    account, or the name of a signer without one) and who typed.
    """

    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField("对象")
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    round = models.SmallIntegerField("轮次", default=1)
    transition = models.CharField("办理事项", max_length=40)
    source = models.CharField("原状态", max_length=30, blank=True)  # "": the case was new
    target = models.CharField("新状态", max_length=30)
    lane = models.CharField("环节", max_length=10, choices=Lane.choices)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    closes_round = models.BooleanField("本轮结束", default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        null=True,  # NULL: signed on paper by somebody without an account, see decided_by_name
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    decided_by_name = models.CharField(
        "办理人姓名", max_length=60
    )  # also where there is an account: as of then
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    happened_on = models.DateField("发生日期")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)  # "": entered in time
    comment = models.CharField("意见", max_length=500, blank=True)
    document_name = models.CharField("文件", max_length=200, blank=True)
    txid = models.BigIntegerField(db_default=TransactionId(), editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "办理记录"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="step_has_a_decider", condition=~Q(decided_by_name="")),
            models.CheckConstraint(
                # Entering for somebody else needs the signed sheet.
                name="step_entered_for_another_has_its_document",
                condition=Q(decided_by__isnull=False, decided_by=F("recorded_by")) | ~Q(document_name=""),
            ),
            models.CheckConstraint(name="step_lane_is_known", condition=Q(lane__in=Lane.values)),
            models.CheckConstraint(name="step_level_is_known", condition=Q(level__in=Level.values)),
        ]
        indexes = [
            models.Index(fields=["case_type", "case_id", "id"], name="step_by_case"),
            models.Index(
                fields=["area_code", "recorded_at"], name="step_late_by_area", condition=~Q(late_reason="")
            ),
        ]

    def __str__(self):
        return f"{self.happened_on} {self.transition}"

    @property
    def transition_label(self) -> str:
        """The transition in the field's words; a transition that is no longer in the table shows its name."""
        try:
            return workflows.get(self.case_type).get(self.transition).label
        except KeyError:
            return self.transition

    @property
    def is_late(self) -> bool:
        """Whether it was entered late (补录), with a reason."""
        return bool(self.late_reason)

    @property
    def days_late(self) -> int:
        """Days between the day on the paper and the day of entry, in Asia/Shanghai."""
        return (timezone.localdate(self.recorded_at) - self.happened_on).days

    @property
    def entered_for_another(self) -> bool:
        """Whether the typist entered what somebody else decided (代录)."""
        return self.decided_by_id != self.recorded_by_id


class FactEntry(models.Model):
    """A person entered facts of a case during a round: he may not check them at another level, nor decide."""

    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField("对象")
    round = models.SmallIntegerField("轮次")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="填报人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField("首次填报时间", db_default=Now(), editable=False)

    objects = FactEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "事实填报"
        constraints = [
            models.UniqueConstraint(
                fields=["case_type", "case_id", "round", "user"], name="one_fact_entry_of_a_user_in_a_round"
            )
        ]

    def __str__(self):
        return f"{self.case_type} {self.case_id} {self.round}"


class BatchRow(models.Model):
    """A case of a list that is being fired (batch.py). The table is temporary and exists only meanwhile."""

    case_id = models.BigIntegerField(primary_key=True)
    area_code = models.CharField(max_length=12, db_collation="C")
    source = models.CharField(max_length=30)

    class Meta:
        managed = False
        db_table = "review_batch"

    def __str__(self):
        return f"{self.case_id}"
