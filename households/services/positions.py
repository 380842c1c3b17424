"""Where a household's house stands on the map, and what it looks like. Optional unless the county asks;
never scored.
"""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import Household
from households.services.locking import lock_open
from poverty.audit.services import record
from poverty.files.kinds import Kind
from poverty.files.models import StoredFile
from poverty.files.services import link, store

# The country's extent in degrees, generously: beyond it a position is a typing error.
_LATITUDES = (Decimal(3), Decimal(54))
_LONGITUDES = (Decimal(73), Decimal(136))
PHOTO_ROLE = "photo"


@transaction.atomic
def set_position(
    household: Household, latitude: Decimal | None, longitude: Decimal | None, *, actor
) -> Household:
    """Write latitude and longitude in degrees (WGS 84), both or none. Raises ValidationError by field."""
    household = lock_open(household)
    _require_right(household, actor)
    errors = {}
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        if value is None and (latitude, longitude) != (None, None):
            errors[name] = "经度和纬度须一起填写。"
    if latitude is not None and longitude is not None:
        if _inside(longitude, _LATITUDES) and _inside(latitude, _LONGITUDES):
            errors["latitude"] = "经度和纬度好像填反了，请对调。"
        else:
            if not _inside(latitude, _LATITUDES):
                errors["latitude"] = "纬度应在 3 至 54 之间。"
            if not _inside(longitude, _LONGITUDES):
                errors["longitude"] = "经度应在 73 至 136 之间。"
    if errors:
        raise ValidationError(errors)
    before = (household.latitude, household.longitude)
    if before == (latitude, longitude):
        return household
    household.latitude, household.longitude = latitude, longitude
    household.version += 1
    household.save(update_fields=["latitude", "longitude", "version"])
    record(
        "households.position.set",
        household,
        actor=actor,
        changes={"latitude": [before[0], latitude], "longitude": [before[1], longitude]},
        summary="标注位置" if latitude is not None else "清除位置",
    )
    return household


@transaction.atomic
def set_photo(household: Household, upload, *, actor) -> StoredFile:
    """Keep a photo of the house and show it as the household's; earlier ones stay linked.

    A photo that knows where it was taken gives the position to a household without one. Raises
    ValidationError when the file is no photo.
    """
    household = lock_open(household)
    _require_right(household, actor)
    file = store(upload, actor=actor, area_code=household.area_id, kind=Kind.PHOTO)
    link(file, household, role=PHOTO_ROLE, actor=actor)
    household.photo = file
    fields = ["photo", "version"]
    if household.latitude is None and file.latitude is not None:
        household.latitude, household.longitude = file.latitude, file.longitude
        fields += ["latitude", "longitude"]
    household.version += 1
    household.save(update_fields=fields)
    record("households.photo.set", household, actor=actor, summary="更新照片")
    return file


def _inside(value: Decimal, limits: tuple[Decimal, Decimal]) -> bool:
    return limits[0] <= value <= limits[1]


def _require_right(household: Household, actor) -> None:
    allowed = Household.objects.visible_to(actor, "photo.edit").filter(pk=household.pk)
    if not allowed.exists():
        raise PermissionDenied("您没有采集该户照片和位置的权限。")
