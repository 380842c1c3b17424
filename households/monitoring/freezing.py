"""How monitoring cases stand in lists, and what the county's decision rested on: texts, no personal numbers."""

from typing import Any

from django.db.models import QuerySet

from households.models import CaseComparison, CaseRisk, Measure
from poverty.review.workflows import CaseLine

_FIELDS = (
    "purpose",
    "category",
    "visited_on",
    "authorized_on",
    "net_income_per_head",
    "self_paid",
    "income_reference",
    "education_issue",
    "insurance_issue",
    "housing_issue",
    "water_issue",
    "difficulties",
    "ability",
    "without_labour",
    "removal_method",
    "income_stable",
    "guarantees_stable",
    "risk_gone",
    "no_new_risk",
)


def freeze(cases: QuerySet) -> dict[int, dict[str, Any]]:
    """By case: its facts, risks, comparisons and measures, in four queries whatever the number."""
    found = {}
    for case in cases.select_related("household"):
        household = case.household
        found[case.pk] = {
            "household": {"id": household.pk, "village": household.area_id, "persons": household.size},
            "facts": {name: _text(getattr(case, name)) for name in _FIELDS},
            "risks": [],
            "comparisons": [],
            "measures": [],
        }
    for one in CaseRisk.objects.filter(case__in=cases).order_by("case", "position"):
        found[one.case_id]["risks"].append(one.risk)
    for one in CaseComparison.objects.of_round().filter(case__in=cases).order_by("case", "subject"):
        found[one.case_id]["comparisons"].append(
            {"subject": one.subject, "result": one.result, "note": one.note}
        )
    begun = Measure.objects.filter(case__in=cases, begins_on__isnull=False, cancelled_on=None)
    for one in begun.order_by("case", "pk"):
        found[one.case_id]["measures"].append(
            {"group": one.group, "content": one.content, "from": _text(one.begins_on)}
        )
    return found


def lines(cases: QuerySet) -> dict[int, CaseLine]:
    """Head, group and persons of each case, for the sheet on the village's wall. Never illness or cause."""
    rows = cases.values_list("pk", "household__head_name", "household__settlement__name", "household__size")
    return {pk: CaseLine(name, group or "", persons) for pk, name, group, persons in rows}


def _text(value: Any) -> Any:
    """As it is where it says itself (text, yes and no, nothing); days and figures as texts."""
    return value if value is None or isinstance(value, bool | str) else str(value)
