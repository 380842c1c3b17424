"""Rows that the ledgers of the register begin with: visible, of an area, with what is known of a year beside them."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from households.models import CountyYear, Headship, Household, HouseholdPlace, Membership, Pairing
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

RIGHT = "household.export"
# What the ledgers say of whom they list (households_counted).
COUNTED = "户、户主、人口为截至时在册情况，年度已关闭的为核算期末在册情况"
_EVER_REGISTERED = ("registered", "merged", "closed")


def households_of(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Household]:
    """Households on the register now, with `survey` and `result` of the year beside them (NULL: none)."""
    rows = Household.objects.visible_to(user, right).under(area_code).on_register()
    return rows.annotate(
        survey=FilteredRelation("surveys", condition=Q(surveys__year=year)),
        result=FilteredRelation("assessments", condition=Q(assessments__year=year)),
    )


def helper_names(household: str = "pk") -> ArraySubquery:
    """Names of who helps the household of a row today, the first helper first. `household`: its place in the row."""
    pairings = Pairing.objects.open_on(timezone.localdate()).filter(household=OuterRef(household))
    return ArraySubquery(pairings.order_by("order", "pk").values("helper__name"))


def households_counted(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Household]:
    """Households as the ledgers of a year list them, with `survey`, `result`, and `its_head`, `its_head_identity` and
    `its_size` for head and members.

    While the year is open: who is on the register, as it is today. Of a closed year: who was on it at the end of the
    accounting period, with head and members of that day, also where the household was closed or merged since.
    """
    closed = _closed_counties(area_code, year)
    if not closed:
        rows = households_of(user, area_code, year, right)
        return rows.annotate(
            its_head=F("head_name"), its_head_identity=F("head__identity"), its_size=F("size")
        )
    rows = Household.objects.visible_to(user, right).under(area_code)
    rows = rows.annotate(data_on=_day(closed, "area_id", area_code, open_on=timezone.localdate()))
    places = HouseholdPlace.objects.filter(valid_at(OuterRef("data_on")), household=OuterRef("pk"))
    rows = rows.filter(Exists(places), state__in=_EVER_REGISTERED)
    return rows.annotate(
        survey=FilteredRelation("surveys", condition=Q(surveys__year=year)),
        result=FilteredRelation("assessments", condition=Q(assessments__year=year)),
        **_of_that_day("pk"),
    )


def persons_counted(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Membership]:
    """Members of households as the ledgers of a year list them, heads first, with their `facts` of the year (NULL:
    none), `result`, `asked_year`, and head and members of the household as `households_counted`.

    Who is a member: of a year that is closed, whoever was at the end of its accounting period, wherever the household
    is now; else whoever is today. `data_on` is that day, `period_end` the same, NULL while the year is open.
    """
    closed = _closed_counties(area_code, year)
    rows = Membership.objects.visible_to(user, right).filter(
        within("household__area_id", [area_code]), _counted(closed, area_code)
    )
    rows = rows.annotate(
        facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=year)),
        result=FilteredRelation("household__assessments", condition=Q(household__assessments__year=year)),
        asked_year=Value(year, SmallIntegerField()),
        rank=Case(When(relation="head", then=Value(0)), default=Value(1), output_field=SmallIntegerField()),
        data_on=_day(closed, "household__area_id", area_code, open_on=timezone.localdate()),
        period_end=_day(closed, "household__area_id", area_code, open_on=None),
    )
    if closed:
        return rows.annotate(**_of_that_day("household"))
    return rows.annotate(
        its_head=F("household__head_name"),
        its_head_identity=F("household__head__identity"),
        its_size=F("household__size"),
    )


def persons_of(user, area_code: str, year: int, right: str = RIGHT) -> QuerySet[Membership]:
    """The same for work that is to be done: only of households that are on the register now."""
    return persons_counted(user, area_code, year, right).filter(household__state="registered")


def _day(closed: dict[date, list[str]], area: str, area_code: str, *, open_on: date | None) -> Case | Value:
    """The day whose members count, in the county of a row's village (`area`); `open_on` where the year is open."""
    if (
        not closed or len(area_code) >= 6
    ):  # at most one county: the planner knows a day, but no choice of days
        return Value(next(iter(closed), open_on), DateField())
    return Case(
        *(When(within(area, codes), then=Value(day)) for day, codes in closed.items()),
        default=Value(open_on),
        output_field=DateField(),
    )


def _of_that_day(household: str) -> dict[str, Any]:
    """Head and number of members on the day `data_on` of a row; `household`: the household's place in the row."""
    heads = Headship.objects.filter(valid_at(OuterRef("data_on")), household=OuterRef(household))
    members = Membership.objects.filter(valid_at(OuterRef("data_on")), household=OuterRef(household))
    counted = members.order_by().values("household").annotate(found=Count("pk")).values("found")
    return {
        "its_head": Subquery(heads.values("member__name")[:1]),
        "its_head_identity": Subquery(heads.values("member__identity")[:1]),
        "its_size": Coalesce(Subquery(counted), 0),
    }


def _closed_counties(area_code: str, year: int) -> dict[date, list[str]]:
    """Codes of the counties of an area whose year is closed, by the last day of its accounting period."""
    closed: dict[date, list[str]] = {}
    counties = CountyYear.objects.filter(within("area_id", [area_code[:6]]), year=year, state="closed")
    for county, period_to in counties.order_by("area_id").values_list("area_id", "period_to"):
        closed.setdefault(period_to, []).append(county)
    return closed


def _counted(closed: dict[date, list[str]], area_code: str) -> Q:
    """Condition on Membership: it covers the day that counts in its county."""
    today = valid_at(timezone.localdate()) & Q(household__state="registered")
    if not closed:
        return today
    condition = Q()
    for period_to, codes in closed.items():
        condition |= within("household__area_id", codes) & valid_at(period_to)
    condition &= Q(household__state__in=_EVER_REGISTERED)
    if len(area_code) >= 6:  # one county, and it is closed
        return condition
    every = [code for codes in closed.values() for code in codes]
    return condition | (~within("household__area_id", every) & today)
