"""What units, leaders and helpers did that is no visit: study, meetings, going to a village, telephone calls."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now

from households.duties.models import DutyRecord
from households.duties.services.access import check_person, check_unit, may_take_back
from households.duties.services.writing import check_day, prove, save
from households.models import Household, Pairing
from households.options.duty_acts import CALL, MEETING, STUDY, VILLAGE
from households.options.duty_bearers import LEADER, ORDERS, UNIT
from households.services.once import sent_before
from poverty.accounts.models import Unit, User
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.sql.periods import valid_at


@transaction.atomic
def add_record(
    act: str,
    *,
    actor,
    unit: Unit | None,
    happened_on: date,
    topic: str,
    bearer: str = UNIT,
    village: Area | None = None,
    person: User | None = None,
    people: str = "",
    content: str = "",
    scans: Mapping[str, StoredFile] | None = None,
    identity: UUID | None = None,
) -> DutyRecord:
    """Record that a unit studied the work or met (STUDY, MEETING), or that its head, its leading group or a leader went
    to a village (VILLAGE with `village`); return the row. `person` is who went there: a leader is always named, and comes
    for himself; who goes for a unit belongs to it. `identity` of the page makes it arrive once.

    Raises PermissionDenied (duty.record of one's own unit, or at the village or the unit's place), ValidationError by
    field.
    """
    if act not in (STUDY, MEETING, VILLAGE):
        raise TypeError(f"{act} is not recorded here.")
    if act == VILLAGE and village is None:
        raise ValidationError({"village": "请选择到过的村。"})
    check_day(happened_on)
    if bearer == LEADER and person is None:
        raise ValidationError({"person": "请选择到村的联系领导。"})
    if unit is not None and person is not None and person.unit_id != unit.pk:
        raise ValidationError({"person": f"{person.name}不是{unit.name}的人员。"})
    area = village if village is not None else unit and unit.area
    if area is None:
        raise ValidationError({"unit": "请选择单位。"})
    if unit is not None:
        check_unit(actor, unit, area.pk)
    else:
        check_person(actor, person or actor, area.pk)
    row = DutyRecord(
        bearer=bearer if act == VILLAGE else UNIT,
        act=act,
        area=area,
        unit=unit,
        person=person,
        people=people.strip(),
        happened_on=happened_on,
        topic=topic.strip(),
        content=content.strip(),
        recorded_by=actor,
        identity=identity,
    )
    return _kept(row, scans, actor)


@transaction.atomic
def add_call(
    household: Household,
    person: User,
    *,
    actor,
    happened_on: date,
    topic: str,
    content: str = "",
    identity: UUID | None = None,
) -> DutyRecord:
    """Record that a helper telephoned a household; return the row. It serves the duty of the second helper. `identity` of
    the page makes it arrive once.

    Raises PermissionDenied (his own households, or duty.record at the village), ValidationError by field: the person
    was not the household's helper on that day.
    """
    check_day(happened_on)
    check_person(actor, person, household.area_id)
    pairing = Pairing.objects.filter(valid_at(happened_on), household=household, helper=person).first()
    if pairing is None:
        raise ValidationError({"happened_on": f"{person.name}在这一天不是该户的帮扶责任人。"})
    bearer = next(key for key, order in ORDERS.items() if order == pairing.order)
    row = DutyRecord(
        bearer=bearer,
        act=CALL,
        area_id=household.area_id,
        household=household,
        person=person,
        happened_on=happened_on,
        topic=topic.strip(),
        content=content.strip(),
        recorded_by=actor,
        identity=identity,
    )
    return _kept(row, None, actor)


def _kept(row: DutyRecord, scans, actor) -> DutyRecord:
    if (stands := sent_before(row)) is not None:
        return stands
    save(row)
    prove(row, scans, actor=actor)
    who = "".join(one.name for one in (row.unit, row.person) if one is not None)
    record(
        "households.dutyrecord.add",
        row,
        actor=actor,
        summary=f"{who}：{row.get_act_display()}，{row.happened_on}"[:200],
    )
    return row


@transaction.atomic
def withdraw(row, *, actor, reason: str) -> None:
    """Take back a record of field work that was typed by mistake; it stays, and counts no more.

    Who typed it, whom it names, or an office of the place may. Raises PermissionDenied, ValidationError (no reason, taken
    back already).
    """
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回原因。"})
    if row.withdrawn_at is not None:
        raise ValidationError("已经撤回。")
    if not may_take_back(actor, row):
        raise PermissionDenied("由登记人、本人或当地办公室撤回。")
    _take_back(row, actor, reason.strip()[:200])


def _take_back(row, actor, reason: str) -> None:
    rows = type(row).objects.filter(pk=row.pk)
    rows.update(withdrawn_at=Now(), withdrawn_by=actor, withdrawn_reason=reason)
    row.refresh_from_db()
    record(
        "households.fieldwork.withdraw",
        row,
        actor=actor,
        summary=f"撤回{row._meta.verbose_name}：{reason}"[:200],
    )
