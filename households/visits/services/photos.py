"""Photos of visits: they come after the visit, each once, exactly as announced. Nothing is decoded here."""

from hashlib import sha256
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from households.models import Visit, VisitPhoto
from households.visits.services.answers import state_of
from poverty.files import storage
from poverty.files.kinds import Kind
from poverty.files.services import link, store

ANOTHER = "照片内容与登记的不一致，可能没有传完整，请重新发送。"
_CHUNK = 1 << 16


def attach_photo(visit: UUID, photo: UUID, upload, *, actor) -> str:
    """Keep a photo that a visit announced; the same again changes nothing. Returns the state of the visit (answers.py).

    `upload` is an open binary file. ObjectDoesNotExist when no visit of this person announced it; ValidationError when
    it is other bytes than announced, or no photo (poverty.files.refusals).
    """
    row = (
        VisitPhoto.objects.filter(Q(visit__visitor=actor) | Q(visit__recorded_by=actor))
        .select_related("visit")
        .filter(visit__identity=visit, identity=photo)
        .first()
    )
    if row is None:
        raise ObjectDoesNotExist
    if row.file_id is not None:
        if _digest(upload, row.bytes) != row.sha256:
            raise ValidationError(ANOTHER, code="another_photo")
    else:
        _keep(row, upload, actor=actor)
    return state_of(row.visit_id)


def _keep(row: VisitPhoto, upload, *, actor) -> None:
    def as_announced(received: storage.Received) -> None:
        if received.sha256 != row.sha256:
            raise ValidationError(ANOTHER, code="another_photo")
        storage.place(received)

    visit = row.visit
    with transaction.atomic():
        file = store(
            upload, actor=actor, area_code=visit.area_code, kind=Kind.PHOTO, place=as_announced, at_once=False
        )
        # Of two requests with the same photo the second waits here, and finds it done.
        held = VisitPhoto.objects.select_for_update().get(pk=row.pk)
        if held.file_id is not None:
            return
        held.file, held.arrived_at = file, timezone.now()
        held.save(update_fields=["file", "arrived_at"])
        Visit.objects.filter(pk=visit.pk).update(photos_arrived=F("photos_arrived") + 1)
        link(file, visit, role="photo", actor=actor, just_stored=True)


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
