"""The append-only log: who did what to which case, when, from where, and why."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from poverty.audit.querysets import EntryQuerySet


class Entry(models.Model):
    """One thing done. Never changed, never deleted: a trigger refuses both."""

    at = models.DateTimeField("时间", db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        null=True,  # NULL: nobody signed in (a failed sign-in) or the system itself
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    action = models.CharField("动作", max_length=60)
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    case_type = models.CharField("对象类型", max_length=60, blank=True)
    case_id = models.BigIntegerField("对象", null=True)
    summary = models.CharField("摘要", max_length=500, blank=True)
    changes = models.JSONField("变更", default=dict)  # {field: [old, new]}, sensitive values masked
    purpose = models.CharField("用途", max_length=200, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求号", max_length=36, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case_type", "case_id", "-id"], name="audit_by_case"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["area_code", "-id"], name="audit_by_area"),
            # 审计日志 of a year: found at its first day, not by walking through the years before it.
            models.Index(fields=["at", "id", "area_code"], name="audit_by_moment"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
