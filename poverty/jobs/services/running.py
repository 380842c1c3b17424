"""Carrying a job out: claim the row, run, write the end. Delivered twice, it runs once."""

import logging
import os
import socket
import time
import traceback

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models.functions import Now

from poverty.jobs import runners
from poverty.jobs.context import JobContext
from poverty.jobs.heartbeat import Heartbeat
from poverty.jobs.models import Job, State
from poverty.jobs.runners import JobCancelled, JobFailed
from poverty.jobs.services.queue import create_follow_up
from poverty.web.errors import error_id as new_error_id

logger = logging.getLogger(__name__)

INTERRUPTED = "运行被中断（后台进程停止或失去连接），已写入的结果有效，可以重新运行。"


def run(job_id: int) -> str | None:
    """Carry out a queued job and return the state it ended in.

    None when there was nothing to do: another delivery was faster, the job was cancelled, or it was given up
    while running. Never raises what the runner raised: the row tells it.
    """
    if not _claim(job_id):
        return None
    job = Job.objects.select_related("created_by").get(pk=job_id)
    heartbeat = Heartbeat(job_id)
    context = JobContext(job, heartbeat)
    heartbeat.start()
    try:
        end = _carry_out(job, context)
    finally:
        heartbeat.stop()
    if end["state"] == State.DONE and context.total is not None:
        context.done = context.total
    end |= {"done": context.done, "total": context.total}
    return end["state"] if _write_end(job_id, end) else None


def finish(job_id: int, *, state: str, only_silent: bool = False, **values) -> bool:
    """Write the end of a running job and put its follow-up in line, if one was asked for.

    False when the job is not running any more (somebody else has written its end) or, with `only_silent`,
    when its heart beats again.
    """
    running = Job.objects.silent() if only_silent else Job.objects.filter(state=State.RUNNING)
    with transaction.atomic():
        job = running.select_for_update().filter(pk=job_id).first()
        if job is None:
            return False
        Job.objects.filter(pk=job_id).update(state=state, finished_at=Now(), again_with=None, **values)
        if job.again_with is not None and state != State.CANCELLED:
            create_follow_up(job, job.again_with)
        return True


def _claim(job_id):
    """Turn queued into running; False when it is not queued (any more). The UPDATE is the lock."""
    return bool(
        Job.objects.filter(pk=job_id, state=State.QUEUED).update(
            state=State.RUNNING,
            started_at=Now(),
            heartbeat_at=Now(),
            worker=f"{socket.gethostname()[:80]}:{os.getpid()}",
        )
    )


def _carry_out(job, context):
    """Run the runner and return what to write at the end."""
    known = runners.get(job.kind)
    if known is None:
        return _failure("本版本不支持这类任务，请联系系统管理员。")
    try:
        known.run(context)
    except JobCancelled:
        return {"state": State.CANCELLED, "result": context.result}
    except JobFailed as error:
        return _failure(str(error))
    except ValidationError as error:
        return _failure("；".join(error.messages))
    except SoftTimeLimitExceeded:
        return _failure("运行超过时限，已停止。可以重新运行；若再次超时，请联系系统管理员。")
    except Exception as error:  # whatever the runner stumbles over ends in the row, not in the worker
        error_id = new_error_id()
        logger.error("Job %s (%s) failed, error id %s\n%s", job.pk, job.kind, error_id, _trace(error))
        return _failure(f"处理时发生意外错误，请联系系统管理员并告知错误编号 {error_id}。", error_id)
    return {"state": State.DONE, "result": context.result}


def _failure(message, error_id=""):
    return {"state": State.FAILED, "error": message[:500], "error_id": error_id}


def _trace(error):
    """The traceback without the messages: a database error quotes the row, and a row may hold personal
    data.
    """
    lines = []
    while error is not None:
        kind = type(error).__name__
        code = getattr(getattr(error, "diag", None), "constraint_name", None) or getattr(
            error, "pgcode", None
        )
        lines += [*traceback.format_tb(error.__traceback__), f"{kind} {code or ''}\n"]
        error = error.__cause__
    return "".join(lines)


def _write_end(job_id, end):
    """Write the end, also when the database has just been restarted; give up after half a minute (the sweep
    sees it).
    """
    for pause in (0, 1, 2, 4, 8, 15):
        time.sleep(pause)
        try:
            return finish(job_id, **end)
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            logger.warning("Job %s: end not written yet (%s)", job_id, type(error).__name__)
            connection.close()
    return False
