"""Rows that the ledgers of the register begin with: visible, of an area, with what is known of a year beside them."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    DateField,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.utils import timezone

from households.models import CountyYear, Household, Membership, Pairing
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


def helper_names(household: str = "pk") -> ArraySubquery:
    """Names of who helps the household of a row today, the first helper first. `household`: its place in the row."""
    pairings = Pairing.objects.open_on(timezone.localdate()).filter(household=OuterRef(household))
    return ArraySubquery(pairings.order_by("order", "pk").values("helper__name"))


def persons_of(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Membership]:
    """Members of registered households with their `facts` of the year (NULL: none) and `asked_year`, heads first.

    Who is a member: of a year that is closed, whoever was at the end of its accounting period, else whoever is today;
    `data_on` is that day.
    """
    closed = _closed_counties(area_code, year)
    rows = Membership.objects.visible_to(user, right).filter(
        within("household__area_id", [area_code]), _counted(closed, area_code), household__state="registered"
    )
    return rows.annotate(
        facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)),
        result=FilteredRelation("household__assessments", condition=Q(household__assessments__year=year)),
        asked_year=Value(year, SmallIntegerField()),
        rank=Case(When(relation="head", then=Value(0)), default=Value(1), output_field=SmallIntegerField()),
        data_on=Case(
            *(When(within("household__area_id", codes), then=Value(day)) for day, codes in closed.items()),
            default=Value(timezone.localdate()),
            output_field=DateField(),
        ),
    )


def _closed_counties(area_code: str, year: int) -> dict[date, list[str]]:
    """Codes of the counties of an area whose year is closed, by the last day of its accounting period."""
    closed: dict[date, list[str]] = {}
    counties = CountyYear.objects.filter(within("area_id", [area_code[:6]]), year=year, state="closed")
    for county, period_to in counties.order_by("area_id").values_list("area_id", "period_to"):
        closed.setdefault(period_to, []).append(county)
    return closed


def _counted(closed: dict[date, list[str]], area_code: str) -> Q:
    """Condition on Membership: it covers the day that counts in its county."""
    if not closed:
        return valid_at(timezone.localdate())
    condition = Q()
    for period_to, codes in closed.items():
        condition |= within("household__area_id", codes) & valid_at(period_to)
    if len(area_code) >= 6:  # one county, and it is closed
        return condition
    every = [code for codes in closed.values() for code in codes]
    return condition | (~within("household__area_id", every) & valid_at(timezone.localdate()))
