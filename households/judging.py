"""Judging: measure and compare with the standard, for one household as for a million. ORM expressions throughout
(indicators.py); storing.py writes what differs.
"""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import (
    Case,
    CharField,
    Exists,
    Expression,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django_cte import CTE, with_cte

from households.compiled import compiled_for
from households.indicators import INDICATORS, MEMBER_STATES, member_totals
from households.models import (
    INDICATOR_COLUMNS,
    HouseholdPlace,
    LeftOut,
    Membership,
    Survey,
)
from households.rules import Rules
from poverty.areas.models import SettlementFact
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from poverty.sql.periods import valid_at
from poverty.sql.prepared import execute_prepared
from poverty.standards.models import Requirement, Standard

_JOINED_OUTER = "LEFT OUTER JOIN"
_LOOKUPS = {"gt": "gt", "ge": "gte", "lt": "lt", "le": "lte", "eq": "exact"}


def memberships_with_states(
    rules: Rules, condition: Q, states: Iterable[str] = tuple(MEMBER_STATES)
) -> QuerySet[Membership]:
    """Memberships that count for the year, each annotated with schooling_state, insurance_state, earning_state, or
    those that are named ("insurance").

    The same rows whether one household's members are explained or all are counted.
    """
    rows = (
        Membership.objects.counted_on(rules.period_to)
        .filter(condition)
        .annotate(facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=rules.year)))
    )
    return rows.annotate(**{f"{name}_state": MEMBER_STATES[name](rules) for name in states})


def measured(rules: Rules, condition: Q, *, household_ids: Sequence[int] | None = None) -> QuerySet[Survey]:
    """Surveys of the year with everything measured: totals of members, supplies, and measured_<indicator>.

    `condition` selects surveys; `household_ids` narrows surveys and members together, so that one household
    costs one household.
    """
    surveys = Survey.objects.filter(condition, year=rules.year)
    whose = Q()
    if household_ids is not None:
        surveys = surveys.filter(household__in=household_ids)
        whose = Q(household__in=household_ids)
    totals = CTE(
        memberships_with_states(rules, whose).values("household_id").annotate(**member_totals()),
        name="totals",
    )
    supplies = CTE(
        SettlementFact.objects.filter(valid_at(rules.period_to))
        .values("settlement_id")
        .annotate(**{kind: BoolOr("reached", filter=Q(fact=kind)) for kind in SettlementFact.Fact.values}),
        name="supplies",
    )
    surveys = totals.join(surveys, household_id=totals.col.household_id, _join_type=_JOINED_OUTER)
    surveys = supplies.join(surveys, settlement_id=supplies.col.settlement_id, _join_type=_JOINED_OUTER)
    surveys = with_cte(totals, supplies, select=surveys)
    surveys = surveys.annotate(
        **{name: Coalesce(getattr(totals.col, name), Value(0)) for name in member_totals()},
        **{f"supply_{kind}": getattr(supplies.col, kind) for kind in SettlementFact.Fact.values},
    )
    return surveys.annotate(
        **{f"measured_{code}": indicator.measure(rules) for code, indicator in INDICATORS.items()}
    )


def state_of(requirement: Requirement) -> Case:
    """The state of one requirement over measured surveys: not assessed, met, unknown or unmet."""
    indicator = INDICATORS[requirement.indicator]
    measure = f"measured_{indicator.code}"
    if requirement.comparison == "is_true":
        met = Q(**{measure: True})
    else:
        met = Q(**{f"{measure}__{_LOOKUPS[requirement.comparison]}": requirement.threshold})
    whens = [] if indicator.applies is None else [When(~indicator.applies, then=Value(NOT_ASSESSED))]
    return Case(
        *whens,
        When(met, then=Value(MET)),
        When(**{f"{measure}__isnull": True}, then=Value(UNKNOWN)),
        default=Value(UNMET),
        output_field=SmallIntegerField(),
    )


