"""What a decision on an exit rested on, as texts: facts, requirements, and per indicator value and result.

No identity, phone or bank number stands in it (architecture 8); who reads it sees what the case page shows.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from households.indicators import INDICATORS, member_totals
from households.judging import judged, judged_one
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    CountyYear,
    IncomeItem,
    Membership,
    MemberSurvey,
    Survey,
)
from households.rules import Rules, rules_for
from households.services.fact_rows import FACTS
from poverty.standards.models import Standard

TOTALS = tuple(member_totals())
_SUPPLIES = ("water", "power", "broadcasting", "road")
_MEASURED = (
    *TOTALS,
    *(f"supply_{kind}" for kind in _SUPPLIES),
    *(f"measured_{code}" for code in INDICATOR_COLUMNS),
)


def frozen(cases: QuerySet) -> dict[int, dict[str, Any]]:
    """The content of the copy of each case, by case; as many queries for one as for five hundred of a county."""
    return contents(cases.select_related("household__area", "household__settlement"))


def contents(cases: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """The same of any cases of households: each says its `household`, `year`, `round`, `state` and `area_code`."""
    found: dict[int, dict[str, Any]] = {}
    groups: dict[tuple[str, int], list] = defaultdict(list)
    for one in cases:
        groups[(one.area_code[:6], one.year)].append(one)
    for (county, year), members in groups.items():
        found |= _of_county(members, county, year)
    return found


def _of_county(cases: list, county: str, year: int) -> dict[int, dict[str, Any]]:
    ids = [one.household_id for one in cases]
    results = {
        one.household_id: one
        for one in Assessment.objects.filter(household__in=ids, year=year).select_related("standard")
    }
    county_year = CountyYear.objects.filter(area_id=county, year=year).first()
    rules = rules_for(county_year) if county_year else None
    measured = _measured(results.values(), rules)
    surveys = {one.household_id: one for one in Survey.objects.filter(household__in=ids, year=year)}
    items = _items(surveys.values())
    people = _people(ids, year, rules)
    standards = {one.pk: _standard(one) for one in {result.standard for result in results.values()}}
    return {
        one.pk: {
            "case": {
                "year": str(year),
                "round": str(one.round),
                "state": one.state,
                "village": one.area_code,
            },
            "household": _household(one.household),
            "rules": _texts(vars(rules)) if rules else {},
            "facts": _facts(surveys.get(one.household_id)),
            "income_items": items.get(one.household_id, {}),
            "members": people.get(one.household_id, []),
            "standard": standards.get(getattr(results.get(one.household_id), "standard_id", None), {}),
            "measured": measured.get(one.household_id, {}),
            "result": _result(results.get(one.household_id)),
        }
        for one in cases
    }


def _measured(results: Iterable[Assessment], rules: Rules | None) -> dict[int, dict[str, str | None]]:
    """What every indicator and total measured, by household; one statement for each standard."""
    groups: dict[Standard, list[int]] = defaultdict(list)
    for one in results:
        groups[one.standard].append(one.household_id)
    found = {}
    for standard, ids in groups.items():
        if rules is None:
            continue
        if len(ids) == 1:  # a page of one case: the statement is compiled and planned already
            one = judged_one(rules, standard, ids[0], _MEASURED)
            if one is not None:
                found[ids[0]] = _texts(vars(one))
            continue
        rows = judged(rules, standard, Q(), household_ids=ids).order_by()
        for household, *values in rows.values_list("household_id", *_MEASURED):
            found[household] = _texts(dict(zip(_MEASURED, values, strict=True)))
    return found


def _household(household) -> dict[str, Any]:
    return {
        "number": household.household_no or household.own_no,
        "head": household.head_name,
        "size": str(household.size),
        "village": household.area.name,
        "group": household.settlement.name if household.settlement else "",
        "status": household.status,
        "identified_on": _text(household.identified_on),
        "main_cause": household.main_cause,
    }


def _facts(survey: Survey | None) -> dict[str, Any]:
    if survey is None:
        return {}
    told = _texts({name: getattr(survey, name) for name in sorted(FACTS[Survey] - {"settlement"})})
    return told | {"visited_on": _text(survey.visited_on), "sources": survey.sources}


def _items(surveys: Iterable[Survey]) -> dict[int, dict[str, str]]:
    homes = {one.pk: one.household_id for one in surveys}
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = IncomeItem.objects.filter(survey__in=homes).order_by("item")
    for survey, item, amount in rows.values_list("survey_id", "item", "amount"):
        found[homes[survey]][item] = _text(amount)
    return found


def _people(ids: list[int], year: int, rules: Rules | None) -> dict[int, list[dict[str, Any]]]:
    """Who counted, by household: name, relation and the facts of the year, never the number."""
    if rules is None:
        return {}
    rows = (
        Membership.objects.counted_on(rules.period_to)
        .filter(household__in=ids)
        .select_related("member")
        .order_by("household_id", "valid_from", "pk")
    )
    facts = {
        one.member_id: one
        for one in MemberSurvey.objects.filter(member__in=[row.member_id for row in rows], year=year)
    }
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row.household_id].append(
            {
                "person": str(row.member_id),
                "name": row.member.name,
                "relation": row.relation,
                "birth_date": _text(row.member.birth_date),
                "facts": _member_facts(facts.get(row.member_id)),
            }
        )
    return found


def _member_facts(facts: MemberSurvey | None) -> dict[str, Any]:
    if facts is None:
        return {}
    return _texts({name: getattr(facts, name) for name in sorted(FACTS[MemberSurvey])})


def _standard(standard: Standard) -> dict[str, Any]:
    return {
        "id": str(standard.pk),
        "area": standard.area_code,
        "year": str(standard.year),
        "document": standard.document_name,
        "requirements": [
            {
                "indicator": one.indicator,
                "label": INDICATORS[one.indicator].label,
                "comparison": one.comparison,
                "threshold": _text(one.threshold),
                "clause": one.clause,
            }
            for one in standard.requirements.all()
        ],
    }


def _result(result: Assessment | None) -> dict[str, Any]:
    if result is None:
        return {}
    return {
        "states": {code: getattr(result, code) for code in INDICATOR_COLUMNS},
        "verdict": result.verdict,
        "members": str(result.members),
        "net_income_per_head": _text(result.net_income_per_head),
        "facts_version": str(result.facts_version),
    }


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    """Numbers and days as texts, so that every machine writes the same; None stays: not answered."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list | tuple):
        return [_text(one) for one in value]
    return str(value)
