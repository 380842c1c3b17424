"""Drafting, changing and publishing visit templates. Published one is frozen; what comes after it is a new version."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from households.visits.blocks import check_blocks
from households.visits.models import VisitTemplate
from poverty.areas.models import Area, Level
from poverty.audit.services import record

RIGHT = "visit.design"
FIRST_YEAR, LAST_YEAR = 2014, 2100


class BlocksChanged(ValidationError):
    """Somebody else changed the same block of the draft meanwhile; nothing was written. `now`: as it stands."""

    def __init__(self, now: Mapping[str, Any] | None):
        super().__init__(
            "别人在您填写期间也改了这一栏，您填的还在下面；请对照现在的内容后再保存。", code="conflict"
        )
        self.now = now


@transaction.atomic
def draft_template(
    *,
    actor,
    area_code: str,
    name: str,
    year_from: int,
    year_to: int | None = None,
    source: VisitTemplate,
) -> VisitTemplate:
    """Begin a draft with the blocks of another template, for a county or a place in it.

    A name that the place has already gets the next version. PermissionDenied without visit.design there,
    ValidationError by field.
    """
    _require_right(actor, area_code)
    if not Area.objects.filter(pk=area_code, level__in=(Level.COUNTY, Level.TOWNSHIP)).exists():
        raise ValidationError({"area_code": "模板按县或乡镇制定。"})
    name = name.strip()
    _check_head(name, year_from, year_to)
    made = VisitTemplate(
        area_code=area_code,
        name=name,
        year_from=year_from,
        year_to=year_to,
        version=_next_version(area_code, name),
        blocks=source.blocks,
        drafted_by=actor,
    )
    _store(made, force_insert=True)
    record(
        "households.visittemplate.draft",
        made,
        actor=actor,
        summary=f"起草走访模板：{made}，由“{source}”复制"[:200],
    )
    return made


@transaction.atomic
def save_head(
    template: VisitTemplate, *, name: str, year_from: int, year_to: int | None, actor
) -> VisitTemplate:
    """Change name and years of a draft. ValidationError by field, or because it is no draft any more."""
    row = _draft(template, actor)
    name = name.strip()
    _check_head(name, year_from, year_to)
    before = {"名称": row.name, "起始年度": row.year_from, "截止年度": row.year_to}
    if name != row.name:
        row.version = _next_version(row.area_code, name)
    row.name, row.year_from, row.year_to = name, year_from, year_to
    _store(row, update_fields=["name", "version", "year_from", "year_to"])
    after = {"名称": name, "起始年度": year_from, "截止年度": year_to}
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changes:
        record(
            "households.visittemplate.edit", row, actor=actor, changes=changes, summary=f"修改走访模板：{row}"
        )
    return row


@transaction.atomic
def save_block(
    template: VisitTemplate, block: Mapping[str, Any], *, base: Mapping[str, Any] | None, actor
) -> VisitTemplate:
    """Put a block into a draft: in place of the one of its key, or at the end.

    `base` is the block as the form was opened with (None: a new one). BlocksChanged when it stands otherwise by now;
    ValidationError when the template cannot be asked with it.
    """
    row = _draft(template, actor)
    keys = [one["key"] for one in row.blocks]
    now = row.blocks[keys.index(block["key"])] if block["key"] in keys else None
    if now != base:
        raise BlocksChanged(now)
    if now is None:
        blocks = [*row.blocks, dict(block)]
    else:
        blocks = [dict(block) if one["key"] == block["key"] else one for one in row.blocks]
    check_blocks(blocks)
    if blocks != row.blocks:
        _store_blocks(row, blocks, f"“{block['title']}”", actor)
    return row


@transaction.atomic
def move_block(template: VisitTemplate, key: str, *, up: bool, actor) -> VisitTemplate:
    """Move a block one place up or down; at the end of the list nothing happens. ValidationError for an unknown one."""
    row = _draft(template, actor)
    at = _place(row, key)
    to = at - 1 if up else at + 1
    if 0 <= to < len(row.blocks):
        blocks = list(row.blocks)
        blocks[at], blocks[to] = blocks[to], blocks[at]
        _store_blocks(row, blocks, f"“{row.blocks[at]['title']}”{'上移' if up else '下移'}", actor)
    return row


@transaction.atomic
def remove_block(template: VisitTemplate, key: str, *, actor) -> VisitTemplate:
    """Take a block out of a draft. ValidationError for an unknown one and for the last one."""
    row = _draft(template, actor)
    at = _place(row, key)
    blocks = [one for one in row.blocks if one["key"] != key]
    check_blocks(blocks)
    _store_blocks(row, blocks, f"删除“{row.blocks[at]['title']}”", actor)
    return row


@transaction.atomic
def publish_template(template: VisitTemplate, *, document: str, actor) -> VisitTemplate:
    """Publish a draft with its document: visits are made by it from now on, and it never changes again.

    It replaces the published templates of the same place whose years it covers. PermissionDenied; ValidationError at
    "document", "blocks", or because it is no draft any more.
    """
    row = _draft(template, actor)
    document = document.strip()
    if not document:
        raise ValidationError({"document": "请填写依据文件的名称和文号。"})
    check_blocks(row.blocks)
    row.document, row.published_at, row.published_by = document[:200], timezone.now(), actor
    row.save(update_fields=["document", "published_at", "published_by"])
    replaced = [one.pk for one in covered_by(row)]
    VisitTemplate.objects.filter(pk__in=replaced).update(superseded_by=row)
    record(
        "households.visittemplate.publish",
        row,
        actor=actor,
        summary=f"发布走访模板：{row}，{row.document}" + (f"，替代 {len(replaced)} 个" if replaced else ""),
    )
    return row


def covered_by(template: VisitTemplate):
    """The published templates of the same place that a template replaces: those of whose years it leaves none."""
    rows = VisitTemplate.objects.published().filter(
        area_code=template.area_code, superseded_by=None, year_from__gte=template.year_from
    )
    if template.year_to is not None:
        rows = rows.filter(year_to__isnull=False, year_to__lte=template.year_to)
    return rows.exclude(pk=template.pk)


@transaction.atomic
def drop_draft(template: VisitTemplate, *, actor) -> None:
    """Throw a draft away: nothing was ever asked by it. The log keeps that it was there."""
    row = _draft(template, actor)
    record("households.visittemplate.drop", row, actor=actor, summary=f"删除走访模板草稿：{row}")
    row.delete()


def _draft(template: VisitTemplate, actor) -> VisitTemplate:
    row = VisitTemplate.objects.select_for_update(of=("self",)).filter(pk=template.pk).first()
    if row is None:
        raise ValidationError("这份草稿已被删除。")
    _require_right(actor, row.area_code)
    if row.published_at is not None:
        raise ValidationError("这个模板已经发布，不能再改；要改的请复制成新版本。")
    return row


def _require_right(actor, area_code: str) -> None:
    if not area_code or not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("没有维护这里的走访模板的权限。")


def _check_head(name: str, year_from: int, year_to: int | None) -> None:
    errors = {}
    if not name:
        errors["name"] = "请填写模板名称。"
    if not FIRST_YEAR <= year_from <= LAST_YEAR:
        errors["year_from"] = f"年度须在{FIRST_YEAR}至{LAST_YEAR}之间。"
    if year_to is not None and not year_from <= year_to <= LAST_YEAR:
        errors["year_to"] = "截止年度不能早于起始年度。"
    if errors:
        raise ValidationError(errors)


def _next_version(area_code: str, name: str) -> int:
    rows = VisitTemplate.objects.filter(Q(area_code=area_code), name=name)
    return (rows.aggregate(last=Max("version"))["last"] or 0) + 1


def _store(row: VisitTemplate, **how) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as error:
        if "one_visit_template_of_a_version" not in str(error):
            raise
        raise ValidationError({"name": "别人刚刚也建了同名模板，请再保存一次。"}) from error


def _place(row: VisitTemplate, key: str) -> int:
    keys = [one["key"] for one in row.blocks]
    if key not in keys:
        raise ValidationError("这一栏已不在模板里，请刷新页面。")
    return keys.index(key)


def _store_blocks(row: VisitTemplate, blocks: list, what: str, actor) -> None:
    row.blocks = blocks
    row.save(update_fields=["blocks"])
    record("households.visittemplate.edit", row, actor=actor, summary=f"修改走访模板：{row}，{what}"[:200])
