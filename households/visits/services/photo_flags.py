"""What is odd about photos of visits, worked out after they have come, for many at once.

It is for the reviewer's eyes, and no refusal. Times are the phone's and the camera's: a wrong clock is odd too, and
nothing more than odd.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Visit, VisitPhoto
from households.options.visits import (
    NO_TAKEN_TIME,
    SAME_AS_EARLIER_VISIT,
    SAME_AS_OTHER_HOUSEHOLD,
    TAKEN_LONG_AFTER,
    TAKEN_LONG_BEFORE,
    TINY,
)
from households.visits.services.other_eyes import refuse_own
from poverty.audit.services import record
from poverty.files.models import FileLink
from poverty.parameters.services import values_for

AT_ONCE = 500
_PARAMETERS = ("visit.photo_hours", "visit.photo_pixels")
_HOUSEHOLD = "households.household"


@transaction.atomic
def flag_photos(limit: int = AT_ONCE) -> int:
    """Check photos that have come and were not checked; returns how many. Two workers take different ones."""
    rows = VisitPhoto.objects.unchecked().select_related("visit", "file")
    photos = list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
    if not photos:
        return 0
    same = _same_content(photos)
    limits = _limits(photos)
    now = timezone.now()
    for one in photos:
        one.flags = _flags(one, same, limits[one.visit.area_code[:6]])
        one.checked_at = now
    VisitPhoto.objects.bulk_update(photos, ["flags", "checked_at"], batch_size=AT_ONCE)
    return len(photos)


@transaction.atomic
def look_at_photo(photo: VisitPhoto, remark: str, *, actor) -> None:
    """Note that a reviewer has looked at a flagged photo, and what he found. PermissionDenied without visit.settle over
    the household, and for who made or recorded the visit (other_eyes.py); ValidationError when somebody has looked
    already, or nothing is said about it.
    """
    visit = Visit.objects.select_related("household").get(pk=photo.visit_id)
    if not Household.objects.visible_to(actor, "visit.settle").filter(pk=visit.household_id).exists():
        raise PermissionDenied("您没有复核该户走访照片的权限。")
    refuse_own(visit, actor)
    remark = remark.strip()
    if not remark:
        raise ValidationError({"remark": "请写明核对的情况。"})
    if len(remark) > 200:
        raise ValidationError({"remark": "最多200字。"})
    open_ones = VisitPhoto.objects.filter(pk=photo.pk, looked_at__isnull=True)
    if not open_ones.update(looked_at=timezone.now(), looked_by=actor, looked_remark=remark):
        raise ValidationError("这张照片已经复核过了，请刷新页面。", code="changed_meanwhile")
    record(
        "households.visit.look",
        visit.household,
        actor=actor,
        summary=f"{visit.happened_on} 走访照片（{'、'.join(photo.flag_labels) or '无提示'}）：{remark}"[:200],
    )


def same_photos(photo: VisitPhoto) -> list[VisitPhoto]:
    """Photos of other visits with the same content, the earlier first."""
    rows = VisitPhoto.objects.filter(sha256=photo.sha256, file__isnull=False).exclude(visit=photo.visit_id)
    return list(rows.select_related("visit__household", "visit__visitor", "file").order_by("pk"))


def _same_content(photos: Sequence[VisitPhoto]) -> dict[str, list[tuple[int, int]]]:
    """SHA-256 -> (household, visit) of every photo with that content; a household's own photos count as visit 0."""
    digests = {one.sha256 for one in photos}
    found: dict[str, list[tuple[int, int]]] = {}
    rows = VisitPhoto.objects.filter(sha256__in=digests, file__isnull=False)
    for digest, household, visit in rows.values_list("sha256", "visit__household_id", "visit_id"):
        found.setdefault(digest, []).append((household, visit))
    files = {one.file_id: one.sha256 for one in photos}
    links = FileLink.objects.open().filter(case_type=_HOUSEHOLD, file__in=files)
    for file, household in links.values_list("file_id", "case_id"):
        found.setdefault(files[file], []).append((household, 0))
    return found


def _limits(photos: Iterable[VisitPhoto]) -> dict[str, Mapping[str, Any]]:
    today = timezone.localdate()
    counties = {one.visit.area_code[:6] for one in photos}
    return {one: values_for(_PARAMETERS, one, today) for one in counties}


def _flags(photo: VisitPhoto, same: Mapping, limits: Mapping[str, Any]) -> list[str]:
    visit, found = photo.visit, []
    others = [(household, other) for household, other in same.get(photo.sha256, ()) if other != visit.pk]
    if any(household != visit.household_id for household, _ in others):
        found.append(SAME_AS_OTHER_HOUSEHOLD)
    if any(household == visit.household_id and other for household, other in others):
        found.append(SAME_AS_EARLIER_VISIT)
    taken = photo.taken_at or photo.file.taken_at
    margin = timedelta(hours=limits["visit.photo_hours"])
    begin, end = _span(visit)
    if taken is None:
        found.append(NO_TAKEN_TIME)
    elif taken < begin - margin:
        found.append(TAKEN_LONG_BEFORE)
    elif taken > end + margin:
        found.append(TAKEN_LONG_AFTER)
    longest = max(photo.file.width or 0, photo.file.height or 0)
    if longest < limits["visit.photo_pixels"]:
        found.append(TINY)
    return found


def _span(visit: Visit) -> tuple[datetime, datetime]:
    """From when to when the visit lasted; without the phone's clock the whole day."""
    zone = timezone.get_default_timezone()
    begin = datetime.combine(visit.happened_on, time.min, tzinfo=zone)
    end = begin + timedelta(days=1)
    return visit.started_at or begin, visit.ended_at or (visit.started_at or end)
