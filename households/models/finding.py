"""Findings of data-quality checks (数据检查): what a check found where, since when, and what was answered."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from households.models.household import Household
from households.models.member import Member
from households.querysets import CheckRunQuerySet, FindingQuerySet
from poverty.jobs.models import Job


class CheckRun(models.Model):
    """One run of all checks over the households of an area for a year, with its counts."""

    class Trigger(models.TextChoices):
        NIGHTLY = "nightly", "夜间例行"
        BUTTON = "button", "手动发起"
        COMMAND = "command", "命令行"
        IMPORT = "import", "导入"

    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")
    year = models.SmallIntegerField("年度")
    trigger = models.CharField("起因", max_length=12, choices=Trigger.choices)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("完成", null=True)
    # By the clock of the database: up to here what happened is counted, from here on by the next run over the place.
    counted_at = models.DateTimeField("计数时间", null=True, editable=False)
    # Current findings after the run: those that wait, and those that are answered.
    open = models.IntegerField("待处理", default=0)
    answered = models.IntegerField("已答复", default=0)
    # What happened since the run before over the same place, whoever found or closed it.
    new = models.IntegerField("新发现", default=0)
    closed = models.IntegerField("已消除", default=0)
    reopened = models.IntegerField("答复后有变化", default=0)
    seconds = models.DecimalField("用时（秒）", max_digits=10, decimal_places=2, null=True)

    objects = CheckRunQuerySet.as_manager()

    class Meta:
        verbose_name = "数据检查运行"
        indexes = [models.Index(fields=["area_code", "year", "-id"], name="check_run_by_area")]

    def __str__(self):
        return f"{self.area_code} {self.year} {self.started_at:%Y-%m-%d %H:%M}"


class CheckCount(models.Model):
    """How a check stood after a run, and what happened to it since the run before: rows only where there is anything."""

    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="counts", db_index=False)
    code = models.CharField("检查", max_length=60, db_collation="C")
    open = models.IntegerField("待处理", default=0)
    answered = models.IntegerField("已答复", default=0)
    new = models.IntegerField("新发现", default=0)
    closed = models.IntegerField("已消除", default=0)
    reopened = models.IntegerField("答复后有变化", default=0)

    class Meta:
        verbose_name = "检查计数"
        constraints = [models.UniqueConstraint(fields=["run", "code"], name="one_count_of_a_check_a_run")]

    def __str__(self):
        return f"{self.run_id} {self.code}"


class Finding(models.Model):
    """A check that holds for a household, or one of its members, from when it was found until it was closed.

    One row is one episode: what comes back after it was gone is found anew. `fingerprint` is a digest of the
    values it rests on; when they change and the check still holds, an answer no longer counts.
    """

    code = models.CharField("检查", max_length=60, db_collation="C")
    # A trigger of the statement asks whether these are there (migration 0022): a run writes a million rows.
    household = models.ForeignKey(
        Household,
        verbose_name="户",
        on_delete=models.PROTECT,
        related_name="findings",
        db_index=False,
        db_constraint=False,
    )
    member = models.ForeignKey(
        Member,
        verbose_name="人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    year = models.SmallIntegerField("年度")
    # The household's village when it was last checked: for counting by place.
    area_code = models.CharField("村", max_length=12, db_collation="C")
    fingerprint = models.CharField(max_length=16, db_collation="C", editable=False)
    found_at = models.DateTimeField("发现时间")
    closed_at = models.DateTimeField("消除时间", null=True)
    # What counts now; earlier answers stand in FindingAnswer. NULL: waits.
    answer = models.ForeignKey(
        "households.FindingAnswer",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "数据检查发现"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year", "code", "member"],
                nulls_distinct=False,
                condition=Q(closed_at__isnull=True),
                name="one_current_finding_of_a_check",
            ),
            models.CheckConstraint(
                name="finding_ends_after_it_begins",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("found_at")),
            ),
        ]
        indexes = [
            # Lists and counts: by check and place, whether answered without reading the row.
            models.Index(
                fields=["year", "area_code", "code", "id"],
                include=["answer"],
                condition=Q(closed_at__isnull=True),
                name="finding_by_place",
            ),
            # What was found and closed since a run: few of many. Rows come in the order of finding, mostly.
            BrinIndex(fields=["found_at"], name="finding_by_time", pages_per_range=32),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="finding_by_closing"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.household_id}"


class FindingAnswer(models.Model):
    """What somebody answered to a finding, until the facts that it rests on changed (`ended_at`)."""

    class Kind(models.TextChoices):
        CORRECTED = "corrected", "属实已改"
        NOT_TRUE = "not_true", "不属实"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField("答复", max_length=12, choices=Kind.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    fingerprint = models.CharField(max_length=16, db_collation="C", editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="答复人",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    answered_at = models.DateTimeField("答复时间")
    ended_at = models.DateTimeField("事实变化时间", null=True)

    class Meta:
        verbose_name = "数据检查答复"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="not_true_says_why",
                condition=~Q(kind="not_true") | ~Q(note=""),
                violation_error_message="答复“不属实”须写明原因。",
            )
        ]

    def __str__(self):
        return f"{self.finding_id} {self.get_kind_display()}"
