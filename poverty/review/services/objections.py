"""Objections: received, receipted, answered in writing; upheld, their household leaves the list alone.

(procedures.md 10; practice.md, Who decides: receipt within a working day, answer within set days.)
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from poverty.audit.services import record
from poverty.fields.phone import parse_phone
from poverty.parameters.services import value_for
from poverty.review.errors import ChangedMeanwhile
from poverty.review.models import Notice, Objection, RosterEntry
from poverty.review.notice_holds import notice_lock
from poverty.review.services.firing import fire
from poverty.review.services.papers import check_paper_day
from poverty.review.services.rosters import leave_roster
from poverty.review.workflows import Workflow, workflows
from poverty.sql.locks import hold

UPHELD = "异议成立"
_WEEKEND = 5  # Monday is 0


@transaction.atomic
def receive_objection(
    notice: Notice,
    *,
    channel: str,
    about: str,
    text: str,
    actor=None,
    case_id: int | None = None,
    name: str = "",
    phone: str = "",
    received_on: date | None = None,
    late_reason: str = "",
) -> Objection:
    """Take an objection to a notice in. `actor` None: it came by the web form, without account.

    `case_id` None: whom it means is settled when somebody reads it. Raises ValidationError by field: before the
    posting, after the day the notice ended (then it is a complaint, 来信来访), a case that is not on the sheet.
    """
    area_code = notice.area_code
    if phone.strip():
        phone = _phone(phone)
    # A step that is just being taken has asked already: the objection waits for it, not it for the objection.
    hold(notice_lock(notice.roster_id))
    if Notice.objects.filter(pk=notice.pk, withdrawn_on__isnull=False).exists():
        raise ValidationError("这份公示已经撤回，请按来信来访办理。")
    received_on, late_reason = check_paper_day(
        received_on, area_code, late_reason, field="received_on", what="收到日期"
    )
    if received_on < notice.posted_on or received_on > notice.last_day:
        days = f"公示期是 {notice.posted_on} 至 {notice.last_day}，"
        raise ValidationError({"received_on": days + workflows.get(notice.roster.case_type).letters})
    if case_id is not None:
        _check_on_sheet(notice, case_id)
    objection = Objection(
        notice=notice,
        case_type=notice.roster.case_type,
        case_id=case_id,
        area_code=area_code,
        channel=channel,
        about=about.strip(),
        text=text.strip(),
        name=name.strip(),
        phone=phone.strip() or None,
        received_on=received_on,
        receipt_due_on=next_working_day(received_on),
        due_on=received_on + timedelta(days=value_for("objection.answer_days", area_code, received_on)),
        recorded_by=actor,
    )
    objection.clean_fields(exclude=["notice", "recorded_by"])
    objection.save()
    record(
        "review.objection.receive",
        objection,
        actor=actor,
        summary=f"{objection.get_channel_display()}，{received_on} 收到，{objection.due_on} 前答复",
    )
    return objection


@transaction.atomic
def give_receipt(objection: Objection, *, actor, on: date | None = None) -> None:
    """Note that the objector was told that his objection is being checked."""
    on = on or timezone.localdate()
    if on < objection.received_on or on > timezone.localdate():
        raise ValidationError({"receipt_on": "受理日期应在收到日期与今天之间。"})
    if Objection.objects.filter(pk=objection.pk, receipt_on__isnull=True).update(receipt_on=on) != 1:
        raise ValidationError("已经受理过了。")
    record("review.objection.receipt", objection, actor=actor, summary=f"{on} 受理并告知")


@transaction.atomic
def point_objection(objection: Objection, case_id: int, *, actor) -> None:
    """Say which household an objection means: from then on it holds that one and not its whole list.

    Who answers says so, not who made the list; until the answer he may say otherwise. Raises PermissionDenied without
    that right in the place; ValidationError for a household that was not on the sheet; ChangedMeanwhile when answered.
    """
    if not actor.has_right_at("objection.settle", objection.area_code):
        raise PermissionDenied("异议所指的户由核查答复的人指明。")
    row = _open(objection)
    if row.case_id == case_id:
        raise ValidationError({"case_id": "已经指明的就是这一户。"})
    _check_on_sheet(row.notice, case_id)
    Objection.objects.filter(pk=row.pk).update(case_id=case_id)
    position = RosterEntry.objects.get(roster=row.notice.roster_id, case_id=case_id).position
    again = "改为" if row.case_id else "是"
    record("review.objection.point", row, actor=actor, summary=f"所指的{again}名单第 {position} 号")


@transaction.atomic
def settle_objection(
    objection: Objection,
    *,
    upheld: bool,
    answer: str,
    actor,
    case_id: int | None = None,
    happened_on=None,
    **entry,
) -> bool:
    """Answer an objection; whether a household left its list by it. Upheld, the household takes the step that its
    procedure names (`Workflow.upheld`: returned, revoked) and leaves its list; the days of the others count on.

    `case_id` names the household where the objection did not, or named another; dismissed, it may name none (who is
    missing on the list is no household of it). `happened_on`: the day on the written answer (None: today). Raises
    ChangedMeanwhile (answered already), ValidationError (no answer, no household, one that was not on the sheet, a day
    before it came, a household that is too far on for an objection alone, or has finished) and what `fire` raises, also
    for the step of the household.
    """
    row = _open(objection)
    if not answer.strip():
        raise ValidationError({"answer": "请写明核查结果，答复异议人也用它。"})
    row.case_id = case_id or row.case_id
    if row.case_id is not None:
        _check_on_sheet(row.notice, row.case_id)
    elif upheld:
        raise ValidationError({"case_id": "请先指明异议所指的户。"})
    row.answer, row.answered_on = answer.strip(), happened_on or timezone.localdate()
    if row.answered_on < row.received_on:
        raise ValidationError({"happened_on": f"答复日期不能早于收到日期 {row.received_on}。"})
    row.clean_fields(exclude=["notice", "recorded_by"])
    Objection.objects.filter(pk=row.pk).update(
        case_id=row.case_id, answer=row.answer, answered_on=row.answered_on
    )
    fire("uphold" if upheld else "dismiss", row, actor=actor, happened_on=row.answered_on, **entry)
    return upheld and _take_off(row, actor, entry)


def _take_off(objection: Objection, actor, entry: dict) -> bool:
    """The household of an upheld objection leaves its list, by its own procedure where that names a step. False: it
    stands on none any more.

    What was answered stands with the objection only: who sees the list need not read it.
    """
    workflow = workflows.get(objection.case_type)
    model = workflow.model_class
    standing = RosterEntry.objects.standing().filter(case_type=objection.case_type, case_id=objection.case_id)
    found = standing.select_related("roster").first()
    if found is None:
        _check_remedied(workflow, model._base_manager.filter(pk=objection.case_id))
        return False
    if not workflow.upheld:
        leave_roster(found, reason=UPHELD, actor=actor, on=objection.answered_on)
        return True
    case = model._base_manager.get(pk=objection.case_id)
    state = workflow.state_of(case)
    if state not in workflow.upheld:
        raise ValidationError(
            f"该户已经是“{workflow.state_label(model, state)}”，请先按程序退回、不予通过或撤销，再答复异议。"
        )
    words = {name: value for name, value in entry.items() if name != "comment"}
    comment = f"{UPHELD}（编号 {objection.number}）"
    try:
        fire(
            workflow.upheld[state],
            case,
            actor=actor,
            happened_on=objection.answered_on,
            comment=comment,
            **words,
        )
    except PermissionDenied as error:
        raise ValidationError(f"异议成立，该户须退回，您不能办理，请由上级答复：{error}") from error
    return True


def _check_remedied(workflow: Workflow, case: QuerySet) -> None:
    """A letter of the days of the notice may be entered when its household has finished: no step of this procedure takes
    that back, so the one that does must be under way before the answer says that the letter is right.
    """
    finished = case.filter(**{f"{workflow.field}__in": workflow.finished})
    if workflow.remedy and (refused := workflow.remedy(finished)):
        raise ValidationError(list(refused.values()))


def _open(objection: Objection) -> Objection:
    row = Objection.objects.select_for_update(of=("self",)).select_related("notice").get(pk=objection.pk)
    if not row.is_open:
        raise ChangedMeanwhile(row.get_state_display())
    return row


def _check_on_sheet(notice: Notice, case_id: int) -> None:
    entries = RosterEntry.objects.filter(roster=notice.roster_id, case_id=case_id)
    if not entries.on_sheet(notice.posted_on, notice.recorded_at).exists():
        raise ValidationError({"case_id": "这户不在这份公示的名单上。"})


def _phone(text: str) -> str:
    found = parse_phone(text)
    if found.refused:
        raise ValidationError({"phone": found.refused})
    return found.number


def next_working_day(day: date) -> date:
    """The next day that is neither Saturday nor Sunday; holidays and their exchanged days are not known here."""
    day += timedelta(days=1)
    while day.weekday() >= _WEEKEND:
        day += timedelta(days=1)
    return day
