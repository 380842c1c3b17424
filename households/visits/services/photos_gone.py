"""Photos that a visit announced and that will never come: no photo, too large, not to be read, lost with the phone.

Who made or recorded the visit takes another one in its place, or gives it up with the reason; the visit is complete
then. Asked again, the same changes nothing: a phone does not know whether its request arrived.
"""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from households.models import Visit, VisitPhoto
from households.visits.sent import SentPhoto
from households.visits.services.answers import state_of
from households.visits.services.photos import own_photo, require_awaited
from poverty.audit.services import record

MOST_ROWS = 90  # photos of a visit together with those taken in their place
_LONGEST = 200
_ARRIVED = "这张照片已经收到，不用换。"


@transaction.atomic
def replace_photo(visit: UUID, photo: UUID, another: SentPhoto, *, actor) -> str:
    """Wait for another photo instead of one that was announced. Returns the state of the visit (answers.py).

    ObjectDoesNotExist when no visit of this person announced it; ValidationError when it has arrived, was given up or
    has another one in its place already, or the other's identity is taken.
    """
    row = _held(visit, photo, actor)
    known = VisitPhoto.objects.filter(identity=another.identity).first()
    if known is not None:
        if (known.replaces_id, known.sha256) != (row.pk, another.sha256):
            raise ValidationError("照片编号已属于另一张照片。")
        return state_of(row.visit_id)
    if row.file_id is not None:
        raise ValidationError(_ARRIVED, code="arrived")
    require_awaited(row)
    if VisitPhoto.objects.filter(visit=row.visit_id).count() >= MOST_ROWS:
        raise ValidationError("这次走访的照片换得太多，不能再换。")
    VisitPhoto.objects.create(visit=row.visit, replaces=row, **vars(another))
    _log("households.visit.photo_replace", row, "换一张照片", actor)
    return state_of(row.visit_id)


@transaction.atomic
def give_up_photo(visit: UUID, photo: UUID, reason: str, *, actor) -> str:
    """Wait for a photo no more; the reason stays with the visit. Returns the state of the visit (answers.py).

    What has come after all, was given up, or has another one in its place, stays as it is. ObjectDoesNotExist when no
    visit of this person announced it; ValidationError ("reason").
    """
    row = _held(visit, photo, actor)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请写明为什么不要这张照片了。"})
    if len(reason) > _LONGEST:
        raise ValidationError({"reason": f"最多{_LONGEST}字。"})
    if row.is_awaited:
        row.given_up_at, row.given_up_by, row.given_up_reason = timezone.now(), actor, reason
        row.save(update_fields=["given_up_at", "given_up_by", "given_up_reason"])
        Visit.objects.filter(pk=row.visit_id).update(photos_given_up=F("photos_given_up") + 1)
        _log("households.visit.photo_give_up", row, f"放弃一张照片：{reason}", actor)
    return state_of(row.visit_id)


def _held(visit: UUID, photo: UUID, actor) -> VisitPhoto:
    """The photo, held against its own arrival in this moment, as it stands now."""
    VisitPhoto.objects.select_for_update().filter(visit__identity=visit, identity=photo).first()
    return own_photo(visit, photo, actor)


def _log(action: str, row: VisitPhoto, what: str, actor) -> None:
    words = f"{row.visit.happened_on} 的走访（{row.get_kind_display()}）：{what}"
    record(action, row.visit, actor=actor, summary=words[:200])
