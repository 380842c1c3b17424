"""The workroom of a village: opened by a document, its telephone put right, ended."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from poverty.audit.services import record
from poverty.fields.phone import parse_phone
from villages.models import Village, Workroom
from villages.services.facts import lock_village

RIGHT = "post.edit"


@transaction.atomic
def open_workroom(
    village: Village,
    *,
    place: str,
    on: date,
    document: str,
    phone: str = "",
    remark: str = "",
    actor,
) -> Workroom:
    """Open the workroom of a village on a day; returns it.

    Raises PermissionDenied (post.edit in place), ValidationError by field: place, on, document, phone.
    """
    row = lock_village(village.pk)
    require_right(row, actor)
    errors = {}
    if not place.strip():
        errors["place"] = "请填写地点，例如村部二楼东侧。"
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    if not document.strip():
        errors["document"] = "请写明设立文件。"
    if errors:
        raise ValidationError(errors)
    if (there := Workroom.objects.filter(village=row, valid_to=None).first()) is not None:
        raise ValidationError(f"该村已有工作室（{there.place}），搬迁的先撤销原来的，再登记新的。")
    made = Workroom(
        village=row,
        place=place.strip(),
        phone=_phone(phone),
        remark=remark.strip(),
        document=document.strip(),
        valid_from=on,
        recorded_by=actor,
    )
    made.clean_fields(exclude=["village", "recorded_by"])
    try:
        made.validate_constraints()
    except ValidationError as error:
        raise ValidationError({"on": error.messages}) from error
    made.save()
    record("villages.workroom.open", made, actor=actor, summary=f"{made.place}，{on}起")
    return made


@transaction.atomic
def update_workroom(
    workroom: Workroom, *, phone: str | None, remark: str, seen: Sequence[str] | None = None, actor
) -> Workroom:
    """Put telephone ("" takes it away, None leaves it as it is) and remark right.

    `seen`: `said_of` as the page showed it; where somebody has changed either since, it is refused. Raises
    PermissionDenied, ValidationError (at "phone").
    """
    row = locked(workroom, actor)
    before = row.phone.reveal() if row.phone else ""
    number = before or None if phone is None else _phone(phone)
    if [number or "", remark.strip()] == said_of(row):
        return row  # pressed twice: it stands there
    if seen is not None and list(seen) != said_of(row):
        raise ValidationError("电话或备注刚由别人改过，没有保存。请返回查看后再改。")
    changes = {} if row.remark == remark.strip() else {"remark": [row.remark, remark.strip()]}
    told = "联系电话有变化" if before != (number or "") else ""
    row.phone, row.remark = number, remark.strip()
    row.clean_fields(exclude=["village", "recorded_by"])
    row.save(update_fields=["phone", "remark"])
    record("villages.workroom.update", row, actor=actor, changes=changes, summary=told)
    return row


def said_of(row: Workroom) -> list[str]:
    """Telephone and remark as they stand, to tell whether they changed. The number is in it: seal it before it leaves."""
    return [row.phone.reveal() if row.phone else "", row.remark]


@transaction.atomic
def end_workroom(workroom: Workroom, *, on: date, reason: str, actor) -> Workroom:
    """End a workroom on a day, and its staff with it; its first day withdraws what was entered by mistake.

    Raises PermissionDenied, ValidationError by field: on (also its first day while money of it stands), reason.
    """
    row = locked(workroom, actor, ended=True)
    errors = {}
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    elif on < row.valid_from:
        errors["on"] = f"撤销日期不能早于设立日期 {row.valid_from}。"
    elif on == row.valid_from and row.funds.standing().exists():
        errors["on"] = "按误登撤销的，请先撤回已登记的经费；经费属实的，按实际撤销的日期填。"
    if not reason.strip():
        errors["reason"] = "请写明原因，例如村部搬迁、登记有误。"
    if errors:
        raise ValidationError(errors)
    # Staff that was chosen for a later day than the last never worked there.
    row.staff.filter(valid_to=None, valid_from__gt=on).update(valid_to=F("valid_from"))
    row.staff.filter(valid_to=None).update(valid_to=on)
    row.valid_to, row.end_reason = on, reason.strip()
    row.save(update_fields=["valid_to", "end_reason"])
    record("villages.workroom.end", row, actor=actor, summary=f"{row.place}，{on}止，{row.end_reason}")
    return row


def locked(workroom: Workroom, actor, *, ended: bool = False) -> Workroom:
    """An open workroom with its village, held until the transaction ends, where the actor may change it."""
    village = lock_village(workroom.village_id, ended=ended)
    require_right(village, actor)
    row = Workroom.objects.select_related("village").get(pk=workroom.pk)
    if row.valid_to is not None:
        raise ValidationError(f"该工作室已于 {row.valid_to} 撤销，不能再改。")
    return row


def require_right(village: Village, actor) -> None:
    """PermissionDenied unless the actor arranges help in this village."""
    if not actor.has_right_at(RIGHT, village.area_id):
        raise PermissionDenied("您没有在该村登记扶贫工作室的权限。")


def _phone(text: str) -> str | None:
    if not text.strip():
        return None
    parsed = parse_phone(text)
    if parsed.refused:
        raise ValidationError({"phone": parsed.refused})
    return parsed.number
