"""Schools, their teachers, and who answers for a school as its headmaster (校长负责制)."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from households.duties.services.writing import check_day
from households.models import School, SchoolHead, Teacher, TeacherPairing
from households.options.teacher_options import HEADMASTER, TEACHER, TEACHER_POSTS
from households.services.refusals import told_in_words
from households.students.querysets import COUNTY, EDIT, may
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.fields.normalise import compact
from poverty.fields.phone import parse_phone


@transaction.atomic
def register_school(area: Area, name: str, *, actor) -> School:
    """Register a school of a county or township. Raises PermissionDenied (student.edit), ValidationError by field."""
    _require_right(actor, area.pk)
    name = compact(name)
    if not name:
        raise ValidationError({"name": "请填学校名称。"})
    if len(area.pk) not in (6, 9):
        raise ValidationError({"area": "学校登记在县或乡镇。"})
    with told_in_words(School):
        school = School.objects.create(area=area, name=name, recorded_by=actor)
    record("households.school.add", school, actor=actor, summary=f"登记学校：{name}")
    return school


@transaction.atomic
def rename_school(school: School, *, name: str, actor) -> School:
    """Correct the name of a school, or follow a new one; teachers and pairings stay. Raises as register_school."""
    school = _open(school, actor)
    before, school.name = school.name, compact(name)
    if not school.name:
        raise ValidationError({"name": "请填学校名称。"})
    if school.name == before:
        raise ValidationError({"name": "与现在的名称相同，没有改动。"})
    with told_in_words(School):
        school.save(update_fields=["name"])
    changes, summary = {"name": [before, school.name]}, f"学校改名：{before}—{school.name}"
    record("households.school.rename", school, actor=actor, changes=changes, summary=summary)
    return school


@transaction.atomic
def close_school(school: School, *, on: date, reason: str, actor) -> School:
    """A school is no more from a day on (撤并), or was never one; its teachers and its headmaster leave it with that day.

    Refused while one of its teachers has a student. Raises PermissionDenied, ValidationError by field (on, reason).
    """
    school = _open(school, actor)
    check_day(on, "on")
    if not reason.strip():
        raise ValidationError({"reason": "请写明原因，例如并入中心小学、登记错了。"})
    teachers = list(school.teachers.select_for_update().filter(left_on=None).order_by("pk"))
    pairings = TeacherPairing.objects.standing().filter(teacher__school=school)
    if students := pairings.filter(valid_to=None).count():
        raise ValidationError(f"该校教师还有 {students} 名结对学生，请先换教师。")
    last = pairings.aggregate(last=Max("valid_to"))["last"]
    head = school.heads.select_for_update().filter(valid_to=None).first()
    if last is not None and on < last:
        raise ValidationError({"on": f"停办日期不能早于最后一名学生的终止时间 {last}。"})
    if head is not None and on <= head.valid_from:
        raise ValidationError({"on": f"停办日期须晚于现任校长的开始时间 {head.valid_from}。"})
    if head is not None:
        head.valid_to = on
        head.save(update_fields=["valid_to"])
    Teacher.objects.filter(pk__in=[one.pk for one in teachers]).update(left_on=on)
    school.closed_on = on
    school.save(update_fields=["closed_on"])
    summary = f"{school.name}停办，{on}起，{reason.strip()}，教师 {len(teachers)} 人随之离开"
    record("households.school.close", school, actor=actor, summary=summary)
    return school


@transaction.atomic
def add_teacher(school: School, *, name: str, post: str, phone: str = "", actor, place: str = "") -> Teacher:
    """Put a teacher of a school on record; the headmaster is named by `set_head`. Raises as register_school.

    `place`: where the student lives whom he is to help; who arranges that there may put a teacher of any school of the
    county on record.
    """
    school = _open(school, actor, place=place)
    errors = {}
    name = compact(name)
    if not name:
        errors["name"] = "请填教师姓名。"
    if post not in TEACHER_POSTS or post == HEADMASTER:
        errors["post"] = "请选择班主任或教师；校长请用“登记责任校长”。"
    number = _number(phone, errors)
    if errors:
        raise ValidationError(errors)
    return _put(school, name, post, number, actor)


@transaction.atomic
def update_teacher(teacher: Teacher, *, name: str, post: str, phone: str, actor) -> Teacher:
    """Correct name, post or telephone ("" keeps the telephone). A headmaster's post changes with `set_head` only."""
    school = _held(teacher.school, actor)
    row = Teacher.objects.select_for_update().get(pk=teacher.pk)
    errors = {}
    if row.left_on is not None:
        raise ValidationError(f"{row.name}已于 {row.left_on} 离开学校。")
    name = compact(name)
    if not name:
        errors["name"] = "请填教师姓名。"
    if post not in TEACHER_POSTS or (post == HEADMASTER) != (row.post == HEADMASTER):
        errors["post"] = "校长由“登记责任校长”确定，这里只改班主任和教师。"
    number = _number(phone, errors)
    if errors:
        raise ValidationError(errors)
    changes = {"name": [row.name, name], "post": [row.get_post_display(), TEACHER_POSTS.label(post)]}
    row.name, row.post = name, post
    if number is not None:
        changes |= _phone(row, number)
    with told_in_words(Teacher):
        row.save(update_fields=["name", "post", "phone"])
    changed = {key: pair for key, pair in changes.items() if key == "phone" or pair[0] != pair[1]}
    record("households.teacher.update", school, actor=actor, changes=changed, summary=f"修改教师：{name}")
    return row


