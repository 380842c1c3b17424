"""Who of a village team was in the village on which days, and who was on leave."""

from datetime import timedelta

from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce, Length, Now
from django.db.models.lookups import Exact

from households.duties.models.kept import Kept, withdrawn_whole
from households.duties.querysets import LeaveQuerySet, PresenceQuerySet
from households.options.leave_kinds import LEAVE_KINDS
from poverty.areas.models import Area
from poverty.fields.option_field import OptionField
from poverty.review.models.people import person as named
from poverty.sql.constraints import no_overlap


class Presence(Kept):
    """A day of a person in a village with the work done (驻村工作记录).

    Told by the person or typed by the village; no position is taken (practice.md, Field work).
    """

    person = named("驻村人员")
    area = models.ForeignKey(
        Area,
        verbose_name="村",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    day = models.DateField("日期")
    work = models.CharField("当日工作", max_length=300)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "驻村记录"
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_village_of_a_person_on_a_day",
                violation_error_message="这一天已经登记过驻村，一人一天只记一个村。",
            ),
            models.CheckConstraint(name="presence_in_a_village", condition=Exact(Length("area"), 12)),
            models.CheckConstraint(
                name="a_day_in_the_village_has_its_work",
                condition=~Q(work=""),
                violation_error_message="请填写当日工作。",
            ),
            withdrawn_whole("presence_withdrawn_whole"),
        ]
        indexes = [models.Index(fields=["area", "day"], name="presence_by_village")]

    def __str__(self):
        return f"{self.person_id} {self.day}"

    @property
    def area_code(self) -> str:
        return self.area_id


class Leave(models.Model):
    """Leave of a member of a village team (请假). `state` is written by review.fire only; the last day is a day of leave."""

    class State(models.TextChoices):
        APPLIED = "applied", "待批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        WITHDRAWN = "withdrawn", "已撤回"

    person = named("请假人")
    area = models.ForeignKey(
        Area,
        verbose_name="驻村",
        on_delete=models.PROTECT,
        related_name="+",
        db_column="area_code",
        db_index=False,
    )
    kind = OptionField("类别", LEAVE_KINDS, blank=False)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    # NULL: not told. Back earlier, the days after it do not count as leave.
    ended_on = models.DateField("实际最后一天", null=True, blank=True)
    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.APPLIED)
    recorded_by = named("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = "驻村请假"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leave_ends_when_it_begins_or_later",
                condition=Q(ends_on__gte=F("starts_on"))
                & Q(ends_on__lt=F("starts_on") + timedelta(days=366)),
                violation_error_message="结束日期不能早于开始日期，一次请假不超过一年。",
            ),
            models.CheckConstraint(
                name="back_from_leave_within_it",
                condition=Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("starts_on") - timedelta(days=1), ended_on__lte=F("ends_on")),
                violation_error_message="实际最后一天须在请假期内；一天也没有休的，填开始日期的前一天。",
            ),
            models.CheckConstraint(
                name="leave_says_why", condition=~Q(reason=""), violation_error_message="请填写事由。"
            ),
            models.CheckConstraint(name="leave_from_a_village", condition=Exact(Length("area"), 12)),
            no_overlap(
                "one_leave_of_a_person_at_a_time",
                "person",
                start="starts_on",
                # Days after who came back are no leave; where no day was taken the period is empty.
                end=ExpressionWrapper(Coalesce("ended_on", "ends_on") + Value(1), output_field=DateField()),
                condition=Q(state__in=("applied", "approved")),
                message="这段时间已有请假。",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "state"], name="leave_by_village"),
            models.Index(fields=["person", "starts_on"], name="leave_by_person"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.starts_on}"

    @property
    def area_code(self) -> str:
        return self.area_id

    @property
    def days(self) -> int:
        """Calendar days asked for, the first and the last included."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def last_day(self):
        """The last day that counts as leave: as it was, or as it was asked for."""
        return self.ended_on if self.ended_on is not None else self.ends_on
