"""What units, leaders and helpers did that is no visit: study, meetings, going to a village, telephone calls."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404

from households.duties.models import DutyRecord
from households.duties.services.access import check_person, check_unit
from households.duties.services.writing import check_day, prove, save
from households.models import Household, Pairing
from households.options.duty_acts import CALL, MEETING, STUDY, VILLAGE
from households.options.duty_bearers import ORDERS, UNIT
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
) -> DutyRecord:
    """Record that a unit studied the work or met (STUDY, MEETING), or that its head, its leading group or a leader went
    to a village (VILLAGE with `village`); return the row.

    Raises PermissionDenied (duty.record of one's own unit, or at the village or the unit's place), ValidationError by
    field.
    """
    if act not in (STUDY, MEETING, VILLAGE):
        raise TypeError(f"{act} is not recorded here.")
    if act == VILLAGE and village is None:
        raise ValidationError({"village": "请选择到过的村。"})
    check_day(happened_on)
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
    )
    return _kept(row, scans, actor)


@transaction.atomic
def add_call(
    household: Household, person: User, *, actor, happened_on: date, topic: str, content: str = ""
) -> DutyRecord:
    """Record that a helper telephoned a household; return the row. It serves the duty of the second helper.

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
    )
    return _kept(row, None, actor)


def _kept(row: DutyRecord, scans, actor) -> DutyRecord:
    save(row)
    prove(row, scans, actor=actor)
    who = row.unit.name if row.unit_id else row.person.name if row.person_id else actor.name
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

    Who typed it, whom it names, or an office of the place may. Raises Http404 for who cannot see it, PermissionDenied,
    ValidationError (no reason, taken back already).
    """
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回原因。"})
    if row.withdrawn_at is not None:
        raise ValidationError("已经撤回。")
    own = actor.pk in (row.recorded_by_id, row.person_id)
    if not own or not actor.has_right("duty.record"):
        area_code = getattr(row, "area_code", "")
        if not area_code:
            raise Http404
        try:
            check_person(actor, User(pk=0), area_code)
        except PermissionDenied as error:
            raise PermissionDenied("由登记人、本人或当地办公室撤回。") from error
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
