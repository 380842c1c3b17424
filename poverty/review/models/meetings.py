"""Meetings (会议): entered once, with who came and how each item was voted on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from poverty.review.models.people import person
from poverty.review.querysets import MeetingQuerySet


class Meeting(models.Model):
    """A meeting that appraises, decides or discusses cases. Closed, it and its items never change (trigger).

    Minutes, photos and the sheet of signatures are files of the case "review.meeting".
    """

    class Kind(models.TextChoices):
        VILLAGE = "village", "村民代表会议民主评议"
        TOWNSHIP = "township", "乡镇会议"
        LEADING_GROUP = "leading_group", "扶贫开发领导小组会议"
        ANALYSIS = "analysis", "研判会"

    kind = models.CharField("会议", max_length=20, choices=Kind.choices)
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    held_on = models.DateField("召开日期")
    place = models.CharField("地点", max_length=100)
    chair = models.CharField("主持人", max_length=60)
    due = models.SmallIntegerField("应到人数")
    present = models.SmallIntegerField("实到人数")
    summary = models.TextField("会议纪要", blank=True)
    document_number = models.CharField(
        "文号", max_length=60, blank=True
    )  # of the decision, where there is one
    recorded_by = person("录入人")
    recorded_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    late_reason = models.CharField("补录原因", max_length=200, blank=True)  # "": entered in time
    closed_at = models.DateTimeField("定稿时间", null=True, blank=True)  # NULL: items may still be entered
    warnings = ArrayField(models.CharField(max_length=200), verbose_name="提示", default=list, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议"
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="no_more_present_than_due",
                condition=Q(present__gte=1) & Q(present__lte=F("due")),
                violation_error_message="实到人数不能超过应到人数，至少一人。",
            ),
            models.CheckConstraint(
                # 领导小组 decides by a document; without its number "approved" does not exist (practice.md).
                name="a_closed_decision_has_its_number",
                condition=~Q(kind="leading_group") | Q(closed_at__isnull=True) | ~Q(document_number=""),
                violation_error_message="领导小组会议须填写文号后才能定稿。",
            ),
        ]
        indexes = [models.Index(fields=["area_code", "-held_on"], name="meeting_by_area")]

    def __str__(self):
        return f"{self.held_on} {self.get_kind_display()}"

    def audit_case(self):
        return "review.meeting", self.pk, self.area_code


class MeetingItem(models.Model):
    """What a meeting said of one case. Votes are NULL where nobody counted (a decision by list)."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="会议", on_delete=models.PROTECT, related_name="items", db_index=False
    )
    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField("对象")
    votes_for = models.SmallIntegerField("同意票", null=True, blank=True)
    votes_against = models.SmallIntegerField("反对票", null=True, blank=True)
    abstained = models.SmallIntegerField("弃权票", null=True, blank=True)
    recused = models.CharField("回避人员", max_length=200, blank=True)  # 亲属回避: names; "": nobody
    agreed = models.BooleanField("通过")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "会议事项"
        ordering = ["meeting", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "case_type", "case_id"], name="one_item_of_a_case_at_a_meeting"
            ),
            models.CheckConstraint(
                name="votes_are_counted_together_or_not_at_all",
                condition=Q(votes_for__isnull=True, votes_against__isnull=True, abstained__isnull=True)
                | Q(votes_for__gte=0, votes_against__gte=0, abstained__gte=0),
                violation_error_message="同意、反对、弃权三项票数要么都填，要么都不填，不能为负。",
            ),
            models.CheckConstraint(
                name="who_is_refused_has_a_reason",
                condition=Q(agreed=True) | ~Q(note=""),
                violation_error_message="未通过的请写明原因。",
            ),
        ]
        indexes = [models.Index(fields=["case_type", "case_id"], name="meeting_item_by_case")]

    def __str__(self):
        return f"{self.meeting_id} {self.case_type} {self.case_id}"
