"""A post of a village: filled, handed on to another, ended. Dated, by document; who held it stays on record."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.accounts.models import Unit, User
from poverty.audit.services import record
from villages.enterprises.results import require_results_held
from villages.models import Village, VillagePost
from villages.options.posts import POSTS
from villages.services.facts import lock_village

RIGHT = "post.edit"


@transaction.atomic
def fill_post(
    village: Village,
    post: str,
    *,
    since: date,
    document: str,
    person: User | None = None,
    unit: Unit | None = None,
    title: str = "",
    term_until: date | None = None,
    actor,
) -> VillagePost:
    """Put a person (or, for a unit's post, a unit) into a post of a village from a day on; returns the row.

    Raises PermissionDenied (post.edit in place), ValidationError by field: post, person, unit, since, term_until,
    document. A post that one alone may hold is handed on by `change_post`.
    """
    row = lock_village(village.pk)
    _require_right(row, actor)
    kind = POSTS.get(post)
    if kind is None:
        raise ValidationError({"post": "没有这个岗位。"})
    _check(kind, person, unit, since, term_until, document)
    open_row = VillagePost.objects.filter(village=row, post=post, valid_to=None).first()
    if kind.single and open_row is not None:
        raise ValidationError({"post": f"现由{open_row.holder}担任{kind.label}，请用“换人”交接。"})
    made = VillagePost(
        village=row,
        post=post,
        person=person,
        unit=unit if kind.by_unit or unit is not None else person.unit,
        title=title.strip(),
        valid_from=since,
        term_until=term_until,
        document=document.strip(),
        recorded_by=actor,
    )
    _save(made)
    _told("fill", made, actor, [None, made.holder], f"{kind.label}：{made.holder}，{since}起")
    return made


@transaction.atomic
def end_post(row: VillagePost, *, on: date, reason: str, document: str = "", actor) -> VillagePost:
    """End a post: on the day `on` it is held no more; its first day withdraws what was entered by mistake.

    Raises PermissionDenied, ValidationError by field (on, also where an agreement of the enterprise has a result of a
    later year; reason).
    """
    village = lock_village(row.village_id, ended=True)
    _require_right(village, actor)
    found = VillagePost.objects.select_related("person", "unit", "village").get(pk=row.pk)
    errors = {}
    if found.valid_to is not None:
        raise ValidationError(f"{found.holder}的{found.get_post_display()}已于 {found.valid_to} 终止。")
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    elif on < found.valid_from:
        errors["on"] = f"终止时间不能早于开始时间 {found.valid_from}。"
    if not reason.strip():
        errors["reason"] = "请写明原因，例如任期届满、工作调动。"
    if errors:
        raise ValidationError(errors)
    found.valid_to, found.end_reason, found.end_document = on, reason.strip(), document.strip()
    # The agreements of an enterprise end with its post.
    agreements = list(found.agreements.all())
    for one in agreements:
        one.post = found
    require_results_held(agreements)
    found.save(update_fields=["valid_to", "end_reason", "end_document"])
    label = found.get_post_display()
    _told("end", found, actor, [found.holder, None], f"{label}：{found.holder}，{on}止，{found.end_reason}")
    return found


@transaction.atomic
def change_post(
    row: VillagePost,
    *,
    on: date,
    reason: str,
    document: str,
    person: User | None = None,
    unit: Unit | None = None,
    title: str = "",
    term_until: date | None = None,
    actor,
) -> VillagePost:
    """Hand a post on to another from a day on, both or neither; returns the new row. Raises as end and fill do."""
    same = (
        row.unit_id == unit.pk
        if row.person_id is None and unit
        else row.person_id == getattr(person, "pk", 0)
    )
    if same:
        raise ValidationError({"unit" if row.person_id is None else "name": "接任的就是现任，请核对。"})
    ended = end_post(row, on=on, reason=reason, document=document, actor=actor)
    try:
        return fill_post(
            ended.village,
            ended.post,
            since=on,
            document=document,
            person=person,
            unit=unit,
            title=title,
            term_until=term_until,
            actor=actor,
        )
    except ValidationError as error:
        raise _under_its_day(error) from error


def _under_its_day(error: ValidationError) -> ValidationError:
    """The form of a hand-over has one day: what is wrong with the beginning stands there."""
    if not hasattr(error, "error_dict") or "since" not in error.error_dict:
        return error
    faults = dict(error.error_dict)
    faults["on"] = faults.pop("since")
    return ValidationError(faults)


def _check(kind, person, unit, since, term_until, document) -> None:
    errors = {}
    if kind.by_unit and (unit is None or person is not None):
        errors["unit"] = f"{kind.label}由单位承担，请选单位。"
    if not kind.by_unit and person is None:
        errors["name"] = f"{kind.label}由个人担任，请填姓名。"
    if unit is not None and not unit.is_active:
        errors["unit"] = f"{unit.name}已停用，请另选单位。"
    if since > timezone.localdate():
        errors["since"] = "开始时间在今天之后，请核对。"
    if term_until is not None and term_until <= since:
        errors["term_until"] = "任期须晚于开始时间。"
    if not document.strip():
        errors["document"] = "请写明文件，例如选派通知及文号。"
    if errors:
        raise ValidationError(errors)


def _save(row: VillagePost) -> None:
    """What the database refuses anyway, said in words first; the village is held meanwhile."""
    row.clean_fields(exclude=["village", "person", "unit", "recorded_by"])
    row.validate_constraints()
    row.save()


def _require_right(village: Village, actor) -> None:
    if not actor.has_right_at(RIGHT, village.area_id):
        raise PermissionDenied("您没有在该村安排帮扶力量的权限。")


def _told(verb: str, row: VillagePost, actor, holder: list, summary: str) -> None:
    record(f"villages.post.{verb}", row, actor=actor, changes={row.post: holder}, summary=summary)
