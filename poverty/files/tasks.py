"""Celery entry points: the number of a file in, pictures out."""

import logging

from celery import current_app, shared_task
from django.conf import settings
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from poverty.files import pictures, storage
from poverty.files.models import StoredFile

logger = logging.getLogger(__name__)

MAKE = "files.make_pictures"


@shared_task(name=MAKE, soft_time_limit=60, time_limit=90)
def make_pictures(file_id: int) -> None:
    """Make the pictures of one image."""
    pictures.make(file_id)


@shared_task(name="files.sweep")
def sweep() -> None:
    """Send again what is waiting, give up what cannot be done, tidy up. Run by beat in its own process."""
    pictures.give_up()
    for file_id in pictures.waiting():
        if not send(file_id):
            break
    storage.remove_abandoned()


def send(file_id: int) -> bool:
    """Ask a worker for the pictures of a file; False when the broker is not there (the sweep will try
    again).
    """
    try:
        current_app.send_task(
            MAKE, args=(file_id,), queue=settings.CELERY_TASK_DEFAULT_QUEUE, retry=False, ignore_result=True
        )
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("File %s waits for its pictures, no broker (%s)", file_id, type(error).__name__)
        return False
    StoredFile.objects.filter(pk=file_id).update(picture_sent_at=Now())
    return True
