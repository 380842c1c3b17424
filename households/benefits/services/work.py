"""Training of labourers and jobs beside the facts of the year."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.benefits.models import Job, Trainee, Training
from households.models import Household, Member, Membership
from households.options.public_post_types import PUBLIC_POST_TYPES
from households.options.work_options import JOB_KINDS, PUBLIC_POST, TRAINING_RESULTS, WORKSHOP
from households.options.work_places import WORK_PLACES
from poverty.areas.models import Area
from poverty.audit.services import record, record_rows
from poverty.review.errors import ChangedMeanwhile, constraint_of
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

RIGHT = "benefit.record"
TRAINERS = ("human_resources", "agriculture", "poverty_office")
EMPLOYERS = ("human_resources", "poverty_office")
_LONGEST = 400  # persons of a course


def may(actor, area_code: str, sectors: Collection[str]) -> bool:
    """Whether a person may record at a place: everybody with the right there, bureaus of these sectors only."""
    scope = actor.scope(RIGHT)
    return any(scope.covers(area_code, sector) for sector in sectors)


@transaction.atomic
def open_training(
    area: Area,
    *,
    course: str,
    organiser: str,
    held_from: date,
    held_to: date,
    hours: int,
    actor,
    place="",
    document="",
) -> Training:
    """Record a course of a county or township. Raises PermissionDenied, ValidationError by field."""
    if not may(actor, area.pk, TRAINERS):
        raise PermissionDenied("您没有在该地区登记培训的权限。")
    errors = {}
    for name, text, label in (("course", course, "培训课程"), ("organiser", organiser, "举办单位")):
        if not text.strip():
            errors[name] = f"请填写{label}。"
    if held_to < held_from:
        errors["held_to"] = "结业日期不能早于开班日期。"
    if not 1 <= hours <= 2000:
        errors["hours"] = "课时须在 1 至 2000 之间。"
    if errors:
        raise ValidationError(errors)
    try:
        with transaction.atomic():
            row = Training.objects.create(
                area=area,
                course=course.strip(),
                organiser=organiser.strip(),
                held_from=held_from,
                held_to=held_to,
                hours=hours,
                place=place.strip(),
                document=document.strip(),
                recorded_by=actor,
            )
    except IntegrityError as error:
        if constraint_of(error) != "one_training_of_a_course_and_day":
            raise
        raise ValidationError({"course": "这一天开班的同名培训班已登记。"}) from error
    record("households.training.open", row, actor=actor, summary=f"培训班：{row.course}，{hours} 课时")
    return row


@transaction.atomic
def add_trainees(training: Training, members: Collection[Member], *, actor) -> int:
    """Put members into a course; who is in it already stays. Returns how many are new.

    Only who was in a household of the course's place on its first day. All of them or none.
    """
    if not may(actor, training.area_id, TRAINERS):
        raise PermissionDenied("您没有在该地区登记培训的权限。")
    if not members:
        raise ValidationError({"members": "请至少选一人。"})
    # Whoever puts people into the course waits here: the same form twice finds them there.
    Training.objects.select_for_update().get(pk=training.pk)
    rows = Membership.objects.filter(
        within("household__area_id", [training.area_id]), valid_at(training.held_from), member__in=members
    ).select_related("household", "member")
    found = {one.member_id: one for one in rows}
    if missing := [one.name for one in members if one.pk not in found]:
        raise ValidationError({"members": f"开班那天不在本地区任何一户：{'、'.join(missing[:5])}。"})
    standing = training.trainees.standing()
    there = set(standing.filter(member__in=list(found)).values_list("member_id", flat=True))
    if standing.count() + len(found.keys() - there) > _LONGEST:
        raise ValidationError({"members": f"一个班最多 {_LONGEST} 人。"})
    new = [
        Trainee(training=training, member_id=pk, household=one.household, recorded_by=actor)
        for pk, one in found.items()
        if pk not in there
    ]
    Trainee.objects.bulk_create(new)
    record_rows(
        "households.training.add",
        [
            {
                "obj": one.household,
                "summary": f"{found[one.member_id].member.name}参加培训：{training.course}",
            }
            for one in new
        ],
        actor=actor,
    )
    return len(new)


@transaction.atomic
def set_result(trainee: Trainee, *, result: str, actor, certificate: str = "") -> Trainee:
    """How the training ended for one person. Raises ValidationError by field."""
    row = (
        Trainee.objects.select_for_update(of=("self",))
        .select_related("training", "household")
        .get(pk=trainee.pk)
    )
    if not may(actor, row.training.area_id, TRAINERS):
        raise PermissionDenied("您没有在该地区登记培训的权限。")
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    errors = {}
    if result not in TRAINING_RESULTS:
        errors["result"] = "请选择培训结果。"
    elif result == "certified" and not certificate.strip():
        errors["certificate"] = "取得证书的，请填证书编号。"
    if errors:
        raise ValidationError(errors)
    before = row.get_result_display()
    row.result, row.certificate = result, certificate.strip() if result == "certified" else ""
    row.save(update_fields=["result", "certificate"])
    record(
        "households.training.result",
        row.household,
        actor=actor,
        changes={"培训结果": [before, row.get_result_display()]},
        summary=f"培训：{row.training.course}",
    )
    return row


@transaction.atomic
def record_job(
    household: Household,
    member: Member,
    *,
    kind: str,
    starts_on: date,
    actor,
    post: str = "",
    work_place: str = "",
    employer: str = "",
    monthly_pay: Decimal | None = None,
    ends_on: date | None = None,
    document: str = "",
) -> Job:
    """Record a job of a member: what the facts of the year do not hold. Raises PermissionDenied, ValidationError."""
    if not may(actor, household.area_id, EMPLOYERS):
        raise PermissionDenied("您没有登记就业的权限。")
    errors = {}
    if kind not in JOB_KINDS:
        errors["kind"] = "请选择就业方式。"
    if kind == PUBLIC_POST:
        if post not in PUBLIC_POST_TYPES:
            errors["post"] = "请选择岗位类型。"
        if monthly_pay is None:
            errors["monthly_pay"] = "公益性岗位请填月工资。"
    else:
        post = ""
    if kind == WORKSHOP and not employer.strip():
        errors["employer"] = "请填写车间名称。"
    if work_place and work_place not in WORK_PLACES:
        errors["work_place"] = "请从列表中选择。"
    if monthly_pay is not None and not 0 < monthly_pay < 1_000_000:
        errors["monthly_pay"] = "月工资须大于 0，请核对。"
    if starts_on > timezone.localdate():
        errors["starts_on"] = "上岗日期不能晚于今天。"
    if ends_on is not None and ends_on < starts_on:
        errors["ends_on"] = "离岗日期不能早于上岗日期。"
    if not Membership.objects.filter(valid_at(starts_on), household=household, member=member).exists():
        errors["member"] = "上岗那天此人不在该户。"
    if errors:
        raise ValidationError(errors)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                household=household,
                member=member,
                kind=kind,
                post=post,
                work_place=work_place,
                employer=employer.strip(),
                monthly_pay=monthly_pay,
                starts_on=starts_on,
                ends_on=ends_on,
                document=document.strip(),
                recorded_by=actor,
            )
    except IntegrityError as error:
        if constraint_of(error) != "one_job_of_a_person_and_day":
            raise
        raise ValidationError({"starts_on": "此人这一天上岗的同一工作已登记。"}) from error
    record(
        "households.job.record",
        household,
        actor=actor,
        summary=f"{member.name} {job.get_kind_display()} {job.employer}，{starts_on} 起",
    )
    return job


@transaction.atomic
def end_job(job: Job, *, ends_on: date, reason: str, actor) -> Job:
    """Say when a job ended, and why; once."""
    row = Job.objects.select_for_update(of=("self",)).select_related("household", "member").get(pk=job.pk)
    if not may(actor, row.household.area_id, EMPLOYERS):
        raise PermissionDenied("您没有登记就业的权限。")
    if row.withdrawn_at is not None or row.ends_on is not None:
        raise ChangedMeanwhile("已撤销" if row.withdrawn_at else "已离岗")
    errors = {}
    if not row.starts_on <= ends_on <= timezone.localdate():
        errors["ends_on"] = "离岗日期须在上岗日期以后，不晚于今天。"
    if not reason.strip():
        errors["reason"] = "请填写离岗原因。"
    if errors:
        raise ValidationError(errors)
    row.ends_on, row.end_reason = ends_on, reason.strip()
    row.save(update_fields=["ends_on", "end_reason"])
    record(
        "households.job.end",
        row.household,
        actor=actor,
        changes={"离岗日期": [None, ends_on]},
        summary=f"{row.member.name} {row.get_kind_display()}离岗：{reason.strip()}",
    )
    return row
