"""Student and teacher (师生结对): paired, changed on a day, ended, taken back where it was a mistake."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.duties.services.writing import check_day
from households.models import Household, Member, Teacher, TeacherPairing
from households.services.locking import lock_households, require_registered
from households.services.refusals import told_in_words
from households.students.querysets import COUNTY, EDIT, may
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile


@transaction.atomic
def pair_student(
    member: Member, teacher: Teacher, *, since: date, goal: str = "", document: str = "", actor
) -> TeacherPairing:
    """Give a student a teacher from a day on and return the row.

    The student belongs to a household on the register; the teacher to a school of the same county, and is still there.
    Raises PermissionDenied (student.edit), ValidationError by field (teacher, since).
    """
    household = _home_of(member, actor)
    teacher = (
        Teacher.objects.select_for_update(no_key=True, of=("self",))
        .select_related("school")
        .get(pk=teacher.pk)
    )
    _check_teacher(teacher, household)
    check_day(since, "since")
    rows = member.teachers.standing()
    if (present := rows.filter(valid_to=None).select_related("teacher").first()) is not None:
        raise ValidationError({"teacher": f"该学生的结对教师是{present.teacher.name}，请用“换教师”。"})
    last = rows.order_by("-valid_to").first()
    if last is not None and since < last.valid_to:
        raise ValidationError({"since": f"上一任教师到 {last.valid_to} 为止，开始时间不能早于该日。"})
    with told_in_words(TeacherPairing):
        row = TeacherPairing.objects.create(
            member=member,
            teacher=teacher,
            valid_from=since,
            goal=goal.strip(),
            document=document.strip(),
            recorded_by=actor,
        )
    _record("pair", household, actor, f"师生结对：{_told(teacher)}，{since}起", [None, teacher.name])
    return row


@transaction.atomic
def end_teaching(pairing: TeacherPairing, *, on: date, reason: str, actor) -> TeacherPairing:
    """End a pairing: on the day `on` it holds no more. Raises PermissionDenied, ValidationError by field."""
    household, row = _held(pairing, actor)
    _check_end(row, on, reason)
    row.valid_to, row.end_reason = on, reason.strip()
    row.save(update_fields=["valid_to", "end_reason"])
    told = f"终止师生结对：{row.teacher.name}，{on}起，{row.end_reason}"
    _record("end", household, actor, told, [row.teacher.name, None])
    return row


@transaction.atomic
def change_teacher(
    pairing: TeacherPairing, teacher: Teacher, *, on: date, reason: str, document: str = "", actor
) -> TeacherPairing:
    """Give a student another teacher from a day on; returns the new row. Raises as end_teaching and pair_student."""
    if teacher.pk == pairing.teacher_id:
        raise ValidationError({"teacher": "所选就是现在的结对教师，请另选一人。"})
    ended = end_teaching(pairing, on=on, reason=reason, actor=actor)
    return pair_student(ended.member, teacher, since=on, goal=ended.goal, document=document, actor=actor)


@transaction.atomic
def hand_over_students(
    pairings: Iterable[TeacherPairing], teacher: Teacher, *, on: date, reason: str, document: str = "", actor
) -> list[TeacherPairing]:
    """Give several students of a teacher to another one: all or none. A refusal names the student."""
    rows = sorted(pairings, key=lambda row: (row.member.household_id or 0, row.pk))
    lock_households(row.member.household_id for row in rows if row.member.household_id)
    made = []
    for row in rows:
        try:
            made.append(change_teacher(row, teacher, on=on, reason=reason, document=document, actor=actor))
        except ValidationError as error:
            if hasattr(error, "error_dict") and "teacher" in error.error_dict:
                raise
            raise ValidationError(f"{row.member.name}：{'；'.join(error.messages)}") from error
    return made


@transaction.atomic
def withdraw_teaching(pairing: TeacherPairing, *, reason: str, actor) -> TeacherPairing:
    """Take a pairing back that never was; one that was until a day is ended. What was recorded for it falls with it."""
    household, row = _held(pairing, actor)
    row.take_back(reason, actor)
    told = f"撤销师生结对：{row.teacher.name}，原因：{row.withdrawn_reason}"
    _record("withdraw", household, actor, told, [row.teacher.name, None])
    return row


def _home_of(member: Member, actor) -> Household:
    """The student's household, locked. Who has left the register is nobody's student here, whoever moves meanwhile waits."""
    if member.household_id is None:
        raise ValidationError(f"{member.name}已不在册，不能办理师生结对。")
    household = lock_households([member.household_id])[member.household_id]
    member.refresh_from_db(fields=["household"])
    if member.household_id != household.pk:
        raise ChangedMeanwhile(f"{member.name}刚刚转到了另一户")
    if not may(actor, EDIT, household.area_id):
        raise PermissionDenied("您没有在该区划安排师生结对的权限。")
    require_registered(household)
    return household


def _held(pairing: TeacherPairing, actor) -> tuple[Household, TeacherPairing]:
    """The household and the pairing as they stand now, locked."""
    household = lock_households([pairing.member.household_id]).get(pairing.member.household_id)
    if household is None or not may(actor, EDIT, household.area_id):
        raise PermissionDenied("您没有在该区划安排师生结对的权限。")
    row = (
        TeacherPairing.objects.select_for_update(of=("self",))
        .select_related("member", "teacher__school")
        .get(pk=pairing.pk)
    )
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    return household, row


def _check_teacher(teacher: Teacher, household: Household) -> None:
    if teacher.left_on is not None:
        raise ValidationError({"teacher": f"{teacher.name}已于 {teacher.left_on} 离开学校，请另选一人。"})
    if teacher.school.area_id[:COUNTY] != household.area_id[:COUNTY]:
        raise ValidationError({"teacher": "请选本县学校的教师。"})


def _check_end(row: TeacherPairing, on: date, reason: str) -> None:
    errors = {}
    if row.valid_to is not None:
        raise ValidationError(f"{row.teacher.name}的这段结对已于 {row.valid_to} 终止。")
    last = row.acts.standing().order_by("-happened_on").first()
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    elif on <= row.valid_from:
        errors["on"] = f"终止时间须晚于开始时间 {row.valid_from}；登记错了的请用“撤销”。"
    elif last is not None and on < last.happened_on:
        errors["on"] = f"{last.happened_on} 还登记了{last.get_kind_display()}，终止时间不能早于该日。"
    if not reason.strip():
        errors["reason"] = "请写明原因，例如升学、毕业、教师调动。"
    if errors:
        raise ValidationError(errors)


def _told(teacher: Teacher) -> str:
    return f"{teacher.school.name}{teacher.get_post_display()}{teacher.name}"


def _record(verb: str, household: Household, actor, summary: str, teacher: list) -> None:
    action = f"households.student.{verb}"
    record(action, household, actor=actor, changes={"结对教师": teacher}, summary=summary)
