"""Objections (异议): one concerns one case, and holds only that (practice.md, Who decides)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from poverty.fields.sealed import SealedField
from poverty.review.models.notices import Notice
from poverty.review.models.people import person
from poverty.review.querysets import ObjectionQuerySet


class Objection(models.Model):
    """Somebody objects to one case of a notice. Who he is may stay unknown; his number is encrypted."""

    class State(models.TextChoices):
        RECEIVED = "received", "待核查"
        UPHELD = "upheld", "异议成立"
        DISMISSED = "dismissed", "异议不成立"

    class Channel(models.TextChoices):
        PAPER = "paper", "书面"
        PHONE = "phone", "电话"
        VISIT = "visit", "来访"
        HOTLINE = "hotline", "12317/12345"
        WEB = "web", "网上"

    notice = models.ForeignKey(
        Notice, verbose_name="公示", on_delete=models.PROTECT, related_name="objections", db_index=False
    )
    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField(
        "对象", null=True, blank=True
    )  # NULL: by the web, nobody has read yet whom it means
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    about = models.CharField("所指的户", max_length=60)  # as the objector wrote it
    text = models.CharField("异议内容", max_length=1000)
    name = models.CharField("异议人", max_length=60, blank=True)  # "": not said
    phone = SealedField("联系电话", kind="phone", null=True, blank=True)
    received_on = models.DateField("收到日期")
    receipt_due_on = models.DateField("应受理日期")
    due_on = models.DateField("应答复日期")
    receipt_on = models.DateField("受理日期", null=True, blank=True)  # NULL: no receipt given yet
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RECEIVED)
    answered_on = models.DateField("答复日期", null=True, blank=True)  # NULL: not answered yet
    answer = models.CharField("核查结果", max_length=1000, blank=True)
    recorded_by = person("录入人", null=True)  # NULL: came by the web
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "异议"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="objection_is_answered_after_it_came",
                condition=Q(due_on__gte=F("received_on")) & Q(receipt_due_on__gte=F("received_on")),
            ),
            models.CheckConstraint(
                name="a_settled_objection_has_its_answer_and_case",
                # Dismissed it may mean nobody on the list: who is missing there has no case.
                condition=Q(state="received")
                | (~Q(answer="") & (Q(state="dismissed") | Q(case_id__isnull=False))),
                violation_error_message="请写明核查结果，并指明所指的户。",
            ),
            models.CheckConstraint(
                name="a_settled_objection_has_its_day",
                condition=Q(state="received") | Q(answered_on__gte=F("received_on")),
                violation_error_message="答复日期不能早于收到日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["case_type", "case_id"], name="objection_by_case"),
            models.Index(
                fields=["area_code", "due_on"], condition=Q(state="received"), name="objection_waiting"
            ),
        ]

    def __str__(self):
        return f"{self.received_on} {self.about}"

    @property
    def number(self) -> str:
        """The number that the objector is told: the day it came and its own."""
        return f"{self.received_on:%Y%m%d}-{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.state == self.State.RECEIVED

    def audit_case(self):
        return "review.objection", self.pk, self.area_code
