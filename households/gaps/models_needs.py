"""诉求: what a household asks for, to whom it was put, and what it was told."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from households.gaps.querysets import NEED_OPEN, NEED_UNANSWERED, NeedQuerySet
from households.models.household import Household
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person


class Need(models.Model):
    """One need of a household. What was asked never changes and no need is deleted (trigger); its state moves by
    review.fire only.

    `visit`: during which it was told; NULL: at another time. `identity`: made on the phone; NULL: typed in the office.
    `area_code`: the village of the household now (trigger). `reply`: what the household was last answered, in words that
    it understands; `told_on` NULL: nobody has told it yet.
    """

    class State(models.TextChoices):
        RAISED = "raised", "待答复"
        PASSED_ON = "passed_on", "已转交，待答复"
        REOPENED = "reopened", "退回重办"
        ANSWERED = "answered", "已答复，办理中"
        DONE = "done", "已办结"
        CANNOT = "cannot", "办不了，已说明"

    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.PROTECT, related_name="needs", db_index=False
    )
    visit = models.ForeignKey(
        "households.Visit",
        verbose_name="走访",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    identity = models.UUIDField("手机编号", null=True, blank=True, unique=True)
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    kind = OptionField("诉求类别", NEED_KINDS, blank=False)
    text = models.CharField("诉求内容", max_length=500)
    whom = OptionField("由谁答复", NEED_PARTIES, blank=False)
    raised_on = models.DateField("提出日期")
    due_on = models.DateField("答复期限")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RAISED)
    reply = models.CharField("答复", max_length=500, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    settled_on = models.DateField("办结日期", null=True, blank=True)
    told_on = models.DateField("告知农户日期", null=True, blank=True)
    recorded_by = person("登记人")
    recorded_at = models.DateTimeField("登记时间", db_default=Now(), editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "诉求"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_need_says_what",
                condition=~Q(text="") & ~Q(kind="") & ~Q(whom=""),
                violation_error_message="请写明诉求类别、内容和由谁答复。",
            ),
            models.CheckConstraint(
                name="a_need_is_due_after_it_was_raised", condition=Q(due_on__gte=F("raised_on"))
            ),
            models.CheckConstraint(
                name="an_answered_need_has_its_reply",
                condition=Q(state__in=NEED_UNANSWERED) | (~Q(reply="") & Q(replied_on__gte=F("raised_on"))),
                violation_error_message="请写明答复。",
            ),
            models.CheckConstraint(
                name="a_settled_need_has_its_day",
                # That an open one has none is seen to by a trigger: day and state are written by two statements.
                condition=Q(state__in=NEED_OPEN) | Q(settled_on__gte=F("raised_on")),
            ),
            models.CheckConstraint(
                name="the_household_is_told_what_was_answered",
                condition=Q(told_on__isnull=True) | Q(told_on__gte=F("replied_on")),
                violation_error_message="告知日期不能早于答复日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-id"], name="need_by_household"),
            models.Index(
                fields=["area_code", "due_on", "id"], condition=Q(state__in=NEED_OPEN), name="need_waiting"
            ),
            models.Index(
                fields=["whom", "area_code", "due_on", "id"],
                condition=Q(state__in=NEED_OPEN),
                name="need_by_whom",
            ),
            models.Index(fields=["area_code", "-raised_on", "-id"], name="need_by_place"),
        ]

    def __str__(self):
        return f"{self.raised_on} {self.get_kind_display()}"

    def audit_case(self):
        return "households.need", self.pk, self.area_code

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in NEED_OPEN

    @property
    def waits_for_answer(self) -> bool:
        """Whether the household has not been answered yet."""
        return self.state in NEED_UNANSWERED
