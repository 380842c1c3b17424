"""Putting a job in line and handing it to the broker."""

import logging
import re
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from poverty.audit.services import record
from poverty.jobs import carrier, runners
from poverty.jobs.models import LIVE, Job, State

logger = logging.getLogger(__name__)

# Ids, codes, dates and choices. A run of 15 or more digits would be an identity or bank number.
_PLAIN = re.compile(r"(?!.*\d{15})[A-Za-z0-9_.:+-]{0,64}")


@transaction.atomic
def enqueue(kind: str, *, area_code: str, key: str, params: dict, actor, again: bool = False) -> Job:
    """Put a job in line and return it; when the key is taken, return the live job of that key instead.

    `params` may hold ids, codes, dates, booleans and lists of them, never names or numbers of persons:
    ValueError otherwise (a fault of the caller). `actor` None stands for the timetable.

    The live job may already have read what the caller has just changed: with `again` it is run once more,
    with these params, when it is over. Sent to the broker after commit; when the broker is down the row
    waits and the sweep sends it.
    """
    if runners.get(kind) is None:
        raise ValueError(f"No runner for the kind {kind!r}.")
    params = _checked(params)
    while True:
        job, created = _live_or_new(kind, area_code=area_code, key=key, params=params, actor=actor)
        if created or not again or _follow_up(job, params):
            return job


@transaction.atomic
def retry(job: Job, *, actor) -> Job:
    """Put a failed or cancelled job in line again as a new row with the same params; returns the live job.

    PermissionDenied when the actor may not; ValidationError while it is live or when it is done.
    """
    require_may_steer(job, actor)
    if job.state not in (State.FAILED, State.CANCELLED):
        raise ValidationError("只有失败或已取消的任务可以重新运行。")
    if runners.get(job.kind) is None:
        raise ValidationError("本版本不再支持这类任务，不能重新运行。")
    new, created = _live_or_new(
        job.kind, area_code=job.area_code, key=job.key, params=job.params, actor=actor, retry_of=job
    )
    if created:
        record(
            "jobs.retry",
            new,
            actor=actor,
            summary=f"重新运行：{new.label}",
            changes={"retry_of": [None, job.pk]},
        )
    return new


@transaction.atomic
def cancel(job: Job, *, actor) -> Job:
    """Cancel a queued job at once; ask a running one to stop. Returns the job as it stands now.

    PermissionDenied when the actor may not; ValidationError when the job is over.
    """
    require_may_steer(job, actor)
    queued = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    if queued.update(state=State.CANCELLED, finished_at=Now(), cancel_requested=True):
        summary = f"取消：{job.label}"
    elif Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True, again_with=None):
        summary = f"请求停止：{job.label}"
    else:
        raise ValidationError("任务已经结束，不能取消。")
    record("jobs.cancel", job, actor=actor, summary=summary)
    job.refresh_from_db()
    return job


def may_steer(job: Job, user) -> bool:
    """Whether the user may run the job again or cancel it: by a right of its runner at its area, or as its
    starter.
    """
    known = runners.get(job.kind)
    if known is not None and known.rights:
        return any(user.has_right_at(right, job.area_code) for right in known.rights)
    return job.created_by_id == user.pk


def require_may_steer(job: Job, user) -> None:
    """PermissionDenied unless the user may run the job again or cancel it."""
    if not may_steer(job, user):
        raise PermissionDenied("没有重新运行或取消此任务的权限。")


def send(job: Job) -> bool:
    """Hand a job to the broker; False when the broker is not there (the sweep will try again)."""
    try:
        carrier.send(job.pk)
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("Job %s stays in line, the broker did not take it (%s)", job.pk, type(error).__name__)
        return False
    Job.objects.filter(pk=job.pk, state=State.QUEUED).update(sent_at=Now())
    return True


def create_follow_up(job: Job, params: dict) -> Job:
    """The one more run that was asked for while `job` was running. Call it when that is over, in its
    transaction.
    """
    return _create(job.kind, area_code=job.area_code, key=job.key, params=params, actor=job.created_by)


def _live_or_new(kind, *, key, **values):
    """Return (job, created): the live job of the key, or a new one."""
    while True:
        live = Job.objects.filter(key=key, state__in=LIVE).first()
        if live is not None:
            return live, False
        try:
            with transaction.atomic():
                return _create(kind, key=key, **values), True
        except IntegrityError as error:
            if error.__cause__.diag.constraint_name != "one_live_job_per_key":
                raise
            # Somebody was faster: next time round his row is seen, or it is over already and ours goes in.


def _create(kind, *, area_code, key, params, actor, retry_of=None):
    job = Job.objects.create(
        kind=kind,
        area_code=area_code,
        key=key,
        params=params,
        created_by=actor,
        retry_of=retry_of,
        attempts=retry_of.attempts + 1 if retry_of else 1,
    )
    transaction.on_commit(lambda: send(job))
    return job


def _follow_up(live, params):
    """Make sure that a run starts after now; False when the job has ended meanwhile."""
    if Job.objects.filter(pk=live.pk, state=State.RUNNING).update(again_with=params):
        return True
    # Still queued: it will read what is committed when it starts. The row is held until our commit, so that
    # it does not start before that.
    return Job.objects.select_for_update().filter(pk=live.pk, state=State.QUEUED).exists()


def _checked(value, path="params"):
    """Return the value as JSON, refusing what could be personal data."""
    if value is None or (isinstance(value, int) and abs(value) < 10**14):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"{path}: ids and codes only.")
        return value
    if isinstance(value, list | tuple):
        return [_checked(item, f"{path}[]") for item in value]
    if isinstance(value, dict):
        return {str(name): _checked(item, f"{path}.{name}") for name, item in value.items()}
    raise ValueError(f"{path}: {type(value).__name__} cannot be a job parameter.")
