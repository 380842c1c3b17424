"""What a decision on a village rested on, for the frozen copy: facts, requirements, results, what was found, certificates.

Texts and whole numbers only; decimals as texts. No names of households: they stand in their own cases.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from villages.facts import FACTS
from villages.models import INDICATOR_COLUMNS, Certificate, CheckItem, VillageAssessment, VillageYear

_FIGURES = ("poor_persons", "leaving_persons", "incidence_now", "incidence_then", "score_now", "score_then")


def basis_of(cases: QuerySet) -> Mapping[int, Mapping[str, Any]]:
    """By case; a fixed number of queries, however many there are."""
    found = list(cases.select_related("village__area"))
    villages = [one.village_id for one in found]
    years = {one.year for one in found}
    facts = {
        (one.village_id, one.year): one
        for one in VillageYear.objects.filter(village__in=villages, year__in=years)
    }
    results = {
        (one.village_id, one.year): one
        for one in VillageAssessment.objects.filter(village__in=villages, year__in=years)
        .select_related("standard")
        .prefetch_related("standard__requirements")
    }
    items = _by_case(
        CheckItem.objects.filter(sheet__case__in=found)
        .order_by("sheet__round", "id")
        .select_related("sheet"),
        lambda one: one.sheet.case_id,
    )
    papers = _by_case(
        Certificate.objects.filter(case__in=found, withdrawn_on__isnull=True), lambda one: one.case_id
    )
    return {
        one.pk: {
            "village": {"code": one.village.area_id, "name": one.village.area.name},
            "year": one.year,
            "facts": _facts(facts.get((one.village_id, one.year))),
            "requirements": _requirements(results.get((one.village_id, one.year))),
            "result": _result(results.get((one.village_id, one.year))),
            "found": [
                {
                    "stage": item.sheet.stage,
                    "round": item.sheet.round,
                    "indicator": item.indicator,
                    "passed": item.passed,
                    "note": item.note,
                }
                for item in items.get(one.pk, ())
            ],
            "certificates": [
                {
                    "sector": paper.sector,
                    "round": paper.round,
                    "certified": paper.certified,
                    "document": paper.document_name,
                    "issued_on": paper.issued_on.isoformat(),
                }
                for paper in papers.get(one.pk, ())
            ],
        }
        for one in found
    }


def _by_case(rows, key) -> dict[int, list]:
    found: dict[int, list] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def _facts(row: VillageYear | None) -> dict[str, Any]:
    return {} if row is None else {name: _plain(getattr(row, name)) for name in FACTS}


def _requirements(result: VillageAssessment | None) -> list[dict[str, Any]]:
    if result is None:
        return []
    return [
        {
            "indicator": row.indicator,
            "comparison": row.comparison,
            "threshold": _plain(row.threshold),
            "weight": _plain(row.weight),
            "veto": row.veto,
        }
        for row in result.standard.requirements.all()
    ]


def _result(result: VillageAssessment | None) -> dict[str, Any]:
    if result is None:
        return {}
    told = (*_FIGURES, *INDICATOR_COLUMNS, "incidence_after", "score_after", "verdict", "verdict_after")
    return {"standard": result.standard_id, **{name: _plain(getattr(result, name)) for name in told}}
