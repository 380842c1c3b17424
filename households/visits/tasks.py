"""Celery entry points of visits: photos that have come are checked by a worker."""

import logging

from celery import current_app, shared_task
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from households.models import VisitPhoto
from households.visits.services.photo_flags import flag_photos
from poverty.files import pictures
from poverty.files.tasks import send

logger = logging.getLogger(__name__)

FLAG = "visits.flag_photos"


@shared_task(name=FLAG, soft_time_limit=120, time_limit=150, ignore_result=True)
def flag() -> None:
    """Check all photos that wait, some hundred in a transaction; then their pictures are made."""
    while flag_photos():
        pass
    for file_id in pictures.unsent():
        if not send(file_id):
            break


@shared_task(name="visits.sweep")
def sweep() -> None:
    """Ask a worker to check what has come since. Run by beat in its own process."""
    if not VisitPhoto.objects.unchecked().exists():
        return
    try:
        current_app.send_task(FLAG, queue=settings.CELERY_TASK_DEFAULT_QUEUE, retry=False, ignore_result=True)
    except (BrokerError, RedisError, OSError) as error:
        logger.warning("Photos of visits wait to be checked, no broker (%s)", type(error).__name__)
