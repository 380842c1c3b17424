"""Celery entry points of benefits: figures that something was recorded for are put in line to be worked out anew."""

import logging

from celery import shared_task

from households.benefits.services.figuring import enqueue_changed

logger = logging.getLogger(__name__)


@shared_task(name="benefits.sweep")
def sweep() -> None:
    """Look into the log since the last run of each county. Run by beat in its own process; the work is a job's."""
    if count := enqueue_changed():
        logger.info("Figures of policies are worked out anew for %s counties and years", count)
