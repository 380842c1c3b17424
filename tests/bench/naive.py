"""What most people write: fetch a household, loop over its members, update_or_create the result."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from households.models import Household, Survey

PERIOD_TO = date(2018, 9, 30)


def judge_row_by_row(ids: list[int], standard_id: int, line: Decimal) -> int:
    """Judge by three of the indicators only, which favours the naive way; returns how many were met."""
    met = 0
    for household_id in ids:
        household = Household.objects.get(pk=household_id)
        survey = Survey.objects.get(household=household, year=2018)
        members = [
            one
            for one in household.memberships.select_related("member")
            if one.valid_from <= PERIOD_TO and (one.valid_to is None or one.valid_to > PERIOD_TO)
        ]
        parts = (survey.wage_income, survey.production_income, survey.property_income, survey.transfer_income)
        income = None
        if None not in parts and survey.production_expense is not None and members:
            income = ((sum(parts) - survey.production_expense) / len(members)).quantize(
                Decimal("0.01"), ROUND_HALF_UP
            )
        insured = all(
            facts.resident_insurance or facts.employee_insurance
            for one in members
            for facts in one.member.surveys.filter(year=2018)
        )
        verdict = 2 if income is not None and income > line and insured and survey.water_solved else 0
        household.assessments.update_or_create(
            year=2018,
            defaults={
                "standard_id": standard_id,
                "facts_version": household.facts_version,
                "area_id": survey.area_id,
                "members": len(members),
                "net_income_per_head": income,
                "verdict": verdict,
                "judged_at": survey.recorded_at,
            },
        )
        met += verdict == 2
    return met
