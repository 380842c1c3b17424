"""What a county asks of its villages: set from a day on, by document; the one before ends that day."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from poverty.areas.models import Area, Level
from poverty.audit.services import record
from poverty.sql.locks import hold
from villages.models import PostTemplate, TemplateRow
from villages.options.posts import ASKED

RIGHT = "post.edit"


@transaction.atomic
def set_template(
    area_code: str,
    of: str,
    *,
    name: str,
    rows: Mapping[str, int],
    since: date,
    document: str,
    term_months: int | None = None,
    actor,
) -> PostTemplate:
    """Ask of the villages of a county that these posts (keys of ASKED) are held by at least so many, from a day on.

    The template in force before ends on that day. Raises PermissionDenied outside one's county,
    ValidationError by field (of, name, rows, since, document).
    """
    county = _county(area_code, actor)
    errors = {}
    if of not in PostTemplate.Of.values:
        errors["of"] = "请选适用的村。"
    if not name.strip():
        errors["name"] = "请填名称，例如五个一、1+3+3。"
    if not document.strip():
        errors["document"] = "请写明文件。"
    asked = {key: number for key, number in rows.items() if number}
    if not asked or set(asked) - set(ASKED.keys):
        errors["rows"] = "请至少填一个岗位的人（单位）数。"
    if errors:
        raise ValidationError(errors)
    hold(f"villages.template:{area_code}:{of}")
    present = PostTemplate.objects.filter(area=county, of=of, valid_to=None).first()
    if present is not None:
        if present.valid_from >= since:
            raise ValidationError({"since": f"现在的配备要求自 {present.valid_from} 起，新的须更晚。"})
        PostTemplate.objects.filter(pk=present.pk).update(valid_to=since)
    made = PostTemplate(
        area=county,
        of=of,
        name=name.strip(),
        term_months=term_months,
        document=document.strip(),
        valid_from=since,
        recorded_by=actor,
    )
    made.clean_fields(exclude=["area", "recorded_by"])
    made.validate_constraints()
    made.save()
    TemplateRow.objects.bulk_create(
        TemplateRow(template=made, asked=key, least=asked[key]) for key in ASKED.keys if key in asked
    )
    words = "、".join(f"{ASKED.label(key)}{number}" for key, number in asked.items())
    record(
        "villages.template.set",
        made,
        actor=actor,
        summary=f"{made.get_of_display()}：{made.name}（{words}），{since}起",
    )
    return made


@transaction.atomic
def end_template(template: PostTemplate, *, on: date, actor) -> PostTemplate:
    """From a day on the county asks this no more (then the five posts, of poor villages). Raises as set_template."""
    _county(template.area_id, actor)
    row = PostTemplate.objects.select_for_update().get(pk=template.pk)
    if row.valid_to is not None:
        raise ValidationError(f"该配备要求已于 {row.valid_to} 终止。")
    if on <= row.valid_from:
        raise ValidationError({"on": f"终止时间须晚于开始时间 {row.valid_from}。"})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    record("villages.template.end", row, actor=actor, summary=f"{row.name}，{on}止")
    return row


def _county(area_code: str, actor) -> Area:
    area = Area.objects.filter(pk=area_code, valid_to=None, level=Level.COUNTY).first()
    if area is None:
        raise ValidationError("配备要求按县设置，请选一个县。")
    if not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("配备要求由县扶贫办设置。")
    return area
