"""What stands in the register at this moment of facts that visits left open: for many at once."""

from collections.abc import Iterable
from typing import Any

from households.models import Survey, VisitFact
from households.services.member_surveys import member_surveys_of, year_of
from households.visits.blocks import FACTS_TO_ASK
from households.visits.services.income import ITEM, NONE, stored_lines, tell_line
from households.visits.services.needs import NEED
from households.visits.values import of_whom, tell_fact


def is_sheet(name: str) -> bool:
    """Whether a fact belongs to the income sheet."""
    return name.startswith((ITEM, NONE))


def standings(facts: Iterable[VisitFact]) -> dict[int, Any]:
    """Fact -> the register's value, as it is kept; None for a need and for what is no fact.

    Facts come with visit, household and member.

    A constant number of queries for each of the years asked about.
    """
    facts = list(facts)
    homes = {one.visit.household_id for one in facts}
    years = {one.visit.year for one in facts}
    rows = Survey.objects.filter(household__in=homes, year__in=years).prefetch_related("income_items")
    surveys = {(row.household_id, row.year): row for row in rows}
    people = {
        year: member_surveys_of(
            {one.member_id for one in facts if one.member_id and one.visit.year == year}, year
        )
        for year in years
    }
    return {
        one.pk: _value(one, surveys.get((one.visit.household_id, one.visit.year)), people) for one in facts
    }


def _value(fact: VisitFact, survey: Survey | None, people) -> Any:
    visit = fact.visit
    if fact.field.startswith(NEED):
        return None
    if is_sheet(fact.field):
        return tell_line(stored_lines(survey, [fact.field])[fact.field]) if survey else None
    if fact.field not in FACTS_TO_ASK[of_whom(fact.member_id)]:
        return None  # refused: no question has this name
    if fact.member_id is None:
        row: Any = survey
    else:
        known = people[visit.year].get(fact.member_id)
        row = year_of(fact.member, known, visit.year, visit.household.area_id)
    value = getattr(row, fact.field, None) if row is not None else None
    return tell_fact(fact.field, value)
