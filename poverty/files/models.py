"""Stored files. Content is kept once; who brought it, and what it belongs to, are rows of their own."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from poverty.files import cases, kinds, storage
from poverty.files.kinds import Kind
from poverty.files.querysets import FileLinkQuerySet, StoredFileQuerySet


class Picture(models.TextChoices):
    """Whether the re-encoded pictures of an image have been made."""

    NONE = "none", "不需要"
    PENDING = "pending", "正在生成缩略图"
    READY = "ready", "已生成"
    FAILED = "failed", "无法生成缩略图"


def _user(verbose_name, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        **options,
    )


class StoredFile(models.Model):
    """One content, as first stored. A trigger lets nothing change but the state of its pictures."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True, db_collation="C")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    name = models.CharField("文件名", max_length=120)
    content_type = models.CharField("内容类型", max_length=100)  # by content
    size = models.BigIntegerField("大小")  # bytes
    width = models.IntegerField("宽", null=True)  # pixels, seen upright; NULL: not an image
    height = models.IntegerField("高", null=True)
    taken_at = models.DateTimeField("拍摄时间", null=True)  # by the camera; NULL: it does not say
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True)  # degrees, WGS 84
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True)
    uploaded_by = _user("上传人")
    uploaded_at = models.DateTimeField("上传时间", db_default=Now(), editable=False)
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    picture = models.CharField("缩略图", max_length=10, choices=Picture.choices, default=Picture.NONE)
    picture_attempts = models.SmallIntegerField(default=0)
    picture_sent_at = models.DateTimeField(null=True)  # NULL: the broker has not taken it yet
    is_new = False  # of what `store` returns: whether nobody had brought this content before

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "文件"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_has_a_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="file_position_is_on_earth",
            ),
        ]
        indexes = [
            models.Index(
                fields=["picture_sent_at"], condition=Q(picture="pending"), name="file_awaiting_picture"
            )
        ]

    def __str__(self):
        return self.name

    def audit_case(self):
        return "files.storedfile", self.pk, self.area_code

    @property
    def path(self):
        """Where the content stands on disk."""
        return storage.path_of(self.sha256)

    @property
    def type(self) -> kinds.ContentType:
        return kinds.BY_MIME[self.content_type]

    @property
    def is_image(self) -> bool:
        return self.type.is_image


class Upload(models.Model):
    """One act of bringing a file. The same content brought twice is two uploads of one file. Append-only."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="uploads", db_index=False)
    by = _user("上传人")
    at = models.DateTimeField("上传时间", db_default=Now(), editable=False)
    name = models.CharField("文件名", max_length=120)
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")

    class Meta:
        verbose_name = "上传"
        indexes = [
            models.Index(fields=["file", "by"], name="upload_by_file"),
            models.Index(fields=["by", "at"], name="upload_by_person"),
        ]

    def __str__(self):
        return self.name


class FileLink(models.Model):
    """A file belongs to a case, in a role. Taken back it is dated, never deleted."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="links", db_index=False)
    name = models.CharField("文件名", max_length=120)  # as whoever linked it called it
    case_type = models.CharField("对象类型", max_length=60, db_collation="C")
    case_id = models.BigIntegerField("对象")
    role = models.CharField("用途", max_length=40, blank=True)  # "" or a role registered for the case type
    note = models.CharField("说明", max_length=200, blank=True)
    linked_by = _user("关联人")
    at = models.DateTimeField("关联时间", db_default=Now(), editable=False)
    removed_at = models.DateTimeField("移除时间", null=True)  # NULL: still belongs to it
    removed_by = _user("移除人", null=True)
    removed_reason = models.CharField("移除原因", max_length=200, blank=True)

    objects = FileLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "文件关联"
        constraints = [
            models.UniqueConstraint(
                fields=["file", "case_type", "case_id", "role"],
                condition=Q(removed_at__isnull=True),
                name="one_open_link_of_a_file_to_a_case",
                violation_error_message="该文件已经上传过。",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__gte=F("at"), removed_by__isnull=False),
                name="file_link_removal_says_when_and_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case_type", "case_id", "id"],
                condition=Q(removed_at__isnull=True),
                name="file_link_by_case",
            ),
            models.Index(fields=["file", "linked_by"], name="file_link_by_file"),
        ]

    def __str__(self):
        return self.name

    @property
    def role_label(self) -> str:
        return cases.role_label(self.case_type, self.role)
