"""Judging villages: measure and compare with the standard, for one village as for a county. ORM expressions throughout
(indicators.py); storing.py writes what differs.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import (
    Case,
    DecimalField,
    Expression,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Cast, Round

from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.standards.comparisons import Comparison
from poverty.standards.models import Requirement, Standard
from villages.incidence import leaving, persons, poor_households, share
from villages.indicators import INDICATORS, SCORE
from villages.models import INDICATOR_COLUMNS, VillageYear

_LOOKUPS = {"gt": "gt", "ge": "gte", "lt": "lt", "le": "lte", "eq": "exact"}
_SCORE = DecimalField(max_digits=6, decimal_places=2)
# Now, and after this batch: what ends in this reads the incidence that will be.
NOW, THEN = "", "_after"


def measured(condition: Q, year: int) -> QuerySet[VillageYear]:
    """Facts of the year with everything measured: poor_persons, leaving_persons, measured_<indicator>, and
    measured_incidence_after.
    """
    rows = VillageYear.objects.filter(condition, year=year, village__ended_on__isnull=True)
    poor = poor_households()
    rows = rows.annotate(poor_persons=persons(poor), leaving_persons=persons(poor.filter(leaving(year))))
    rows = rows.annotate(
        **{f"measured_{code}": indicator.measure() for code, indicator in INDICATORS.items()},
    )
    left = F("poor_persons") - F("leaving_persons")
    return rows.annotate(measured_incidence_after=share(left, "agricultural_population"))


def state_of(requirement: Requirement, suffix: str = NOW) -> Case:
    """The state of one requirement over measured rows: met, unknown or unmet."""
    code = requirement.indicator
    measure = f"measured_{code}" + (suffix if code == "incidence" else "")
    if requirement.comparison == Comparison.IS_TRUE:
        met = Q(**{measure: True})
    else:
        met = Q(**{f"{measure}__{_LOOKUPS[requirement.comparison]}": requirement.threshold})
    return _states(When(met, then=Value(MET)), When(**{f"{measure}__isnull": True}, then=Value(UNKNOWN)))


def _states(*whens: When, default: int = UNMET) -> Case:
    return Case(*whens, default=Value(default), output_field=SmallIntegerField())


def judged(standard: Standard, condition: Q, year: int) -> QuerySet[VillageYear]:
    """Measured rows with state_<indicator> (NULL: not in the standard), score and verdict, now and after this batch."""
    rows = measured(condition, year)
    requirements = {one.indicator: one for one in standard.requirements.all()}
    rows = rows.annotate(
        **{
            f"state_{code}": state_of(requirements[code]) if code in requirements else _absent()
            for code in INDICATOR_COLUMNS
            if code != SCORE.code
        },
        state_incidence_after=state_of(requirements["incidence"], THEN)
        if "incidence" in requirements
        else _absent(),
    )
    for suffix in (NOW, THEN):
        rows = _scored(rows, requirements, suffix)
        obligatory = obligatory_codes(requirements.values())
        rows = rows.annotate(**{f"verdict{suffix}": _verdict([_state(code, suffix) for code in obligatory])})
    return rows


def obligatory_codes(requirements: Sequence[Requirement]) -> list[str]:
    """Which requirements must be met one by one: all of them, unless the standard asks for a score; then its weighted
    rows only count towards that, but those that veto.
    """
    rows = list(requirements)
    by_score = any(one.indicator == SCORE.code for one in rows)
    return [one.indicator for one in rows if not by_score or one.veto or one.weight is None]


def _absent() -> Expression:
    return Cast(Value(None), SmallIntegerField())


def _state(code: str, suffix: str) -> str:
    return f"state_{code}" + (suffix if code in ("incidence", SCORE.code) else "")


def _scored(rows: QuerySet, requirements: dict[str, Requirement], suffix: str) -> QuerySet:
    """Add measured_score, what the score can still become when everything unknown turns out well, and its state."""
    asked = requirements.get(SCORE.code)
    weighted = [one for one in requirements.values() if one.weight and one.indicator != SCORE.code]
    whole = sum((one.weight for one in weighted), Decimal(0))
    if asked is None or not whole:
        # A score of nothing is never reached: a standard that asks for one must weigh something.
        state = _absent() if asked is None else _states(default=UNKNOWN)
        nothing = Cast(Value(None), _SCORE)
        return rows.annotate(**{f"measured_score{suffix}": nothing, f"state_score{suffix}": state})

    def points(*states: int) -> Expression:
        total: Expression = Value(Decimal(0), output_field=_SCORE)
        for one in weighted:
            reached = Q(**{f"{_state(one.indicator, suffix)}__in": states})
            total += Case(
                When(reached, then=Value(one.weight)), default=Value(Decimal(0)), output_field=_SCORE
            )
        percent = total * Value(Decimal(100), output_field=_SCORE) / Value(whole, output_field=_SCORE)
        return Round(ExpressionWrapper(percent, output_field=_SCORE), precision=2, output_field=_SCORE)

    score, best = f"measured_score{suffix}", f"best_score{suffix}"
    rows = rows.annotate(**{score: points(MET, NOT_ASSESSED), best: points(MET, NOT_ASSESSED, UNKNOWN)})
    lookup = _LOOKUPS[asked.comparison]
    state = _states(
        When(**{f"{score}__{lookup}": asked.threshold}, then=Value(MET)),
        When(**{f"{best}__{lookup}": asked.threshold}, then=Value(UNKNOWN)),
    )
    return rows.annotate(**{f"state_score{suffix}": state})


def _verdict(states: Sequence[str]) -> Case:
    """One failed requirement: unmet, whatever else is unknown; else one unknown: unknown; else met. (architecture 7)"""
    unmet, unknown = Q(pk__in=[]), Q(pk__in=[])
    for one in states:
        unmet |= Q(**{one: UNMET})
        unknown |= Q(**{one: UNKNOWN})
    return _states(When(unmet, then=Value(UNMET)), When(unknown, then=Value(UNKNOWN)), default=MET)
