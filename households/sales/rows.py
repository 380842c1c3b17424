"""Agreements of a place and year with what was bought, those without a result first; what it comes to; households with an
industry and no agreement. Few statements for many rows.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from households.benefits.entitlement import households_in_question
from households.benefits.querysets import seen_of
from households.models import Household, SaleAgreement, SaleResult
from households.sales.querysets import SECTORS
from poverty.sql.prefix import within

UNTOLD, TOLD, TO_COME, WITHOUT = "untold", "told", "to_come", "without"


def agreements(user, area_code: str, year: int) -> QuerySet[SaleAgreement]:
    """In force on a day of the year, of households that stand in a place now; `of_year`: the year's result, if any."""
    rows = (
        SaleAgreement.objects.visible_to(user).in_year(year).filter(within("household__area_id", [area_code]))
    )
    return with_result(rows, year)


def with_result(rows: QuerySet[SaleAgreement], year: int) -> QuerySet[SaleAgreement]:
    """Annotate `of_year`: the result of a year that counts; there is one at most."""
    of_year = FilteredRelation("results", condition=Q(results__year=year, results__is_current=True))
    return rows.annotate(of_year=of_year)


def results_of(rows, year: int) -> dict[int, SaleResult]:
    """By agreement: the result of a year that counts."""
    found = SaleResult.objects.current().filter(agreement__in=[one.pk for one in rows], year=year)
    return {one.agreement_id: one for one in found}


def without_agreement(user, area_code: str, year: int) -> QuerySet[Household]:
    """Households in question of the year that have an industry (是否有产业) and no agreement in force in it."""
    agreed = SaleAgreement.objects.in_year(year).filter(household=OuterRef("pk"))
    rows = Household.objects.filter(seen_of(user, SECTORS)).under(area_code)
    rows = households_in_question(rows, year).filter(survey__has_industry=True)
    return rows.filter(~Exists(agreed))


@dataclass(frozen=True)
class Totals:
    """What the agreements of a year come to: `agreements` = `told` + `untold` + `to_come`; `paid` in yuan, of those told."""

    agreements: int
    told: int
    to_come: int  # begin later in the year: nothing can be told yet
    households: int
    businesses: int
    paid: Decimal

    @property
    def untold(self) -> int:
        """Without a result of the year."""
        return self.agreements - self.told - self.to_come


def in_state(rows: QuerySet[SaleAgreement], state: str) -> QuerySet[SaleAgreement]:
    """Of rows `with_result` those with a result (TOLD), without one (UNTOLD), or that have not begun (TO_COME)."""
    if state == TOLD:
        return rows.filter(of_year__isnull=False)
    begun = Q(period_from__lte=timezone.localdate())
    return rows.filter(begun if state == UNTOLD else ~begun, of_year=None)


def totals(rows: QuerySet[SaleAgreement]) -> Totals:
    """Of rows `with_result`; one statement. A business of several households counts once by its name."""
    found = rows.aggregate(
        agreements=Count("pk"),
        told=Count("of_year"),
        to_come=Count("pk", filter=Q(of_year=None, period_from__gt=timezone.localdate())),
        households=Count("household", distinct=True),
        businesses=Count("business", distinct=True),
        paid=Sum("of_year__paid", default=Decimal(0)),
    )
    return Totals(**found)


def paid_in(household_id: int, year: int) -> Decimal | None:
    """Yuan that businesses paid a household in a year by agreements, for the page of its income; None: nothing told."""
    rows = SaleResult.objects.current().filter(agreement__household=household_id, year=year)
    return rows.aggregate(paid=Sum("paid"))["paid"]
