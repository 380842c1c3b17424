"""What a decision on a village rested on, for the frozen copy: facts, requirements, results, what was found, certificates.

Texts and whole numbers only; decimals as texts. No names of households: they stand in their own cases.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from poverty.fields.states import LABELS, MET, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.review.workflows import CaseLine, Replayed
from poverty.standards.comparisons import Comparison
from poverty.standards.wording import phrase
from villages.facts import FACTS
from villages.indicators import INDICATORS, label_of
from villages.judging import measured
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
    measures = _measured(results)
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
            "measured": measures.get((one.village_id, one.year), {}),
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


def _measured(results: Mapping[tuple[int, int], VillageAssessment]) -> dict[tuple[int, int], dict[str, Any]]:
    """The values that were compared with the requirements, as texts; one query for each year."""
    found = {}
    for year in {year for _, year in results}:
        villages = [village for village, one_year in results if one_year == year]
        for row in measured(Q(village__in=villages), year):
            found[row.village_id, year] = {
                **{code: _plain(getattr(row, f"measured_{code}")) for code in INDICATORS},
                "incidence_after": _plain(row.measured_incidence_after),
            }
    return found


def lines_of(cases: QuerySet) -> dict[int, CaseLine]:
    """How a village stands on a list or a sheet on the wall: its name, with the township's."""
    rows = cases.values_list("pk", "village__area__name", "village__area__parent__name")
    return {pk: CaseLine(name, township or "") for pk, name, township in rows}


_COMPARED = {
    Comparison.GT: lambda value, wanted: value > wanted,
    Comparison.GE: lambda value, wanted: value >= wanted,
    Comparison.LT: lambda value, wanted: value < wanted,
    Comparison.LE: lambda value, wanted: value <= wanted,
    Comparison.EQ: lambda value, wanted: value == wanted,
}


def replayed(content: Mapping[str, Any]) -> Iterable[Replayed]:
    """Each frozen requirement judged again on its frozen value, beside the frozen result; the score is summed anew."""
    states: dict[str, int] = {}
    rows = content["requirements"]
    for row in sorted(rows, key=lambda one: one["indicator"] == "score"):
        code = row["indicator"]
        value = _score(rows, states) if code == "score" else content["measured"].get(code)
        states[code] = _state(row, value)
        stored = content["result"].get(code)
        yield Replayed(
            label_of(code),
            phrase(row["comparison"], _number(row["threshold"]), ""),
            "" if value is None else str(value),
            LABELS.get(stored, ""),
            LABELS[states[code]],
        )


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


def _state(row: Mapping[str, Any], value: Any) -> int:
    if value is None:
        return UNKNOWN
    if row["comparison"] == Comparison.IS_TRUE:
        return MET if value is True else UNMET
    met = _COMPARED[Comparison(row["comparison"])](Decimal(value), Decimal(row["threshold"]))
    return MET if met else UNMET


def _score(rows: Iterable[Mapping[str, Any]], states: Mapping[str, int]) -> str | None:
    weights = {row["indicator"]: Decimal(row["weight"]) for row in rows if row["weight"]}
    whole = sum(weights.values(), Decimal(0))
    if not whole:
        return None
    reached = sum((weights[code] for code in weights if states.get(code) in (MET, NOT_ASSESSED)), Decimal(0))
    return f"{reached * 100 / whole:.2f}"
