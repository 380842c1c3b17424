"""Beat looks after rows itself, in its own process, and never through the broker or the workers.

The sweep must work exactly when they do not: worker killed, workers all busy for an hour, Redis away. Its
tasks are a few short statements. Nothing is remembered in a file (a killed beat leaves Celery's schedule
file broken); what was due while beat was off is known from the rows.
"""

import logging

from celery.beat import Scheduler
from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)


class RowScheduler(Scheduler):
    """Runs every entry of CELERY_BEAT_SCHEDULE in beat's own process."""

    producer = None  # Celery's would wait here for the broker before each tick

    def apply_entry(self, entry, producer=None):
        close_old_connections()
        result = self.app.tasks[entry.task].apply(entry.args, entry.kwargs)
        if result.failed():
            logger.error("Beat: %s failed (%s)", entry.task, type(result.result).__name__)
            connections.close_all()  # after a restart of the database the old connection is of no use
