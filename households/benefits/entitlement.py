"""Who is entitled to a policy: yes, no, or not known. The same expressions ask one household and a million."""

from collections.abc import Iterable
from datetime import date

from django.db.models import (
    BooleanField,
    Case,
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
from django.utils import timezone

from households.benefits.conditions import Terms, compiled, lines_needed
from households.benefits.models import Policy
from households.models import Household, Membership, Monitoring
from households.options.kinds import GENERAL_RURAL
from households.options.policy_options import MEMBER
from poverty.parameters.services import values_for
from poverty.sql.periods import valid_at

NO, UNKNOWN, YES = 0, 1, 2
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
    """Those whom the catalogue is about: on the poverty register, exited or not, or under watch; with the facts of a
    year beside them as `survey` and `result`.
    """
    watched = Monitoring.objects.filter(household=OuterRef("pk"), removed_on__isnull=True)
    rows = rows.on_register().filter(~Q(kind=GENERAL_RURAL) | Q(Exists(watched)))
    return rows.annotate(
        survey=FilteredRelation("surveys", condition=Q(surveys__year=year)),
        result=FilteredRelation("assessments", condition=Q(assessments__year=year)),
    )


def members_in_question(rows: QuerySet[Household], year: int) -> QuerySet[Membership]:
    """The members of such households on the day that counts, with `facts`, `survey` and `result` of the year."""
    watched = Monitoring.objects.filter(household=OuterRef("household"), removed_on__isnull=True)
    return (
        Membership.objects.filter(
            valid_at(day_of(year)), household__state="registered", household__in=rows.values("pk")
        )
        .filter(~Q(household__kind=GENERAL_RURAL) | Q(Exists(watched)))
        .annotate(
            facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)),
            survey=FilteredRelation("household__surveys", condition=Q(household__surveys__year=year)),
            result=FilteredRelation("household__assessments", condition=Q(household__assessments__year=year)),
        )
    )


def in_question(policy: Policy, rows: QuerySet[Household], year: int) -> QuerySet:
    """Households, or memberships for a policy per person, of whom it is asked."""
    return members_in_question(rows, year) if policy.level == MEMBER else households_in_question(rows, year)


def state_of(policy: Policy, terms: Terms) -> Expression:
    """NO, UNKNOWN or YES of a row: one condition that does not hold excludes, whatever else is unknown."""
    each = [compiled(one, terms) for one in policy.entitled]
    if not each:
        return Value(YES, SmallIntegerField())
    none_fails, all_hold = Q(), Q()
    for one in each:
        none_fails &= ~Q(_failed(one))
        all_hold &= Q(_held(one))
    return Case(
        When(all_hold, then=Value(YES)),
        When(none_fails, then=Value(UNKNOWN)),
        default=Value(NO),
        output_field=SmallIntegerField(),
    )


def _held(expression: Expression) -> Case:
    return Case(When(expression, then=Value(True)), default=Value(False), output_field=BooleanField())


def _failed(expression: Expression) -> Case:
    # NOT NULL is NULL: what is not known falls through.
    return Case(When(~Q(expression), then=Value(True)), default=Value(False), output_field=BooleanField())


def with_states(policies: Iterable[Policy], rows: QuerySet, area_code: str, year: int, of: str) -> QuerySet:
    """Rows in question, each with `policy_<id>`: the state of every one of these policies (all of one level)."""
    policies = list(policies)
    terms = terms_for(policies, area_code, year, of)
    return rows.annotate(**{f"policy_{one.pk}": state_of(one, terms) for one in policies})


def level_rows(rows: QuerySet[Household], year: int, of: str) -> QuerySet:
    """The rows of a level."""
    return members_in_question(rows, year) if of == MEMBER else households_in_question(rows, year)
