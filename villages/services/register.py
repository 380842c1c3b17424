"""The register of villages: every administrative village has its file; the list of poor villages by document."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from poverty.areas.models import Area, Level
from poverty.audit.services import differences, record, record_select
from poverty.fields.phone import parse_phone
from poverty.review.batch import fire_many
from poverty.review.services import fire
from poverty.sql.insert import insert_select
from poverty.sql.prefix import within
from villages.models import Village, VillageAttributes, VillageListing
from villages.options.list_levels import LIST_LEVELS
from villages.services.facts import lock_village

ATTRIBUTES = ("kind", "development", "terrain")
RECORD_FIELDS = ("leader_name", "leader_position", "leader_phone", "latitude", "longitude")


@transaction.atomic
def open_files(area_code: str, *, actor) -> int:
    """Open the file of every village of an area that has none yet, and return how many; set-based.

    Raises PermissionDenied without village.list there.
    """
    if not actor.has_right_at("village.list", area_code[:6]):
        raise PermissionDenied("您没有在该地区建立村档案的权限。")
    places = Area.objects.filter(within("code", [area_code]), level=Level.VILLAGE, valid_to__isnull=True)
    places = places.filter(village__isnull=True)
    made = [pk for (pk,) in insert_select(Village, places, {"area": F("pk")}, returning=("id",))]
    record_select(
        "villages.village.open",
        Village.objects.filter(pk__in=made),
        actor=actor,
        case_type="villages.village",
        area_code=F("area_id"),
        summary="建立村档案",
    )
    return len(made)


@transaction.atomic
def update_village(
    village: Village,
    values: Mapping[str, Any],
    *,
    actor,
    on: date,
    document_name: str = "",
) -> Village:
    """Change what is said of a village itself: keys of RECORD_FIELDS and ATTRIBUTES; the latter are dated from `on`.

    Returns the row as it stands. Raises ValidationError by field: a phone number that is none, a day before the
    attributes in force began.
    """
    row = lock_village(village.pk)
    values = dict(values)
    if unknown := set(values) - {*RECORD_FIELDS, *ATTRIBUTES}:
        raise ValidationError(dict.fromkeys(unknown, "没有这一项。"))
    if "leader_phone" in values:
        values["leader_phone"] = _phone(values["leader_phone"])
    before = {name: _plain(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    changed = [name for name in values if before[name] != _plain(getattr(row, name))]
    if not changed:
        return row
    row.clean_fields(exclude=["area"])
    if set(changed) & set(ATTRIBUTES):
        _date_attributes(row, on, document_name)
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    told = differences(
        {name: before[name] for name in changed if name != "leader_phone"},
        {name: getattr(row, name) for name in changed if name != "leader_phone"},
    )
    summary = f"自 {on} 起" + ("，联系电话有变化" if "leader_phone" in changed else "")
    record("villages.village.update", row, actor=actor, changes=told, summary=summary)
    return row


def _phone(text: Any):
    if text in (None, ""):
        return None
    parsed = parse_phone(str(text))
    if parsed.refused:
        raise ValidationError({"leader_phone": parsed.refused})
    return parsed.number


def _plain(value: Any) -> Any:
    return value.reveal() if hasattr(value, "reveal") else value


def _date_attributes(row: Village, on: date, document_name: str) -> None:
    values = {name: getattr(row, name) for name in ATTRIBUTES}
    now = VillageAttributes.objects.filter(village=row, valid_to__isnull=True).first()
    if now is not None and now.valid_from > on:
        raise ValidationError({"on": f"现在的村属性自 {now.valid_from} 起，新的不能更早。"})
    if now is not None and now.valid_from == on:
        VillageAttributes.objects.filter(pk=now.pk).update(**values, document_name=document_name)
        return
    if now is not None:
        VillageAttributes.objects.filter(pk=now.pk).update(valid_to=on)
    VillageAttributes.objects.create(village=row, valid_from=on, document_name=document_name, **values)


@transaction.atomic
def put_on_list(
    villages: QuerySet[Village],
    *,
    level: str,
    on: date,
    document_name: str,
    actor,
    late_reason: str = "",
) -> int:
    """Put villages on the list of poor villages from a day on, by one document, and return how many; set-based.

    Raises what fire_many raises (a village that is on the list or has exited, no document, late without a reason) and
    ValidationError at "level".
    """
    if level not in LIST_LEVELS.keys:
        raise ValidationError({"level": "请选择名单级别。"})
    ids = list(
        villages.standing()
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .values_list("pk", flat=True)
    )
    rows = Village.objects.filter(pk__in=ids)
    rows.filter(status="").update(list_level=level)
    count = fire_many(
        "list_village",
        rows,
        actor=actor,
        happened_on=on,
        document_name=document_name,
        late_reason=late_reason,
    )
    insert_select(
        VillageListing,
        rows,
        {"village": F("pk"), "level": level, "valid_from": on, "document_name": document_name},
    )
    return count


@transaction.atomic
def adopt_exit(
    village: Village, *, year: int, on: date, document_name: str, actor, late_reason: str = ""
) -> Village:
    """Take over that a village has exited by a decision of before this system (带入), with its document."""
    row = lock_village(village.pk)
    leave_list(row, "adopt_village_exit", year, on, document_name, actor, late_reason)
    return row


def leave_list(
    row: Village, transition: str, year: int, on: date, document_name: str, actor, late_reason: str
) -> None:
    """Carry out the exit of a locked village in its own columns and on the list; `transition` says by what."""
    Village.objects.filter(pk=row.pk).update(exit_year=year, exited_on=on)
    row.exit_year, row.exited_on = year, on
    fire(
        transition,
        row,
        actor=actor,
        happened_on=on,
        document_name=document_name,
        late_reason=late_reason,
    )
    open_row = VillageListing.objects.filter(village=row, valid_to__isnull=True)
    open_row.update(valid_to=on, exit_document_name=document_name)
