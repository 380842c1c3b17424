"""Photos of visits: they come after the visit, each once, exactly as announced. Nothing is decoded here."""

from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from households.models import Visit, VisitPhoto
from households.visits.services.answers import state_of
from poverty.files import storage
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.errors import constraint_of

ANOTHER = "照片内容与登记的不一致，可能没有传完整，请重新发送。"
GIVEN_UP = "这张照片已经放弃，不再接收。"
REPLACED = "这张照片已经换了一张，不再接收。"
_CHUNK = 1 << 16


def attach_photo(visit: UUID, photo: UUID, upload, *, actor) -> str:
    """Keep a photo that a visit announced; the same again changes nothing. Returns the state of the visit (answers.py).

    `upload` is an open binary file. ObjectDoesNotExist when no visit of this person announced it; ValidationError when
    it is other bytes than announced ("another_photo": it may have been cut on its way), or these and no photo
    (poverty.files.refusals), or is not waited for any more ("given_up", "replaced").
    """
    row = own_photo(visit, photo, actor)
    require_awaited(row)
    if row.file_id is not None:
        if _digest(upload, row.bytes) != row.sha256:
            raise ValidationError(ANOTHER, code="another_photo")
    else:
        _keep(row, upload, actor=actor)
    return state_of(row.visit_id)


def own_photo(visit: UUID, photo: UUID, actor) -> VisitPhoto:
    """A photo that a visit of this person announced, with its visit; ObjectDoesNotExist."""
    rows = VisitPhoto.objects.filter(Q(visit__visitor=actor) | Q(visit__recorded_by=actor))
    return rows.select_related("visit", "replacement").get(visit__identity=visit, identity=photo)


def require_awaited(row: VisitPhoto) -> None:
    """ValidationError for a photo that was given up, or in whose place another one was taken."""
    if row.given_up_at is not None:
        raise ValidationError(GIVEN_UP, code="given_up")
    if hasattr(row, "replacement"):
        raise ValidationError(REPLACED, code="replaced")


class _Read:
    """An upload with the digest of what was read of it."""

    def __init__(self, upload):
        self.name = getattr(upload, "name", "") or ""
        self._upload, self._digest = upload, sha256()

    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""
        whole = hasattr(self._upload, "chunks")
        for chunk in self._upload.chunks() if whole else iter(lambda: self._upload.read(_CHUNK), b""):
            self._digest.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _keep(row: VisitPhoto, upload, *, actor) -> None:
    upload = _Read(upload)

    def as_announced(received: storage.Received) -> None:
        if received.sha256 != row.sha256:
            raise ValidationError(ANOTHER, code="another_photo")
        storage.place(received)

    try:
        _store(row, upload, as_announced, actor)
    except ValidationError as error:
        # What came is no photo because it is not all of it: that says nothing of the photo.
        if upload.sha256 != row.sha256:
            raise ValidationError(ANOTHER, code="another_photo") from error
        raise
    except IntegrityError as error:
        if constraint_of(error) == "households_visitphoto_stays":
            raise ValidationError(REPLACED, code="replaced") from error
        raise


@transaction.atomic
def _store(row: VisitPhoto, upload, place, actor) -> None:
    visit = row.visit
    file = store(upload, actor=actor, area_code=visit.area_code, kind=Kind.PHOTO, place=place, at_once=False)
    # Of two requests with the same photo the second waits here, and finds it done; or it was given up meanwhile.
    waiting = VisitPhoto.objects.filter(pk=row.pk, file=None, given_up_at=None)
    if waiting.update(file=file, arrived_at=timezone.now()):
        Visit.objects.filter(pk=visit.pk).update(photos_arrived=F("photos_arrived") + 1)
        link(file, visit, role="photo", actor=actor, just_stored=True)
    elif not VisitPhoto.objects.filter(pk=row.pk, file__isnull=False).exists():
        raise ValidationError(GIVEN_UP, code="given_up")


def digest_of(upload) -> str:
    """SHA-256 of an upload, which stands at its beginning afterwards."""
    digest = sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _digest(upload, limit: int) -> str:
    """SHA-256 of what comes, read no further than one byte beyond what was announced."""
    digest, left = sha256(), limit + 1
    while left > 0 and (chunk := upload.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()
