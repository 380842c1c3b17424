"""What a runner is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import OperationalError, connection

from poverty.jobs.heartbeat import Heartbeat
from poverty.jobs.models import Job
from poverty.jobs.runners import JobCancelled


class JobContext:
    """A runner's view of its job: `params`, `area_code`, `actor` (None: the timetable), `result` to fill."""

    def __init__(self, job: Job, heartbeat: Heartbeat):
        self.job_id, self.kind, self.area_code = job.pk, job.kind, job.area_code
        self.params: dict = job.params
        self.actor = job.created_by
        self.result: dict = {}
        self.done, self.total = 0, None
        self._heartbeat = heartbeat

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work is. Cheap: call it as often as you like. A total once given stays until
        replaced.
        """
        if total is not None:
            self.total = total
        self.done = done if self.total is None else min(done, self.total)
        self._heartbeat.report(self.done, self.total)

    def cancelled(self) -> bool:
        """Whether somebody asked to cancel, or the job was given up and may meanwhile run elsewhere."""
        return self._heartbeat.cancel_requested or self._heartbeat.lost

    def check(self) -> None:
        """Raise JobCancelled when the job is to stop; call it between parts of the work."""
        if self.cancelled():
            raise JobCancelled

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """For work that only reads: a statement that runs when somebody cancels is stopped, not waited for.

        Raises JobCancelled then. Not around what writes to the database: whatever statement is running is stopped.
        """
        connection.ensure_connection()
        self._heartbeat.interrupt = connection.connection.cancel
        try:
            yield
        except OperationalError as error:
            if self.cancelled():
                raise JobCancelled from error
            raise
        finally:
            self._heartbeat.interrupt = None

    def day(self, name: str) -> date | None:
        """A parameter that is an ISO date; None when absent."""
        value = self.params.get(name)
        return date.fromisoformat(value) if value else None
