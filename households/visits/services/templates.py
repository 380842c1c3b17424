"""Visit templates: which one is used where, and those that come with the system."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from households.visits.blocks import check_blocks
from households.visits.models import VisitTemplate
from households.visits.reference import TEMPLATES
from poverty.audit.services import record


def template_for(area_code: str, year: int) -> VisitTemplate:
    """The template that a visit at a place is made by in a year. ValidationError at "year" when there is none."""
    found = VisitTemplate.objects.for_place(area_code, year).first()
    if found is None:
        raise ValidationError({"year": f"{year}年度还没有发布的走访模板，请先由县扶贫办发布。"})
    return found


def templates_for(area_codes: Iterable[str], year: int) -> dict[str, VisitTemplate]:
    """The same of many villages, by code; those without a template are left out. One query."""
    codes = set(area_codes)
    rows = VisitTemplate.objects.published().filter(superseded_by__isnull=True, year_from__lte=year)
    held = [one for one in rows if one.year_to is None or one.year_to >= year]
    held.sort(key=lambda one: (len(one.area_code), one.year_from, one.version, one.pk), reverse=True)
    found = {code: next((one for one in held if code.startswith(one.area_code)), None) for code in codes}
    return {code: one for code, one in found.items() if one is not None}


@transaction.atomic
def load_templates(rows: Iterable[Mapping[str, Any]] = TEMPLATES) -> int:
    """Load the templates that come with the system and return how many were new. Safe to repeat: what is there is
    never touched.
    """
    known = set(VisitTemplate.objects.values_list("area_code", "name", "version"))
    new = [row for row in rows if (row["area_code"], row["name"], row["version"]) not in known]
    for row in new:
        check_blocks(row["blocks"])
    made = VisitTemplate.objects.bulk_create(
        VisitTemplate(**row, published_at=timezone.now(), document="随系统提供") for row in new
    )
    if made:
        record(
            "households.visittemplate.load", actor=None, summary=f"载入随系统提供的走访模板 {len(made)} 个"
        )
    return len(made)
