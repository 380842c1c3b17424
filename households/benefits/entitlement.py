"""Who is entitled to a policy: yes, no, or not known. The same expressions ask one household and a million."""

from collections.abc import Iterable
from datetime import date

from django.db.models import (
    Exists,
    Expression,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone

from households.benefits.conditions import Terms, compiled, lines_needed
from households.benefits.models import Policy
from households.models import Household, Membership, Monitoring
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS
from households.options.policy_options import MEMBER
from poverty.parameters.services import values_for
from poverty.sql.periods import valid_at

NO, UNKNOWN, YES = 0, 1, 2
_POOR = [key for key in HOUSEHOLD_KINDS.keys if key != GENERAL_RURAL]
WORDS = {YES: "应享受", UNKNOWN: "待核实", NO: "不属于"}


def day_of(year: int) -> date:
    """The day whose members count for a year: its last one, or today while it runs."""
    return min(date(year, 12, 31), timezone.localdate())


def terms_for(policies: Iterable[Policy], area_code: str, year: int, of: str) -> Terms:
    """What conditions are compiled with, for policies of a place and year. One query where a line is asked about."""
    codes = lines_needed(policies)
    day = day_of(year)
    lines = values_for(codes, area_code, day) if codes else {}
    return Terms(year, day, lines, of)


def households_in_question(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Those whom the catalogue is about: on the poverty register, exited or not, or under watch, on the day that counts
    for a year; with the facts of the year beside them as `survey` and `result`.
    """
    return _in_question(rows, year, "").annotate(
        survey=FilteredRelation("surveys", condition=Q(surveys__year=year)),
        result=FilteredRelation("assessments", condition=Q(assessments__year=year)),
    )


def members_in_question(rows: QuerySet[Household], year: int) -> QuerySet[Membership]:
    """The members of such households on the day that counts, with `facts`, `survey` and `result` of the year."""
    members = Membership.objects.filter(valid_at(day_of(year)), household__in=rows.values("pk"))
    return _in_question(members, year, "household__").annotate(
        facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)),
        survey=FilteredRelation("household__surveys", condition=Q(household__surveys__year=year)),
        result=FilteredRelation("household__assessments", condition=Q(household__assessments__year=year)),
    )


def _in_question(rows: QuerySet, year: int, household: str) -> QuerySet:
    """Of households, or of rows that lead to one by `household`. A year that is over is asked of its dated rows: what a
    household became since changes no figure of it.
    """
    day = day_of(year)
    watched = Exists(
        Monitoring.objects.filter(
            Q(removed_on__isnull=True) | Q(removed_on__gt=day),
            household=OuterRef(household.removesuffix("__") or "pk"),
            identified_on__lte=day,
        )
    )
    if day == timezone.localdate():
        rows = rows.filter(**{f"{household}state": Household.State.REGISTERED})
        return rows.filter(~Q(**{f"{household}kind": GENERAL_RURAL}) | Q(watched))
    closed = f"{household}closed_on"
    rows = rows.exclude(**{f"{household}state": Household.State.PENDING}).filter(
        Q(**{f"{closed}__isnull": True}) | Q(**{f"{closed}__gt": day})
    )
    statuses = f"{household}statuses"
    rows = rows.annotate(of_day=FilteredRelation(statuses, condition=valid_at(day, f"{statuses}__")))
    return rows.filter(Q(of_day__kind__in=_POOR) | Q(watched))


def in_question(policy: Policy, rows: QuerySet[Household], year: int) -> QuerySet:
    """Households, or memberships for a policy per person, of whom it is asked."""
    return members_in_question(rows, year) if policy.level == MEMBER else households_in_question(rows, year)


def state_of(policy: Policy, terms: Terms, *, yes: int = YES) -> Expression:
    """NO, UNKNOWN or `yes` of a row: one condition that does not hold excludes, whatever else is unknown.

    The least of its conditions, each evaluated once for a row: a million households are asked of dozens of policies.
    """
    each = [
        Coalesce(Cast(compiled(one, terms), IntegerField()) * Value(yes), Value(UNKNOWN))
        for one in policy.entitled
    ]
    if not each:
        return Value(yes, IntegerField())
    return each[0] if len(each) == 1 else Least(*each)


def level_rows(rows: QuerySet[Household], year: int, of: str) -> QuerySet:
    """The rows of a level."""
    return members_in_question(rows, year) if of == MEMBER else households_in_question(rows, year)