def _verdict(codes: Sequence[str]) -> Case:
    """One failed indicator: unmet, whatever else is unknown; else one unknown: unknown; else met. (architecture 7)"""
    unmet, unknown = Q(pk__in=[]), Q(pk__in=[])
    for code in codes:
        unmet |= Q(**{f"state_{code}": UNMET})
        unknown |= Q(**{f"state_{code}": UNKNOWN})
    return Case(
        When(unmet, then=Value(UNMET)),
        When(unknown, then=Value(UNKNOWN)),
        default=Value(MET),
        output_field=SmallIntegerField(),
    )


# Not judged and not listed either: a household that is not on the register at the end of the period. It is
# selected all the same, so that a result from the time when it was is withdrawn.
GONE = "gone"


def _left_out(rules: Rules) -> Case:
    gone = Q(household__state="pending") | Q(household__closed_on__lte=rules.period_to)
    placed = HouseholdPlace.objects.filter(household=OuterRef("household"), valid_from__lte=rules.period_to)
    return Case(
        When(gone, then=Value(GONE)),
        When(Q(members=0) & ~Exists(placed), then=Value(LeftOut.Reason.REGISTERED_LATER.value)),
        When(members=0, then=Value(LeftOut.Reason.NO_MEMBER.value)),
        When(heads=0, then=Value(LeftOut.Reason.NO_HEAD.value)),
        When(heads__gt=1, then=Value(LeftOut.Reason.TWO_HEADS.value)),
        default=Value(None),
        output_field=CharField(null=True),
    )


def judged(rules: Rules, standard: Standard, condition: Q, *, household_ids=None) -> QuerySet[Survey]:
    """Measured surveys with state_<indicator> (NULL: not in the standard), verdict, and left_out.

    left_out is NULL where the household is judged, else a LeftOut.Reason or GONE.
    """
    surveys = measured(rules, condition, household_ids=household_ids)
    requirements = {one.indicator: one for one in standard.requirements.all()}
    states: dict[str, Expression] = {
        f"state_{code}": state_of(requirements[code])
        if code in requirements
        else Cast(Value(None), SmallIntegerField())
        for code in INDICATOR_COLUMNS
    }
    surveys = surveys.annotate(**states)
    return surveys.annotate(
        verdict=_verdict([code for code in INDICATOR_COLUMNS if code in requirements]),
        left_out=_left_out(rules),
    )


def judged_one(
    rules: Rules, standard: Standard, household_id: int, names: tuple[str, ...] = ()
) -> SimpleNamespace | None:
    """Everything measured of one household, as `judged` names it, without storing; None: no survey of the year.

    `names`: only these of it. The statement is compiled once for each standard and set of rules, as for a save.
    """
    names = names or (
        "left_out",
        "verdict",
        *member_totals(),
        *(f"{kind}_{code}" for kind in ("measured", "state") for code in INDICATOR_COLUMNS),
    )

    def rows(one: int) -> QuerySet:
        return judged(rules, standard, Q(), household_ids=[one]).order_by().values_list(*names)

    text = compiled_for(("one", rules, known_by(standard), names), rows)
    found = execute_prepared(text, ["bigint"], [household_id]) if text else []
    return SimpleNamespace(**dict(zip(names, found[0], strict=True))) if found else None


_asked: dict[tuple, tuple] = {}
_LIMIT = 1000  # standards known; a county has one for each open year


def known_by(standard: Standard) -> tuple:
    """What its statement depends on: what it asks. Standards that ask the same share one statement and its plan.

    The rows of a published standard never change (a correction is another standard), so they are read once.
    """
    key = (standard.pk, standard.published_at)
    asked = _asked.get(key)
    if asked is None:
        rows = standard.requirements.order_by().values_list("indicator", "comparison", "threshold")
        asked = tuple(sorted(rows, key=lambda row: row[0]))
        if standard.published_at is not None:
            if len(_asked) >= _LIMIT:
                _asked.clear()
            _asked[key] = asked
    return asked
