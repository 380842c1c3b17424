"""What a teacher did for his student: recorded once, taken back with its reason where it was a mistake."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.duties.services.writing import check_day
from households.models import TeacherAct, TeacherPairing
from households.options.teacher_options import TEACHER_ACTS
from households.services.once import sent_before
from households.students.querysets import LOG, may
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile


@transaction.atomic
def record_act(
    pairing: TeacherPairing,
    *,
    kind: str,
    happened_on: date,
    content: str,
    result: str = "",
    identity: UUID | None = None,
    actor,
) -> TeacherAct:
    """Record what was done on a day of the pairing; `identity`: the page it came from, so that twice writes once.

    Raises PermissionDenied (student.log), ValidationError by field (kind, happened_on, content), ChangedMeanwhile
    where the pairing was taken back.
    """
    row = _held(pairing, actor)
    act = TeacherAct(
        pairing=row,
        kind=kind,
        happened_on=happened_on,
        content=content.strip(),
        result=result.strip(),
        identity=identity,
        recorded_by=actor,
    )
    if (before := sent_before(act)) is not None:
        return before
    errors = {}
    check_day(happened_on)
    if kind not in TEACHER_ACTS:
        errors["kind"] = "请选择方式。"
    if not act.content:
        errors["content"] = "请写明做了什么。"
    if happened_on < row.valid_from or (row.valid_to is not None and happened_on > row.valid_to):
        until = f"至 {row.valid_to}" if row.valid_to else "起"
        errors["happened_on"] = f"这段结对为 {row.valid_from} {until}，日期须在其中。"
    if errors:
        raise ValidationError(errors)
    act.save()
    told = f"{row.teacher.name} {act.get_kind_display()}，{happened_on}"
    record("households.student.act", row.member.household, actor=actor, summary=told)
    return act


@transaction.atomic
def withdraw_act(act: TeacherAct, *, reason: str, actor) -> TeacherAct:
    """Take a record back. Raises PermissionDenied, ValidationError ("reason"), ChangedMeanwhile."""
    pairing = _held(act.pairing, actor)
    row = TeacherAct.objects.select_for_update().get(pk=act.pk)
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    row.take_back(reason, actor)
    told = f"撤销{row.get_kind_display()}登记：{row.happened_on}，原因：{row.withdrawn_reason}"
    record("households.student.unact", pairing.member.household, actor=actor, summary=told)
    return row


def _held(pairing: TeacherPairing, actor) -> TeacherPairing:
    row = (
        TeacherPairing.objects.select_for_update(no_key=True, of=("self",))
        .select_related("member__household", "teacher")
        .get(pk=pairing.pk)
    )
    home = row.member.household
    if home is None or not may(actor, LOG, home.area_id):
        raise PermissionDenied("您没有登记该学生结对活动的权限。")
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    return row
