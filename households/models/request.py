"""Tables from above (任务表): the request, its rows by village, what the villages answer, and recurring ones."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from households.models.household import Household
from households.models.member import Member
from households.querysets_requests import RequestPartQuerySet, RequestRowQuerySet, TableRequestQuerySet
from households.requests.columns import AskedColumn
from poverty.fields.sealed import SealedField
from poverty.files.models import StoredFile
from poverty.jobs.models import Job


class TableRequest(models.Model):
    """A table that somebody above wants filled by a day and hour, and how its columns are meant."""

    class Kind(models.TextChoices):
        TABLE = "table", "填报表"
        DOUBT = "doubt", "疑点数据"

    class State(models.TextChoices):
        DRAFT = "draft", "准备中"
        ISSUED = "issued", "填报中"
        CLOSED = "closed", "已结束"
        DISCARDED = "discarded", "已作废"

    class Key(models.TextChoices):
        """By what the rows of the sheet are matched with the register."""

        HOUSEHOLD_NO = "household_no", "户编号"
        MEMBER_NO = "member_no", "人口编号"
        IDENTITY = "identity", "证件号码"

    area_code = models.CharField("县", max_length=12, db_collation="C")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.TABLE)
    title = models.CharField("标题", max_length=100)
    sender = models.CharField("来自", max_length=100)
    instructions = models.TextField("填报说明", blank=True)
    deadline = models.DateTimeField("截止时间")
    year = models.SmallIntegerField("年度")  # of the facts that are prefilled
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    # The sender's workbook, to be given back as it came; NULL for a recurring one, which has no sender's sheet.
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file_name = models.CharField("文件名", max_length=120, blank=True)
    sheet = models.CharField("工作表", max_length=60, blank=True)
    heading_row = models.IntegerField("表头行", default=1)
    key_position = models.SmallIntegerField(null=True)  # from 0
    key_kind = models.CharField("按什么匹配", max_length=20, choices=Key.choices, default=Key.HOUSEHOLD_NO)
    columns = models.JSONField("各列", default=list)  # AskedColumn as dicts, in the order of the sheet
    prepared_at = models.DateTimeField("匹配时间", null=True)  # NULL: the rows are not read yet
    message = models.CharField("未能读取的原因", max_length=500, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    recurring = models.ForeignKey(
        "households.RecurringRequest", null=True, on_delete=models.PROTECT, related_name="requests"
    )
    due_on = models.DateField(
        "应下发日期", null=True
    )  # of a recurring one: for which of its days it was made
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)
    issued_at = models.DateTimeField("下发时间", null=True)
    reminded_at = models.DateTimeField("催办时间", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)
    # The sender's workbook goes some days after closing; its name, size and SHA-256 stay. NULL: it still stands.
    file_removed_at = models.DateTimeField("原工作簿删除时间", null=True)

    objects = TableRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "任务表"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recurring", "due_on"], name="one_request_of_a_day_of_a_recurring"
            ),
            models.CheckConstraint(
                name="closed_request_says_when",
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="workbook_of_a_request_stays_until_it_ends",
                condition=Q(file_removed_at__isnull=True)
                | Q(file__isnull=False, state__in=("closed", "discarded")),
            ),
        ]
        indexes = [models.Index(fields=["area_code", "-id"], name="request_by_area")]

    def __str__(self):
        return self.title

    def audit_case(self):
        return "households.tablerequest", self.pk, self.area_code

    @property
    def asked(self) -> list[AskedColumn]:
        """Its columns, in the order of the sheet."""
        return [AskedColumn.of(one) for one in self.columns]

    @property
    def to_fill(self) -> list[AskedColumn]:
        """The columns that the villages fill."""
        return [one for one in self.asked if one.role == "fill"]

    @property
    def has_workbook(self) -> bool:
        """Whether the sender's own workbook is there to be given back."""
        return self.file_id is not None and self.file_removed_at is None

    @property
    def is_late(self) -> bool:
        return self.state == self.State.ISSUED and timezone.now() > self.deadline


class RequestPart(models.Model):
    """One village's share of a request."""

    class State(models.TextChoices):
        OPEN = "open", "待填"
        SUBMITTED = "submitted", "已交"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已通过"

    request = models.ForeignKey(TableRequest, on_delete=models.PROTECT, related_name="parts", db_index=False)
    area_code = models.CharField("村", max_length=12, db_collation="C")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.CharField("退回原因", max_length=200, blank=True)
    submitted_at = models.DateTimeField("上交时间", null=True)

    objects = RequestPartQuerySet.as_manager()

    class Meta:
        verbose_name = "村任务表"
        ordering = ["area_code"]
        constraints = [
            models.UniqueConstraint(fields=["request", "area_code"], name="one_part_of_a_village"),
            models.CheckConstraint(
                name="returned_part_says_why",
                condition=~Q(state="returned") | ~Q(reason=""),
                violation_error_message="退回须写明原因。",
            ),
        ]
        indexes = [models.Index(fields=["area_code", "state"], name="request_part_by_area")]

    def __str__(self):
        return f"{self.request_id} {self.area_code}"

    @property
    def fillable(self) -> bool:
        """Whether its rows may be changed now."""
        return (
            self.state in (self.State.OPEN, self.State.RETURNED)
            and self.request.state == TableRequest.State.ISSUED
        )

    @property
    def is_late(self) -> bool:
        """Not handed in, or handed in after the deadline."""
        if self.state in (self.State.OPEN, self.State.RETURNED):
            return self.request.is_late
        return self.submitted_at is not None and self.submitted_at > self.request.deadline


