"""Leave of village teams: asked for, granted by township or county by its length, ended when somebody is back."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.duties.leave_days import short_leave
from households.duties.models import Leave
from households.duties.services.access import check_person
from households.duties.services.there_or_away import days_there, hold_days, named
from households.duties.services.writing import FIRST_DAY, prove, save
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.review.services import fire

APPLY = "leave.apply"
OWN = "本人的请假由他人批准。"


@transaction.atomic
def apply_leave(
    person: User,
    village: Area,
    *,
    actor,
    kind: str,
    starts_on: date,
    ends_on: date,
    reason: str,
    late_reason: str = "",
    scans: Mapping[str, StoredFile] | None = None,
) -> Leave:
    """Ask for leave from a village, first and last day included, and return the row; it waits for township or county.

    Raises PermissionDenied (oneself, or leave.apply at the village), ValidationError by field: days that stand as days in
    the village, leave at the same time.
    """
    check_person(actor, person, village.pk, APPLY)
    if starts_on < FIRST_DAY:
        raise ValidationError({"starts_on": "日期不能早于 2014-01-01。"})
    hold_days(person)
    if days := days_there(person, starts_on, ends_on):
        raise ValidationError({"starts_on": f"{named(days)} 已登记驻村，不能同时请假。"})
    row = Leave(
        person=person,
        area=village,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        recorded_by=actor,
    )
    save(row)
    # Asked for on the day it is typed, or before it began where it is typed late.
    on = min(timezone.localdate(), starts_on)
    fire("apply_leave", row, actor=actor, happened_on=on, late_reason=late_reason)
    prove(row, scans, actor=actor)
    return row


@transaction.atomic
def answer_leave(leave: Leave, *, actor, agreed: bool, comment: str = "") -> None:
    """Grant or refuse leave; how long it is decides who may grant it.

    Errors as fire; PermissionDenied for one's own leave, ValidationError for days on which the person was in a village.
    """
    leave = Leave.objects.select_for_update(of=("self",)).get(pk=leave.pk)
    if actor.pk == leave.person_id:
        raise PermissionDenied(OWN)
    if not agreed:
        fire("refuse_leave", leave, actor=actor, comment=comment)
        return
    hold_days(leave.person)
    if days := days_there(leave.person, leave.starts_on, leave.last_day):
        raise ValidationError(
            f"{named(days)} 已登记驻村，不能同时算请假。登记有误的，先撤回当天的驻村记录；"
            "确实在村的，由本人撤回申请，按实际日期重新申请。"
        )
    name = "approve_long" if short_leave(leave) else "approve_short"
    fire(name, leave, actor=actor, comment=comment)


@transaction.atomic
def withdraw_leave(leave: Leave, *, actor) -> None:
    """Who asked for leave needs it no more. Errors as fire; PermissionDenied for somebody else's."""
    check_person(actor, leave.person, leave.area_id, APPLY)
    fire("withdraw_leave", leave, actor=actor)


@transaction.atomic
def end_leave(leave: Leave, *, actor, ended_on: date) -> None:
    """Note the last day that was really leave; days after it do not count. Once.

    Raises PermissionDenied, ValidationError by field: not granted, told before, a day outside the leave or to come.
    """
    check_person(actor, leave.person, leave.area_id, APPLY)
    leave = Leave.objects.select_for_update(of=("self",)).get(pk=leave.pk)
    if leave.state != Leave.State.APPROVED or leave.ended_on is not None:
        raise ValidationError("只有批准后、还没有登记回村的请假才能登记。")
    if ended_on > timezone.localdate():
        raise ValidationError({"ended_on": "日期不能晚于今天。"})
    if not leave.starts_on.toordinal() - 1 <= ended_on.toordinal() <= leave.ends_on.toordinal():
        raise ValidationError({"ended_on": "须在请假期内；一天也没有休的，填开始日期的前一天。"})
    Leave.objects.filter(pk=leave.pk).update(ended_on=ended_on)
    record(
        "households.leave.end",
        leave,
        actor=actor,
        summary=f"请假到 {ended_on} 结束",
        changes={"ended_on": [None, ended_on.isoformat()]},
    )
