"""Drafts: begun empty, from a template, from another year or place, or as the correction of what is in
force.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.parameters.services import value_for
from poverty.review.errors import ChangedMeanwhile
from poverty.review.services import fire, note_fact_entry
from poverty.standards.catalogue import TEMPLATES, Row
from poverty.standards.drafts import Flat, Settled, flatten, order_of, settle, unflatten, values_of
from poverty.standards.indicators import spec
from poverty.standards.models import Requirement, Standard
from poverty.standards.rules import FIELDS, ROW_FIELDS, check_draft, check_subject, check_year, normal
from poverty.standards.services.scans import carry_scans
from poverty.standards.statuses import Status

INCOME = "income"
INCIDENCE = "incidence"


class DraftConflict(ValidationError):
    """Two people changed the same part of a draft; nothing was saved. `settled` says what is open."""

    def __init__(self, settled: Settled):
        self.settled = settled
        super().__init__(
            f"有 {len(settled.open)} 项别人在您填写期间也改了，请逐项选择保留哪个值，再保存。",
            code="conflict",
        )


@transaction.atomic
def draft_standard(
    *,
    actor,
    area_code: str,
    year: int,
    subject: str,
    values: Mapping[str, Any],
    corrects: Standard | None = None,
    comment: str = "",
) -> Standard:
    """Begin a draft and return it.

    `values`: name, document_name, document_number, document_date, clause, deviation_document (text; the
    date a date or None) and requirements, a list of rows with indicator, comparison, threshold (Decimal or
    None), evidence, clause, document, weight, veto. area_code "" is the whole country. Needs standard.draft
    in the area, at county level or above. Raises ValidationError by field (see rules.py), PermissionDenied.
    """
    _may_draft(actor, area_code)
    check_year(year)
    check_subject(subject)
    if area_code and not Area.objects.filter(pk=area_code).exists():
        raise ValidationError({"area_code": f"没有区划代码 {area_code}，请核对。"})
    values = normal(subject, values)
    check_draft(subject, values, today=timezone.localdate())
    standard = Standard(
        area_code=area_code,
        year=year,
        subject=subject,
        version=corrects.version + 1 if corrects else 1,
        corrects=corrects,
        drafted_by=actor,
        makers=[actor.pk],
        **{field: values[field] for field in FIELDS},
    )
    try:
        with transaction.atomic():
            standard.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_correction" not in str(error):
            raise
        raise ValidationError("该标准已有一份更正草稿，请在那份草稿上修改。") from error
    _write_rows(standard, {}, values["requirements"])
    fire("draft", standard, actor=actor, comment=comment)
    return standard


def draft_from_template(*, actor, area_code: str, year: int, template: str) -> Standard:
    """Begin a draft from a template of the catalogue; income gets the exit line of the year, where one is
    known, and a village's incidence the limit of the place.
    """
    chosen = TEMPLATES.get(template)
    if chosen is None:
        raise ValidationError({"template": f"没有“{template}”这一模板。"})
    check_year(year)
    rows = [
        {
            "indicator": row.indicator,
            "comparison": row.comparison,
            "threshold": _threshold(row, area_code, year),
            "evidence": row.evidence,
            "clause": row.clause,
            "weight": row.weight,
            "veto": row.veto,
        }
        for row in chosen.rows
    ]
    values = {
        "name": chosen.name,
        "document_name": chosen.document_name,
        "document_number": chosen.document_number,
        "requirements": rows,
    }
    return draft_standard(actor=actor, area_code=area_code, year=year, subject=chosen.subject, values=values)


def _threshold(row: Row, area_code: str, year: int) -> Decimal | None:
    if row.threshold is not None:
        return row.threshold
    if row.indicator == INCOME:
        return exit_line(area_code, year)
    if row.indicator == INCIDENCE:
        return value_for("incidence.village_limit", area_code, date(year, 12, 31))
    return None


@transaction.atomic
def draft_from(*, actor, source: Standard, area_code: str, year: int) -> Standard:
    """Begin a draft with the rows of another standard, for another year or place.

    The income threshold becomes the exit line of that year there (empty when none is known): last year's
    line must not slip into this year. The document is kept where place or year stays, since one document
    often holds for years.
    """
    check_year(year)
    values = values_of(source)
    values["deviation_document"] = ""
    if (area_code, year) != (source.area_code, source.year):
        for row in values["requirements"]:
            if row["indicator"] == INCOME:
                row["threshold"] = exit_line(area_code, year)
    draft = draft_standard(actor=actor, area_code=area_code, year=year, subject=source.subject, values=values)
    carry_scans(source, draft, actor=actor)
    return draft


@transaction.atomic
def correct(standard: Standard, *, actor, reason: str) -> Standard:
    """Begin the correction of a published standard: a draft of its next version, which replaces it when
    published.
    """
    if standard.status != Status.PUBLISHED:
        raise ValidationError(f"只能更正已发布的标准，本标准当前为“{standard.get_status_display()}”。")
    if not reason.strip():
        raise ValidationError({"reason": "请填写更正原因。"})
    draft = draft_standard(
        actor=actor,
        area_code=standard.area_code,
        year=standard.year,
        subject=standard.subject,
        values=values_of(standard),
        corrects=standard,
        comment=reason.strip(),
    )
    carry_scans(standard, draft, actor=actor)
    return draft


@transaction.atomic
def update_draft(
    standard: Standard,
    *,
    actor,
    values: Mapping[str, Any],
    base: Flat | None = None,
    asked: Collection[str] = (),
    choices: Mapping[str, str] | None = None,
) -> Standard:
    """Save changes to a draft and return it as it now stands.

    `base` is what the form was opened with (drafts.flatten); what others changed since is kept, what both
    changed raises DraftConflict until `choices` answers it ("mine" or "theirs", by name, for the names
    `asked`). Without `base` the values replace what stands there. Whoever changes a draft can no longer
    publish it. Needs standard.draft in the area; a standard that is no draft any more raises
    ChangedMeanwhile.
    """
    _may_draft(actor, standard.area_code)
    now = Standard.objects.select_for_update().get(pk=standard.pk)
    if not now.is_draft:
        raise ChangedMeanwhile(now.get_status_display())
    values = normal(now.subject, values)
    check_draft(now.subject, values, today=timezone.localdate())
    theirs, mine = flatten(values_of(now)), flatten(values)
    settled = settle(theirs if base is None else base, mine, theirs, asked=asked, choices=choices)
    if settled.open:
        raise DraftConflict(settled)
    merged = unflatten(settled.flat, order_of(values))
    check_draft(now.subject, merged, today=timezone.localdate())
    after = flatten(merged)
    changes = {
        name: [theirs.get(name), after.get(name)]
        for name in {**theirs, **after}
        if theirs.get(name) != after.get(name)
    }
    moved = order_of(merged) != order_of(values_of(now))
    if not changes and not moved:
        return now
    for field in FIELDS:
        setattr(now, field, merged[field])
    now.makers = [maker for maker in now.makers if maker != actor.pk] + [actor.pk]
    now.save(update_fields=[*FIELDS, "makers", "edited_at"])
    _write_rows(now, {row.indicator: row for row in now.requirements.all()}, merged["requirements"])
    note_fact_entry("standards.standard", now.pk, actor)
    record("standards.standard.update", now, actor=actor, changes=changes, summary=f"修改草稿：{now}")
    return Standard.objects.get(pk=now.pk)


@transaction.atomic
def withdraw(standard: Standard, *, actor, reason: str) -> Standard:
    """Give up a draft, with the reason. It stays on record and can be copied, not revived."""
    _may_draft(actor, standard.area_code)
    if not reason.strip():
        raise ValidationError({"reason": "请填写作废原因。"})
    fire("withdraw", standard, actor=actor, comment=reason.strip())
    return Standard.objects.get(pk=standard.pk)


def exit_line(area_code: str, year: int) -> Decimal | None:
    """Return the exit line of a year in an area, in yuan per person and year; None when none is known."""
    return value_for("line.exit", area_code, date(year, 12, 31))


def _may_draft(actor, area_code: str) -> None:
    if not actor.has_right_at("standard.draft", area_code):
        raise PermissionDenied("您没有在该地区起草标准的权限。")


def _write_rows(standard: Standard, stored: Mapping[str, Requirement], rows: list[Mapping[str, Any]]) -> None:
    """Make the stored rows of a draft equal to `rows`, in their order; rows that stay keep their id."""
    wanted = {row["indicator"] for row in rows}
    gone = [row.pk for code, row in stored.items() if code not in wanted]
    Requirement.objects.filter(pk__in=gone).delete()
    for order, row in enumerate(rows, start=1):
        requirement = stored.get(row["indicator"]) or Requirement(standard=standard)
        for field in ROW_FIELDS:
            setattr(requirement, field, row[field])
        requirement.order = order
        requirement.unit = spec(standard.subject, row["indicator"]).unit
        requirement.save()
