"""Rows that the ledgers of the register begin with: visible, of an area, with what is known of a year beside them."""

from datetime import date

from django.db.models import Case, FilteredRelation, Q, QuerySet, SmallIntegerField, Value, When
from django.utils import timezone

from households.models import CountyYear, Household, Membership
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

RIGHT = "household.export"


def households_of(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Household]:
    """Registered households with `survey` and `result` of the year beside them (NULL: none)."""
    rows = Household.objects.visible_to(user, right).under(area_code).on_register()
    return rows.annotate(
        survey=FilteredRelation("surveys", condition=Q(surveys__year=year)),
        result=FilteredRelation("assessments", condition=Q(assessments__year=year)),
    )


def persons_of(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Membership]:
    """Members of registered households with their `facts` of the year (NULL: none) and `asked_year`, heads first.

    Who is a member: of a year that is closed, whoever was at the end of its accounting period, else whoever is today.
    """
    rows = Membership.objects.visible_to(user, right).filter(
        within("household__area_id", [area_code]), _counted(area_code, year), household__state="registered"
    )
    return rows.annotate(
        facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)),
        result=FilteredRelation("household__assessments", condition=Q(household__assessments__year=year)),
        asked_year=Value(year, SmallIntegerField()),
        rank=Case(When(relation="head", then=Value(0)), default=Value(1), output_field=SmallIntegerField()),
    )


def _counted(area_code: str, year: int) -> Q:
    """Condition on Membership: it covers the day that counts in its county."""
    closed: dict[date, list[str]] = {}
    counties = CountyYear.objects.filter(within("area_id", [area_code[:6]]), year=year, state="closed")
    for county, period_to in counties.values_list("area_id", "period_to"):
        closed.setdefault(period_to, []).append(county)
    if not closed:
        return valid_at(timezone.localdate())
    condition = Q()
    for period_to, codes in closed.items():
        condition |= within("household__area_id", codes) & valid_at(period_to)
    if len(area_code) >= 6:  # one county, and it is closed
        return condition
    every = [code for codes in closed.values() for code in codes]
    return condition | (~within("household__area_id", every) & valid_at(timezone.localdate()))
