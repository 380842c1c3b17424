"""Looking after the queue: nothing that is in line is forgotten, nothing that died goes on "running"."""

import logging

from poverty.jobs import schedules
from poverty.jobs.models import Job, State
from poverty.jobs.services.queue import send
from poverty.jobs.services.running import INTERRUPTED, finish

logger = logging.getLogger(__name__)


def sweep() -> dict[str, int]:
    """Fail the silent, send the waiting again, start what the timetable has due. Safe to run twice at once.

    Returns the counts {"failed", "sent", "scheduled"}.
    """
    counts = {"failed": 0, "sent": 0, "scheduled": schedules.run_due()}
    for job_id in Job.objects.silent().values_list("pk", flat=True):
        # The heartbeat may have come back since the query, so it is asked again with the row locked.
        if finish(job_id, state=State.FAILED, error=INTERRUPTED, only_silent=True):
            logger.warning("Job %s had no heartbeat and was failed", job_id)
            counts["failed"] += 1
    for job in Job.objects.unsent().order_by("id"):
        if not send(job):
            break  # no broker: the others would not get through either
        counts["sent"] += 1
    return counts