class RequestRow(models.Model):
    """One row of the sheet: whom it is about, what stood in it, what the register knows, what was answered.

    `cells` {position: text} and `known`, `answers` {column name: text} hold no numbers of persons: those stand
    encrypted in `numbers`, one JSON object {"cells": ..., "known": ..., "answers": ...}.
    """

    class Reason(models.TextChoices):
        """Why a row is not given to any village."""

        NONE = "", ""
        EMPTY = "empty", "没有编号或号码"
        NUMBER = "number", "号码在表里是数字，后几位已经丢失；请把这一列设为文本后重新填写"
        UNKNOWN = "unknown", "登记里没有这个编号或号码"
        ELSEWHERE = "elsewhere", "不属于本县，不接收"
        GONE = "gone", "已不在册（销户、并户或已离户）"

    request = models.ForeignKey(TableRequest, on_delete=models.PROTECT, related_name="rows", db_index=False)
    part = models.ForeignKey(
        RequestPart, null=True, on_delete=models.PROTECT, related_name="rows", db_index=False
    )
    number = models.IntegerField("行号")  # as Excel counts
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_code = models.CharField("村", max_length=12, blank=True, db_collation="C")
    reason = models.CharField("未匹配原因", max_length=12, choices=Reason.choices, blank=True)
    cells = models.JSONField(default=dict)
    known = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    numbers = SealedField(kind="identity", null=True)
    differs = models.JSONField(default=list)  # names of known columns where the sheet says otherwise
    # What became of each answer that also goes into the register, once its part was accepted:
    # {column name: {"state": written|same|conflict|refused|kept, "seen", "now", "text", "said"}}.
    updated = models.JSONField(default=dict)
    undecided = models.BooleanField("待核对", default=False)  # one of them is in conflict, or was refused
    complete = models.BooleanField("已填完", default=False)
    version = models.IntegerField(default=1, editable=False)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filled_at = models.DateTimeField("填报时间", null=True)

    objects = RequestRowQuerySet.as_manager()

    class Meta:
        verbose_name = "任务表行"
        ordering = ["request", "number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="one_row_of_a_number")]
        indexes = [
            models.Index(fields=["part", "complete"], name="request_row_by_part"),
            models.Index(fields=["request", "reason"], name="request_row_by_reason"),
            models.Index(fields=["request"], name="request_row_undecided", condition=Q(undecided=True)),
        ]

    def __str__(self):
        return f"{self.request_id} {self.number}"

    def sealed_part(self, name: str) -> dict[str, str]:
        """The numbers of persons among the "cells", "known" or "answers", in clear: the caller masks or has leave."""
        return json.loads(self.numbers.reveal()).get(name, {}) if self.numbers else {}

    def whole(self, name: str) -> dict[str, str]:
        """Everything of "cells", "known" or "answers", numbers of persons in clear among them."""
        return {**getattr(self, name), **self.sealed_part(name)}

    def put(self, **parts: tuple[dict, dict]) -> None:
        """Set cells, known or answers, each as (what may stand open, numbers of persons)."""
        sealed = json.loads(self.numbers.reveal()) if self.numbers else {}
        for name, (plain, numbers) in parts.items():
            setattr(self, name, plain)
            sealed[name] = numbers
        kept = {name: numbers for name, numbers in sealed.items() if numbers}
        self.numbers = json.dumps(kept, ensure_ascii=False) if kept else None


class RequestMapping(models.Model):
    """How a county read a heading the last time: proposed again for the next sheet."""

    area_code = models.CharField("县", max_length=12, db_collation="C")
    heading = models.CharField("表头", max_length=100)  # plain_heading
    meaning = models.JSONField(default=dict)  # role, source, kind, options, needed

    class Meta:
        verbose_name = "任务表列的含义"
        constraints = [
            models.UniqueConstraint(fields=["area_code", "heading"], name="one_meaning_of_a_heading")
        ]

    def __str__(self):
        return self.heading


class RecurringRequest(models.Model):
    """A request that comes again: a condition over the register, columns to fill, a deadline and a repeat."""

    class Every(models.TextChoices):
        WEEK = "week", "每周一"
        MONTH = "month", "每月1日"
        TERM = "term", "每学期开学（3月1日、9月1日）"

    area_code = models.CharField("县", max_length=12, db_collation="C")
    title = models.CharField("标题", max_length=80)
    instructions = models.TextField("填报说明", blank=True)
    condition = models.CharField("条件", max_length=40)  # key of households.requests.conditions
    filters = models.JSONField("筛选", default=dict)  # of a condition that is chosen freely
    columns = models.JSONField("待填列", default=list)
    every = models.CharField("周期", max_length=10, choices=Every.choices)
    days = models.SmallIntegerField("填报天数")  # the deadline: so many days later, at 18:00
    active = models.BooleanField("启用", default=True)
    message = models.CharField("上次没有下发的原因", max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField("录入时间", db_default=Now(), editable=False)

    objects = TableRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "定期任务表"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="recurring_days_within_a_term", condition=Q(days__range=(1, 60)))
        ]

    def __str__(self):
        return self.title

    def audit_case(self):
        return "households.recurringrequest", self.pk, self.area_code
