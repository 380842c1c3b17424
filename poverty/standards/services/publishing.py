"""Publishing: by a second person, complete, with its document, in place of the version it corrects."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.review.errors import ChangedMeanwhile
from poverty.review.services import fire
from poverty.standards.differences import above, deviations
from poverty.standards.following import judge_after
from poverty.standards.models import Standard
from poverty.standards.rules import check_complete


def problems(standard: Standard, *, actor=None) -> ValidationError | None:
    """Return what still stands in the way of publishing, by field, or None. With `actor`, also whether he
    may.

    Reads only; `publish` asks the same again under a lock.
    """
    try:
        check_complete(standard)
        _check_deviation(standard)
        _check_current(standard, _current(standard).first())
        if actor is not None:
            _check_publisher(standard, actor)
    except ValidationError as error:
        return error
    return None


@transaction.atomic
def publish(standard: Standard, *, actor, comment: str = "") -> Standard:
    """Put a draft into force, replacing the version that it corrects, and return it as it now stands.

    Whoever judges by it is told (following.py); households are re-judged by the caller (households.services).
    Needs standard.publish in the area and a person who neither drafted nor altered it; everything check_complete
    asks for; a document of its own for what differs from the standard of the area above. Raises ValidationError by
    field, PermissionDenied, or ChangedMeanwhile when somebody else published or withdrew it first. Once published
    it cannot be changed.
    """
    if not actor.has_right_at("standard.publish", standard.area_code):
        raise PermissionDenied("您没有在该地区发布标准的权限。")
    now = Standard.objects.select_for_update().get(pk=standard.pk)
    if not now.is_draft:
        raise ChangedMeanwhile(now.get_status_display())
    _check_publisher(now, actor)
    check_complete(now)
    _check_deviation(now)
    current = _current(now).select_for_update().first()
    _check_current(now, current)
    try:
        with transaction.atomic():
            if current:
                fire("supersede", current, actor=actor, comment=f"由第 {now.version} 版替代")
            now.published_by = actor
            now.published_at = timezone.now()
            now.save(update_fields=["published_by", "published_at"])
            fire("publish", now, actor=actor, comment=comment.strip())
    except IntegrityError as error:
        if "one_published_standard" not in str(error) and "one_standard_of_a_version" not in str(error):
            raise
        raise ValidationError(
            "该地区该年度的标准刚刚由他人发布，请刷新后对照。", code="changed_meanwhile"
        ) from error
    judge_after(now, actor=actor)
    return Standard.objects.get(pk=now.pk)


def _current(standard: Standard):
    return Standard.objects.published().at(standard.area_code, standard.year, standard.subject)


def _check_publisher(standard: Standard, actor) -> None:
    if actor.pk in standard.makers:
        raise ValidationError("您起草或修改过本标准，须由另一人发布。", code="maker")


def _check_current(standard: Standard, current: Standard | None) -> None:
    """A draft replaces exactly the version it was made from: the publisher saw the difference to that one."""
    if current is None or current.pk == standard.corrects_id:
        return
    raise ValidationError(
        f"该地区 {standard.year} 年已有已发布的标准（第 {current.version} 版），本草稿不是由它更正而来。"
        "请在已发布的标准上“更正”，本草稿可作废。",
        code="not_a_correction",
    )


def _check_deviation(standard: Standard) -> None:
    found = deviations(standard)
    if not found or standard.deviation_document:
        return
    lines = "；".join(f"{one.label}：上级为{one.before}，本标准为{one.after}" for one in found[:5])
    more = f" 等 {len(found)} 项" if len(found) > 5 else ""
    raise ValidationError(
        {
            "deviation_document": f"与{above(standard).area_label}的标准不一致（{lines}{more}），"
            "须填写不一致的依据文件（不拔高、不降低）。"
        }
    )
