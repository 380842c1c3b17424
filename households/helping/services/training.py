"""Training of cadres (扶贫干部培训): registered, people called by role or by name, who came."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import CadreAttendance, CadreTraining
from poverty.accounts.models import Posting, Role, User
from poverty.areas.models import Area, Level
from poverty.audit.services import record
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

RIGHT = "post.edit"
# Who is called to trainings by role; the others come by name.
CALLED = (
    Role.HELPER,
    Role.VILLAGE_CLERK,
    Role.TOWNSHIP_OFFICER,
    Role.COUNTY_REVIEWER,
    Role.BUREAU_OFFICER,
    Role.LEADER,
)


@transaction.atomic
def register_training(
    area: Area,
    *,
    topic: str,
    held_from: date,
    held_to: date,
    place: str,
    hours: Decimal,
    organiser: str,
    roles: Iterable[str] = (),
    teacher: str = "",
    content: str = "",
    document: str = "",
    actor,
) -> CadreTraining:
    """Register a training that a county or township held, and call everybody posted there in these roles on its first
    day. Raises PermissionDenied, ValidationError by field.
    """
    _require_right(area.code, actor)
    if area.level not in (Level.COUNTY, Level.TOWNSHIP):
        raise ValidationError({"area": "培训由县或乡镇举办。"})
    if held_from > timezone.localdate():
        raise ValidationError({"held_from": "培训还没有举办，举办后再登记。"})
    row = CadreTraining(
        area=area,
        topic=topic.strip(),
        held_from=held_from,
        held_to=held_to,
        place=place.strip(),
        hours=hours,
        organiser=organiser.strip(),
        teacher=teacher.strip(),
        content=content.strip(),
        document=document.strip(),
        recorded_by=actor,
    )
    row.clean_fields(exclude=["area", "recorded_by"])
    row.validate_constraints()
    row.save()
    called = _call(row, [role for role in roles if role in CALLED])
    record(
        "households.cadretraining.add",
        row,
        actor=actor,
        summary=f"{row.topic}，{row.held_from}，{row.hours} 学时，参训名单 {called} 人",
    )
    return row


def _call(row: CadreTraining, roles: list[str]) -> int:
    """Everybody posted in the area in these roles on the first day, each once."""
    posted = Posting.objects.filter(valid_at(row.held_from), within("area", [row.area_id]), role__in=roles)
    first: dict[int, str] = {}
    for person, role in posted.order_by("user_id", "role").values_list("user_id", "role"):
        first.setdefault(person, role)
    CadreAttendance.objects.bulk_create(
        CadreAttendance(training=row, person_id=person, role=role) for person, role in first.items()
    )
    return len(first)


@transaction.atomic
def add_person(training: CadreTraining, person: User, *, actor) -> CadreAttendance:
    """Put a person on the list by name, as having come. ValidationError at "name": he is on it."""
    row = _open(training, actor)
    made = CadreAttendance(training=row, person=person, attended=True)
    if row.attendances.filter(person=person).exists():
        raise ValidationError({"name": f"{person.name}已在名单上。"})
    made.save()
    record("households.cadretraining.attend", row, actor=actor, summary=f"加入名单：{person.name}")
    return made


@transaction.atomic
def note_attendance(
    training: CadreTraining, came: Mapping[int, bool | None], notes: Mapping[int, str], *, actor
) -> int:
    """Note for rows of the list, by key, who came (None: not known yet) and why not; how many changed."""
    row = _open(training, actor)
    changed = []
    for one in row.attendances.filter(pk__in=list(came)):
        attended, note = came[one.pk], notes.get(one.pk, "").strip()[:100]
        if (one.attended, one.note) != (attended, note):
            one.attended, one.note = attended, note
            changed.append(one)
    CadreAttendance.objects.bulk_update(changed, ["attended", "note"])
    if changed:
        record("households.cadretraining.attend", row, actor=actor, summary=f"登记参训 {len(changed)} 人")
    return len(changed)


@transaction.atomic
def all_came(training: CadreTraining, *, actor) -> int:
    """Everybody of whom nothing is noted yet came; how many."""
    row = _open(training, actor)
    number = row.attendances.filter(attended=None).update(attended=True)
    if number:
        record("households.cadretraining.attend", row, actor=actor, summary=f"登记到场 {number} 人")
    return number


@transaction.atomic
def close_training(training: CadreTraining, *, actor) -> CadreTraining:
    """Close the list: nothing of the training changes any more. ValidationError while somebody is not noted."""
    row = _open(training, actor)
    waiting = row.attendances.filter(attended=None).count()
    if waiting:
        raise ValidationError(f"还有 {waiting} 人没有登记是否到场。")
    if not row.attendances.exists():
        raise ValidationError("名单上还没有人。")
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    came = row.attendances.filter(attended=True).count()
    record("households.cadretraining.close", row, actor=actor, summary=f"{row.topic}：到场 {came} 人")
    return row


def _open(training: CadreTraining, actor) -> CadreTraining:
    row = CadreTraining.objects.select_for_update(of=("self",)).get(pk=training.pk)
    _require_right(row.area_id, actor)
    if row.closed_at is not None:
        raise ValidationError("参训登记已完成，不能再改。")
    return row


def _require_right(area_code: str, actor) -> None:
    if not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("您没有在该区划登记干部培训的权限。")
