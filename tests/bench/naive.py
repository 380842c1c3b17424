"""What most people write: fetch a household, loop over its members, decide in Python, update_or_create the result."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from households.models import Assessment, Household, MemberSurvey, Survey
from poverty.areas.models import SettlementFact

PERIOD_TO = date(2018, 9, 30)
UNMET, UNKNOWN, MET, NOT_ASSESSED = range(4)
FINISHED = ("", "junior_middle", "senior_middle", "college_or_above", "junior_college", "bachelor_or_above")


def judge_row_by_row(ids: list[int], standard_id: int, line: Decimal) -> int:
    """Judge these households by all eleven indicators and save the results; returns how many were judged."""
    judged = 0
    for household_id in ids:
        household = Household.objects.get(pk=household_id)
        if household.state == "pending" or (household.closed_on and household.closed_on <= PERIOD_TO):
            continue
        survey = Survey.objects.get(household=household, year=2018)
        memberships = [
            one
            for one in household.memberships.select_related("member")
            if one.valid_from <= PERIOD_TO and (one.valid_to is None or one.valid_to > PERIOD_TO)
        ]
        if sum(one.relation == "head" for one in memberships) != 1:
            continue
        people = [
            (one.member, MemberSurvey.objects.filter(member=one.member, year=2018).first())
            for one in memberships
        ]
        per_head = _per_head(survey, len(people))
        states = _states(survey, people, per_head, line)
        verdict = min(MET, *states.values())
        Assessment.objects.update_or_create(
            household=household,
            year=2018,
            defaults={
                "standard_id": standard_id,
                "facts_version": household.facts_version,
                "area_id": survey.area_id,
                "members": len(people),
                "net_income_per_head": per_head,
                "verdict": verdict,
                "judged_at": timezone.now(),
                **states,
            },
        )
        judged += 1
    return judged


def _per_head(survey: Survey, members: int) -> Decimal | None:
    parts = (survey.wage_income, survey.production_income, survey.property_income, survey.transfer_income)
    if None in parts or survey.production_expense is None:
        return None
    net = sum(parts) - survey.production_expense
    return (net / members).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _states(survey: Survey, people: list, per_head: Decimal | None, line: Decimal) -> dict[str, int]:
    income = UNKNOWN if per_head is None else (MET if per_head > line else UNMET)
    supplied = {}
    if survey.settlement_id:
        for one in SettlementFact.objects.filter(settlement_id=survey.settlement_id):
            if one.valid_from <= PERIOD_TO and (one.valid_to is None or one.valid_to > PERIOD_TO):
                supplied[one.fact] = one.reached
    return {
        "income": income,
        "food": _said(survey.food_ok if survey.visited_on else None),
        "clothing": _said(survey.clothing_ok if survey.visited_on else None),
        "education": _worst([_schooling(member, facts) for member, facts in people]),
        "medical": _worst([_insured(member, facts) for member, facts in people]),
        "housing": _housing(survey),
        "water": _said(_own(survey.water_solved, supplied.get("water"))),
        "power": _said(_own(survey.has_power, supplied.get("power"))),
        "broadcasting": _said(_own(survey.has_broadcasting, supplied.get("broadcasting"))),
        "road": _said(_own(survey.road_reached, supplied.get("road"))),
        "stable_income": _stable(survey, [_earning(member, facts) for member, facts in people]),
    }


def _said(answer: bool | None) -> int:
    return UNKNOWN if answer is None else (MET if answer else UNMET)


def _own(own: bool | None, supplied: bool | None) -> bool | None:
    return supplied if own is None else own


def _worst(states: list[int]) -> int:
    return min(states)


def _schooling(member, facts) -> int:
    born = member.birth_date
    if born is None:
        return UNKNOWN
    if born <= date(2002, 9, 1) or born > date(2012, 9, 1):
        return NOT_ASSESSED
    if facts is None:
        return UNKNOWN
    if facts.school_exemption or facts.school_status not in (
        "",
        "not_at_school",
        "preschool_age",
        "preschool",
    ):
        return MET
    if facts.school_status != "not_at_school":
        return UNKNOWN
    if facts.dropout_reason in ("illness", "disability", "illness_or_disability"):
        return MET
    if born <= date(2004, 9, 1):
        may_have_finished = facts.education_level in FINISHED
        if facts.graduated_grade_nine:
            return MET if may_have_finished else UNKNOWN
        if facts.graduated_grade_nine is None and may_have_finished:
            return UNKNOWN
    return UNMET


def _insured(member, facts) -> int:
    if facts and facts.special_state in ("active_service", "imprisoned", "missing"):
        return NOT_ASSESSED
    if facts and (facts.resident_insurance or facts.employee_insurance):
        return MET
    if member.birth_date and member.birth_date >= date(2018, 7, 2):
        return NOT_ASSESSED
    if (
        member.birth_date
        and facts
        and facts.resident_insurance is False
        and facts.employee_insurance is False
    ):
        return UNMET
    return UNKNOWN


def _earning(member, facts) -> int:
    if facts and (facts.receives_dibao or facts.receives_tekun):
        return MET
    born = member.birth_date
    if born and born > date(2002, 9, 30):
        return NOT_ASSESSED
    if facts is None:
        return UNKNOWN
    if facts.work_months is not None and facts.work_months >= 6:
        return MET
    old = born is not None and born <= date(1958, 9, 30)
    if old and (facts.resident_pension or facts.employee_pension):
        return MET
    answered = (
        facts.work_months is not None and facts.receives_dibao is False and facts.receives_tekun is False
    )
    if old:
        answered = answered and facts.resident_pension is False and facts.employee_pension is False
    return UNMET if born and answered else UNKNOWN


def _housing(survey: Survey) -> int:
    if survey.housing_safety in ("renovated", "guaranteed"):
        return MET
    safe, dangerous = survey.dangerous_grade in ("a", "b"), survey.dangerous_grade in ("c", "d")
    if (survey.is_dangerous_house and safe) or (survey.is_dangerous_house is False and dangerous):
        return UNKNOWN
    if survey.is_dangerous_house or dangerous:
        return UNMET
    return MET if safe or survey.is_dangerous_house is False else UNKNOWN


def _stable(survey: Survey, states: list[int]) -> int:
    if not survey.visited_on:
        return UNKNOWN
    if survey.has_industry or MET in states:
        return MET
    return UNKNOWN if survey.has_industry is None or UNKNOWN in states else UNMET
