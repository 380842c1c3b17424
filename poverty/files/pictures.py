"""Making the pictures that pages show. The original is never shown, only handed out as a download."""

import logging
from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Now

from poverty.files import images, storage
from poverty.files.models import Picture, StoredFile

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
UNSENT_AFTER = timedelta(seconds=60)  # the broker was away when it was stored
LOST_AFTER = timedelta(minutes=10)  # sent, but nothing came of it: the message or the worker was lost
MOST_AT_ONCE = 1000


def make(file_id: int) -> bool:
    """Make the pictures of an image; False when there is nothing to do or it cannot be done. Twice does no
    harm.

    The attempt is counted before the work: an image that kills its worker is given up after three.
    """
    pending = StoredFile.objects.filter(pk=file_id, picture=Picture.PENDING)
    if not pending.filter(picture_attempts__lt=MOST_ATTEMPTS).update(
        picture_attempts=F("picture_attempts") + 1
    ):
        return False
    file = StoredFile.objects.get(pk=file_id)
    if not file.path.exists():
        logger.error("File %s: the content is not on disk", file_id)  # it may come back with its disk
        return False
    try:
        made = images.pictures(file.path)
    except images.Undecodable as error:
        logger.warning("File %s: no pictures (%s)", file_id, type(error.__cause__).__name__)
        pending.update(picture=Picture.FAILED)
        return False
    for size, content in made.items():
        storage.write_picture(file.sha256, size, content)
    return bool(pending.update(picture=Picture.READY))


def waiting() -> list[int]:
    """Numbers of images to send again: never sent for a minute, or sent long ago. The worker skips what is
    done.
    """
    overdue = Q(picture_sent_at__isnull=True, uploaded_at__lt=Now() - UNSENT_AFTER) | Q(
        picture_sent_at__lt=Now() - LOST_AFTER
    )
    found = StoredFile.objects.awaiting_picture().filter(overdue, picture_attempts__lt=MOST_ATTEMPTS)
    return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE])


def unsent() -> list[int]:
    """Numbers of images that no worker was asked for yet."""
    found = StoredFile.objects.awaiting_picture().filter(picture_sent_at__isnull=True)
    return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE])


def give_up() -> int:
    """Mark as failed what was tried three times without an outcome; returns how many."""
    return StoredFile.objects.filter(
        picture=Picture.PENDING,
        picture_attempts__gte=MOST_ATTEMPTS,
        picture_sent_at__lt=Now() - LOST_AFTER,
    ).update(picture=Picture.FAILED)
