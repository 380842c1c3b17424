"""The household's electronic file as it is taken out, and the label on the cover of its handbook (扶贫手册)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from households.models.household import Household
from households.querysets import ArchiveFileQuerySet
from poverty.jobs.models import Job
from poverty.ledgers.models import standing_of


class ArchiveFile(models.Model):
    """One zip of electronic files (电子档案) taken out by one person: of a household, or of all of an area.

    The row stays when the file has expired and is thrown away.
    """

    class State(models.TextChoices):
        MAKING = "making", "正在生成"
        DONE = "done", "已生成"
        FAILED = "failed", "未生成"
        CANCELLED = "cancelled", "已取消"

    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    # NULL: of every household of the area.
    household = models.ForeignKey(
        Household, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    full_numbers = models.BooleanField("完整号码", default=False)
    purpose = models.CharField("用途", max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="申请人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    requested_at = models.DateTimeField("申请时间", db_default=Now(), editable=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.MAKING)
    # From here on NULL or "" until the file is made.
    as_of = models.DateTimeField("截至", null=True)
    finished_at = models.DateTimeField("生成时间", null=True)
    households = models.IntegerField("户数", null=True)
    sha256 = models.CharField("文件SHA-256", max_length=64, blank=True, db_collation="C")
    size = models.BigIntegerField("大小", null=True)  # bytes
    file_name = models.CharField("文件名", max_length=160, blank=True)
    expires_at = models.DateTimeField("有效期至", null=True)
    removed_at = models.DateTimeField("清除时间", null=True)  # NULL: the file is still kept

    objects = ArchiveFileQuerySet.as_manager()

    class Meta:
        verbose_name = "电子档案"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="finished_archive_file_can_be_proved",
                condition=~Q(state="done")
                | Q(
                    as_of__isnull=False,
                    finished_at__isnull=False,
                    households__isnull=False,
                    expires_at__isnull=False,
                    sha256__regex=r"^[0-9a-f]{64}$",
                ),
            ),
            models.CheckConstraint(
                name="archive_file_with_full_numbers_has_a_purpose",
                condition=Q(full_numbers=False) | ~Q(purpose=""),
                violation_error_message="完整号码须写明用途。",
            ),
            models.CheckConstraint(
                name="archive_file_is_kept_until_it_expires",
                condition=Q(removed_at__isnull=True) | Q(removed_at__gte=F("expires_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["actor", "-id"], name="archive_file_by_actor"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state="done", removed_at__isnull=True),
                name="archive_file_to_be_removed",
            ),
        ]

    def __str__(self):
        return f"{self.household}电子档案" if self.household_id else "电子档案"

    def audit_case(self):
        """How the log names this: type, id, area."""
        return "households.archivefile", self.pk, self.area_code

    @property
    def standing(self) -> str:
        """The state, or what became of the job meanwhile."""
        return standing_of(self.state, self.job)

    @property
    def is_expired(self) -> bool:
        """Whether the file may not be fetched any more."""
        if self.state != self.State.DONE:
            return False
        return self.removed_at is not None or self.expires_at <= timezone.now()

    @property
    def is_ready(self) -> bool:
        """Whether there is a file to be fetched."""
        return self.state == self.State.DONE and not self.is_expired


class HandbookLabel(models.Model):
    """The code of a household's label. It is drawn by lot and says nothing; who scans it still needs the right."""

    household = models.OneToOneField(Household, on_delete=models.PROTECT, related_name="label")
    code = models.CharField("标签码", max_length=26, unique=True, db_collation="C")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="制作人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    issued_at = models.DateTimeField("制作时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "手册标签"

    def __str__(self):
        return self.code