@transaction.atomic
def set_head(
    school: School, *, name: str, since: date, phone: str = "", document: str = "", actor
) -> SchoolHead:
    """Say who is headmaster of a school from a day on; the one before ends on it and is a teacher from then on.

    By name: a teacher of the school, or somebody new. Raises PermissionDenied, ValidationError by field (name, since,
    phone).
    """
    school = _open(school, actor)
    check_day(since, "since")
    errors = {}
    name = compact(name)
    if not name:
        errors["name"] = "请填校长姓名。"
    number = _number(phone, errors)
    before = (
        SchoolHead.objects.select_for_update(of=("self",))
        .filter(school=school, valid_to=None)
        .select_related("teacher")
        .first()
    )
    if before is not None and before.teacher.name == name:
        errors["name"] = f"{name}就是现任责任校长。"
    elif before is not None and since <= before.valid_from:
        errors["since"] = f"开始时间须晚于现任校长的开始时间 {before.valid_from}。"
    if errors:
        raise ValidationError(errors)
    if before is not None:
        before.valid_to = since
        before.save(update_fields=["valid_to"])
        Teacher.objects.filter(pk=before.teacher_id, post=HEADMASTER).update(post=TEACHER)
    teacher = school.teachers.select_for_update().filter(name=name, left_on=None).first()
    changes = {"责任校长": [before and before.teacher.name, name]}
    if teacher is None:
        teacher = _put(school, name, HEADMASTER, number, actor)
    else:
        teacher.post = HEADMASTER
        if number is not None:
            changes |= _phone(teacher, number)
        teacher.save(update_fields=["post", "phone"])
    with told_in_words(SchoolHead):
        row = SchoolHead.objects.create(
            school=school, teacher=teacher, valid_from=since, document=document.strip(), recorded_by=actor
        )
    summary = f"{school.name}责任校长：{name}，{since}起"
    record("households.school.head", school, actor=actor, changes=changes, summary=summary)
    return row


@transaction.atomic
def teacher_left(teacher: Teacher, *, on: date, actor) -> Teacher:
    """A teacher has left the school from a day on; refused while he still has students or answers for the school."""
    school = _held(teacher.school, actor)
    row = Teacher.objects.select_for_update().get(pk=teacher.pk)
    if row.left_on is not None:
        raise ValidationError(f"{row.name}已于 {row.left_on} 离开学校。")
    check_day(on, "on")
    students = row.pairings.standing().filter(valid_to=None).count()
    if students:
        raise ValidationError(f"{row.name}还有 {students} 名结对学生，请先换教师。")
    if school.heads.filter(teacher=row, valid_to=None).exists():
        raise ValidationError(f"{row.name}是责任校长，请先登记新任责任校长。")
    last = row.pairings.standing().order_by("-valid_to").first()
    if last is not None and on < last.valid_to:
        raise ValidationError({"on": f"离开日期不能早于最后一名学生的终止时间 {last.valid_to}。"})
    row.left_on = on
    row.save(update_fields=["left_on"])
    record("households.teacher.leave", school, actor=actor, summary=f"{row.name}离开{school.name}，{on}起")
    return row


def headmaster_on(school: School, day: date | None = None) -> SchoolHead | None:
    """Who answers for a school on a day (today); None: nobody is registered."""
    day = day or timezone.localdate()
    rows = school.heads.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    return rows.select_related("teacher").first()


def _phone(teacher: Teacher, number: str) -> dict[str, list[str]]:
    """Give a teacher a number; what the log is to say of it, masked: also where only hidden digits differ. {}: as before."""
    before = teacher.phone
    if before is not None and before.same_as(number):
        return {}
    teacher.phone = number
    return {"phone": ["" if before is None else str(before), str(teacher.phone)]}


def _require_right(actor, area_code: str) -> None:
    if not may(actor, EDIT, area_code):
        raise PermissionDenied("您没有登记该地学校和教师的权限。")


def _held(school: School, actor, place: str = "") -> School:
    row = School.objects.select_for_update(no_key=True).get(pk=school.pk)
    if not (place and place[:COUNTY] == row.area_id[:COUNTY] and may(actor, EDIT, place)):
        _require_right(actor, row.area_id)
    return row


def _open(school: School, actor, place: str = "") -> School:
    row = _held(school, actor, place)
    if row.closed_on is not None:
        raise ValidationError(f"{row.name}已于 {row.closed_on} 停办。")
    return row


def _number(phone: str, errors: dict) -> str | None:
    """The typed telephone, None where none was typed."""
    if not phone.strip():
        return None
    found = parse_phone(phone)
    if found.refused:
        errors["phone"] = found.refused
    return found.number


def _put(school: School, name: str, post: str, number: str | None, actor) -> Teacher:
    with told_in_words(Teacher):
        teacher = Teacher.objects.create(school=school, name=name, post=post, phone=number, recorded_by=actor)
    record(
        "households.teacher.add",
        school,
        actor=actor,
        summary=f"登记{school.name}{TEACHER_POSTS.label(post)}：{name}",
    )
    return teacher
