"""Exports: every file that ever went out, by whom, of what, and how to know it again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from poverty.jobs.models import Job
from poverty.jobs.models import State as JobState
from poverty.ledgers import registry
from poverty.ledgers.querysets_exporting import ExportQuerySet


class ExportState(models.TextChoices):
    """A file is being made, has been made, could not be made, or was not wanted any more before it was made.

    That it has expired is told by its date.
    """

    MAKING = "making", "正在生成"
    DONE = "done", "已生成"
    FAILED = "failed", "未生成"
    CANCELLED = "cancelled", "已取消"


def standing_of(state: str, job: Job | None) -> str:
    """How a file that is made in the background stands, by its row and by its job.

    A job that was cancelled in the line, or whose process died, never wrote the row of what it was to make.
    """
    if state != ExportState.MAKING or job is None or job.is_live:
        return state
    return ExportState.CANCELLED if job.state == JobState.CANCELLED else ExportState.FAILED


class ExportFormat(models.TextChoices):
    """What kind of file."""

    XLSX = "xlsx", "Excel 工作簿"
    CSV = "csv", "CSV 文本"


class Export(models.Model):
    """One ledger taken out by one person. The row stays when the file has expired and is thrown away."""

    ledger = models.CharField("台账", max_length=60, db_collation="C")  # name in the registry
    title = models.CharField("标题", max_length=120)  # as it was called
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    year = models.SmallIntegerField("年度", null=True)  # NULL: a ledger without a year
    filters = models.JSONField("筛选", default=dict)  # as in the address
    filter_words = models.CharField("筛选条件", max_length=500)
    columns = models.JSONField("列", default=list)  # keys in order
    format = models.CharField("格式", max_length=4, choices=ExportFormat.choices, default=ExportFormat.XLSX)
    full_numbers = models.BooleanField("完整号码", default=False)
    purpose = models.CharField("用途", max_length=200, blank=True)
    request_key = models.CharField(max_length=64, db_collation="C")  # SHA-256 over what was asked for
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="导出人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    requested_at = models.DateTimeField("申请时间", db_default=Now(), editable=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    state = models.CharField("状态", max_length=10, choices=ExportState.choices, default=ExportState.MAKING)
    # From here on NULL or "" until the file is made.
    as_of = models.DateTimeField("截至", null=True)
    finished_at = models.DateTimeField("生成时间", null=True)
    rows = models.BigIntegerField("行数", null=True)
    checksum = models.CharField("校验值", max_length=64, blank=True, db_collation="C")  # over the cells
    sha256 = models.CharField("文件SHA-256", max_length=64, blank=True, db_collation="C")
    size = models.BigIntegerField("大小", null=True)  # bytes
    file_name = models.CharField("文件名", max_length=160, blank=True)
    expires_at = models.DateTimeField("有效期至", null=True)
    removed_at = models.DateTimeField("清除时间", null=True)  # NULL: the file is still kept
    # The last export of the same request before this one, and {added, removed, changed} since then; NULL: none, or
    # nothing to compare with.
    previous = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    changes = models.JSONField("与上次相比", null=True)
    # What stands above the rows of the workbook, row by row, as it was written; []: a CSV, or from before this was kept.
    head = models.JSONField("表头", default=list)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "导出"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ExportState.DONE)
                | Q(
                    as_of__isnull=False,
                    finished_at__isnull=False,
                    rows__isnull=False,
                    expires_at__isnull=False,
                    sha256__regex=r"^[0-9a-f]{64}$",
                    checksum__regex=r"^[0-9a-f]{64}$",
                ),
                name="finished_export_can_be_proved",
            ),
            models.CheckConstraint(
                condition=Q(full_numbers=False) | ~Q(purpose=""),
                name="full_numbers_have_a_purpose",
                violation_error_message="完整号码须写明用途。",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_at__gte=F("expires_at")),
                name="export_is_kept_until_it_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["actor", "-id"], name="export_by_actor"),
            models.Index(fields=["area_code", "-id"], name="export_by_area"),
            models.Index(fields=["request_key", "-id"], name="export_by_request"),
            models.Index(fields=["sha256"], condition=~Q(sha256=""), name="export_by_sha256"),
            models.Index(fields=["checksum"], condition=~Q(checksum=""), name="export_by_checksum"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state="done", removed_at__isnull=True),
                name="export_to_be_removed",
            ),
        ]

    def __str__(self):
        return self.title

    def audit_case(self):
        return "ledgers.export", self.pk, self.area_code

    @property
    def definition(self):
        """The ledger as it is defined now; None when it is no more."""
        return registry.get(self.ledger)

    @property
    def standing(self) -> str:
        """The state, or what became of the job meanwhile (`standing_of`)."""
        return standing_of(self.state, self.job)

    @property
    def is_expired(self) -> bool:
        """Whether the file may not be fetched any more."""
        if self.state != ExportState.DONE:
            return False
        return self.removed_at is not None or self.expires_at <= timezone.now()

    @property
    def is_ready(self) -> bool:
        """Whether there is a file to be fetched."""
        return self.state == ExportState.DONE and not self.is_expired
