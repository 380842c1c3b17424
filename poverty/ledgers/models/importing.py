"""Workbooks on their way in: the import, and its rows staged with personal numbers encrypted from the first write."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from poverty.fields.sealed import SealedField
from poverty.files.models import StoredFile
from poverty.jobs.models import Job
from poverty.ledgers.incoming import kinds
from poverty.ledgers.querysets_importing import ImportQuerySet, StagedRowQuerySet

# A sheet has at most 1,048,576 rows: import and row number together make the key of a staged row.
ROW_BITS = 21


class Level(models.IntegerChoices):
    """How bad the worst fault of a row is."""

    NONE = 0, "无问题"
    QUESTION = 1, "提示"  # taken over unless left out
    CELL = 2, "单元格有错"  # left out unless accepted, then without the wrong cells
    ROW = 3, "整行不能导入"


class Outcome(models.TextChoices):
    """What a row would do to the register."""

    NEW = "new", "新增"
    CHANGED = "changed", "有变化"
    UNCHANGED = "unchanged", "无变化"
    WRONG = "wrong", "有错误"


class Import(models.Model):
    """One workbook brought in: read, checked, applied or given up. Not applied: nothing of the register changes."""

    class State(models.TextChoices):
        READING = "reading", "正在读取"
        CHECKED = "checked", "已核对，待应用"
        APPLIED = "applied", "已应用"
        CANCELLED = "cancelled", "已放弃"
        FAILED = "failed", "无法导入"

    kind = models.CharField("种类", max_length=40)  # name of an ImportKind
    year = models.SmallIntegerField("年度", null=True)
    area_code = models.CharField("区划", max_length=12, db_collation="C")
    as_of = models.DateField("导出日期")  # of the national export: what was entered here later is newer
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.READING)
    file = models.ForeignKey(
        StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file_name = models.CharField("文件名", max_length=120)
    file_removed_at = models.DateTimeField("原文件删除时间", null=True)  # NULL: it still stands
    legal_basis = models.CharField("依据", max_length=200, blank=True)
    sheet = models.CharField("工作表", max_length=60, blank=True)
    headings = models.JSONField("表头", default=list)  # the user's own, in their order
    found = models.JSONField("识别的列", default=dict)  # key of a column -> its position from 0
    unknown = models.JSONField("不认识的列", default=list)
    notes = models.JSONField(
        "说明", default=list
    )  # what was seen in the file: hidden sheets, formulas, links
    counts = models.JSONField("统计", default=dict)
    message = models.CharField("失败原因", max_length=1000, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="导入人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField("上传时间", db_default=Now(), editable=False)
    checked_at = models.DateTimeField("核对时间", null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="应用人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    applied_at = models.DateTimeField("应用时间", null=True)
    applied = models.JSONField("应用结果", default=dict)  # counts of what was written

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="applied_import_says_when_and_by_whom",
                condition=~Q(state="applied") | Q(applied_at__isnull=False, applied_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["area_code", "-id"], name="import_by_area")]

    def __str__(self):
        return f"{self.kind_label} #{self.pk}"

    def audit_case(self):
        return "ledgers.import", self.pk, self.area_code

    @property
    def kind_label(self) -> str:
        """The kind in words; the bare name when this version no longer knows it."""
        known = kinds.get(self.kind)
        return known.label if known else self.kind

    @property
    def is_open(self) -> bool:
        """Whether it can still be applied or given up."""
        return self.state == self.State.CHECKED


class StagedCells(models.Model):
    """What stood in a row: values by column key, personal numbers encrypted. Wide, and read only where needed."""

    id = models.BigIntegerField(primary_key=True)  # StagedRow.key_of
    values = models.JSONField(default=dict)  # without empty cells and without personal numbers
    identity = SealedField(kind="identity", null=True)
    identity_last4_hash = models.BinaryField(max_length=32, null=True)
    head_identity = SealedField(kind="identity", null=True)
    phone = SealedField(kind="phone", null=True)
    member_phone = SealedField(kind="phone", null=True)
    bank_account = SealedField(kind="bank", null=True)

    class Meta:
        verbose_name = "导入行内容"

    def __str__(self):
        return f"{self.pk}"


class StagedRow(models.Model):
    """One row of a workbook: whom it is about, what is wrong with it, what it would change.

    `cell_faults` come from reading, `row_faults` from comparing with other rows and the register; each a list of
    {"c": column key or "", "k": kind, "m": message, "l": level}; no message repeats a personal number.
    `differences` {column: [ours, theirs]}, masked: what is taken over; `kept` {column: [ours, theirs, since, source]}:
    what differs and stays ours. `household_id` and `member_id` are keys of the register above this app.
    """

    cells = models.OneToOneField(
        StagedCells, primary_key=True, db_column="id", on_delete=models.DO_NOTHING, related_name="row"
    )
    imported = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows", db_index=False)
    number = models.IntegerField("行号")  # as Excel counts
    household_no = models.CharField("户编号", max_length=30, blank=True)
    member_no = models.CharField("人口编号", max_length=30, blank=True)
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    is_head = models.BooleanField("户主", default=False)
    leads = models.BooleanField(
        "代表本户", default=False
    )  # the row from which the household's own facts are taken
    identity_hash = models.BinaryField(max_length=32, null=True)
    head_hash = models.BinaryField(max_length=32, null=True)
    phone_hash = models.BinaryField(max_length=32, null=True)
    member_phone_hash = models.BinaryField(max_length=32, null=True)
    bank_account_hash = models.BinaryField(max_length=32, null=True)
    household_id = models.BigIntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    cell_faults = models.JSONField(default=list)
    row_faults = models.JSONField(default=list)
    cell_level = models.SmallIntegerField(
        choices=Level.choices, default=Level.NONE
    )  # of the cell faults alone
    level = models.SmallIntegerField(choices=Level.choices, default=Level.NONE)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    differences = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    accepted = models.BooleanField(null=True)  # NULL: as its level says; else decided by hand
    national = models.BooleanField(default=False)  # decided by hand: what differs follows the file

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        verbose_name = "导入行"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["imported", "outcome", "cells"], name="staged_by_outcome"),
            models.Index(fields=["imported", "household_no"], name="staged_by_household_no"),
        ]

    def __str__(self):
        return f"{self.number}"

    @staticmethod
    def key_of(import_id: int, number: int) -> int:
        """The key of a row: the same row of the same import always has the same."""
        return import_id << ROW_BITS | number

    @property
    def faults(self) -> list[dict]:
        return [*self.cell_faults, *self.row_faults]
