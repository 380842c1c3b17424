"""The beating heart of a running job: a thread with its own database connection.

The runner may be inside a transaction or waiting minutes for one statement; progress and heartbeat must be
visible meanwhile, so they are written from beside it.
"""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from poverty.jobs.limits import HEARTBEAT_SECONDS
from poverty.jobs.models import Job, State

logger = logging.getLogger(__name__)


class Heartbeat(threading.Thread):
    """Writes heartbeat and progress of one job, and reads whether it is to stop.

    Progress is written at most once per `throttle` seconds; a job shorter than that never opens the second
    connection.
    """

    def __init__(self, job_id: int, *, every: float = HEARTBEAT_SECONDS, throttle: float = 1.0):
        super().__init__(name=f"job-{job_id}-heartbeat", daemon=True)
        self.job_id, self.every, self.throttle = job_id, every, throttle
        self.cancel_requested = False
        self.lost = False  # the row no longer says that it runs: given up by the sweep
        self.interrupt: Callable[[], None] | None = None  # what stops the runner's statement, while it may be
        self._progress: tuple[int, int | None] | None = None
        self._news = threading.Event()
        self._over = threading.Event()

    def report(self, done: int, total: int | None) -> None:
        """Note the progress; the thread writes it soon."""
        self._progress = (done, total)
        self._news.set()

    def stop(self) -> None:
        """End the thread and wait for it, so that it never writes after the runner's end."""
        self._over.set()
        self._news.set()
        if self.is_alive():
            self.join(timeout=30)

    def run(self):
        try:
            while not self._over.is_set():
                self._news.wait(self.every)
                if self._over.wait(self.throttle):
                    return
                self._news.clear()
                self._beat()
        finally:
            connection.close()

    def _beat(self):
        values = {"heartbeat_at": Now()}
        if self._progress is not None:
            values["done"], values["total"] = self._progress
        try:
            Job.objects.filter(pk=self.job_id, state=State.RUNNING).update(**values)
            row = Job.objects.filter(pk=self.job_id).values_list("state", "cancel_requested").first()
        except (DatabaseError, InterfaceError) as error:
            # The database is away; the next beat tries a new connection. The message may quote data: class
            # only.
            logger.warning("Job %s: heartbeat not written (%s)", self.job_id, type(error).__name__)
            connection.close()
            return
        # No row: the job was made in a transaction that is not over, which only a test does.
        if row is not None:
            self.lost = row[0] != State.RUNNING
            self.cancel_requested = row[1]
            interrupt = self.interrupt
            if interrupt is not None and (self.lost or self.cancel_requested):
                interrupt()
