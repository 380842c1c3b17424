"""The queue of record. What is to be done, is being done or was done in the background is a row here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from poverty.jobs import limits, runners
from poverty.jobs.querysets import JobQuerySet


class State(models.TextChoices):
    """A job is waiting, running, or over in one of three ways."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "运行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"


LIVE = (State.QUEUED, State.RUNNING)
OVER = (State.DONE, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One piece of background work. `key` names what it works on: one live job per key, by unique index."""

    kind = models.CharField("类型", max_length=40)  # name of a runner
    area_code = models.CharField("区划", max_length=12, blank=True, db_collation="C")  # "": the whole country
    key = models.CharField("任务键", max_length=120, db_collation="C")
    params = models.JSONField("参数", default=dict)  # ids, codes, dates: enqueue refuses anything else
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.BigIntegerField("已处理", default=0)
    total = models.BigIntegerField("总数", null=True)  # NULL: not known (yet)
    heartbeat_at = models.DateTimeField("最近心跳", null=True)  # NULL: never claimed by a worker
    sent_at = models.DateTimeField("送出时间", null=True)  # NULL: the broker has not taken it yet
    cancel_requested = models.BooleanField("请求取消", default=False)
    # NULL: no follow-up. Else the params of one more run, asked for while this one was already running.
    again_with = models.JSONField("完成后再次运行", null=True)
    error = models.CharField("失败原因", max_length=500, blank=True)  # plain Chinese
    error_id = models.CharField("错误编号", max_length=12, blank=True)  # finds the traceback in the log
    result = models.JSONField("结果", default=dict)  # counts and ids; never personal data
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发起人",
        null=True,  # NULL: the timetable
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField("发起时间", db_default=Now(), editable=False)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    attempts = models.SmallIntegerField("第几次", default=1)  # 1, and one more with each retry
    retry_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="retries", db_index=False
    )
    worker = models.CharField("执行进程", max_length=100, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=LIVE),
                name="one_live_job_per_key",
                violation_error_message="同一任务已在排队或运行。",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, finished_at__isnull=True)
                | Q(state__in=OVER, finished_at__isnull=False),
                name="job_has_an_end_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING) | Q(heartbeat_at__isnull=False, started_at__isnull=False),
                name="running_job_has_a_heartbeat",
            ),
            models.CheckConstraint(
                condition=Q(done__gte=0) & (Q(total__isnull=True) | Q(total__gte=F("done"))),
                name="job_does_not_exceed_its_total",
            ),
        ]
        indexes = [
            models.Index(fields=["created_by", "-id"], name="job_by_creator"),
            models.Index(fields=["area_code", "-id"], name="job_by_area"),
            models.Index(fields=["state", "heartbeat_at"], condition=Q(state__in=LIVE), name="job_live"),
            models.Index(fields=["retry_of"], condition=Q(retry_of__isnull=False), name="job_retries"),
        ]

    def __str__(self):
        return f"{self.label} #{self.pk}"

    def audit_case(self):
        return "jobs.job", self.pk, self.area_code

    @property
    def label(self) -> str:
        """The kind in words; the bare name when no runner of that name exists any more."""
        return runners.label(self.kind)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def silent_seconds(self) -> float:
        """Seconds since the last heartbeat of a running job, else 0."""
        if self.state != State.RUNNING:
            return 0.0
        return (timezone.now() - self.heartbeat_at).total_seconds()

    @property
    def is_silent(self) -> bool:
        """Running by the row, but without a heartbeat for too long: its process is gone or out of reach."""
        return self.silent_seconds > limits.SILENT_AFTER.total_seconds()

    @property
    def percent(self) -> int | None:
        """Whole per cent done, 100 only when over; None while the total is not known."""
        if self.state == State.DONE:
            return 100
        if not self.total:
            return None
        return min(99, self.done * 100 // self.total)

    @property
    def seconds(self) -> float | None:
        """Seconds from start to end, or to now while running; None when it never started."""
        if self.started_at is None:
            return None
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()

    @property
    def remaining_seconds(self) -> int | None:
        """Estimate from the pace so far; None while there is nothing to judge by."""
        if self.state != State.RUNNING or not self.done or not self.total:
            return None
        return max(0, round(self.seconds * (self.total - self.done) / self.done))


class ScheduledRun(models.Model):
    """For which due moment an entry of the timetable was last carried out (or first seen)."""

    name = models.CharField("名称", max_length=60, primary_key=True)
    last_due = models.DateTimeField("最近应运行时间")

    class Meta:
        verbose_name = "定时记录"

    def __str__(self):
        return self.name
