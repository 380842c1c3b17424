"""Agreements of a year with their results, who has none, and what it comes to. Few queries for many agreements."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, FilteredRelation, Q, Sum

from villages.models import AgreementResult, EnterpriseAgreement, VillagePost


@dataclass(frozen=True)
class Line:
    """An agreement with its result of the year (None: none yet)."""

    agreement: EnterpriseAgreement
    result: AgreementResult | None


@dataclass(frozen=True)
class Totals:
    """What the agreements come to; `agreements` = `told` + `untold`. Yuan, households, persons of those told."""

    agreements: int
    told: int
    enterprises: int
    villages: int
    promised: Decimal
    amount: Decimal
    households: int
    persons: int

    @property
    def untold(self) -> int:
        return self.agreements - self.told


def _with_result(agreements, year: int):
    """Annotate `of_year`: the result of a year that counts; there is one at most."""
    of_year = FilteredRelation("results", condition=Q(results__year=year, results__is_current=True))
    return agreements.annotate(of_year=of_year)


def lines(agreements, year: int, *, told: bool | None = None, most: int | None = None) -> list[Line]:
    """These agreements (a queryset) with their results of a year, those without one first; two queries.

    `told`: only those with a result, or without one; `most`: the first so many.
    """
    rows = _with_result(agreements, year)
    if told is not None:
        rows = rows.filter(of_year__isnull=not told)
    rows = rows.annotate(is_told=Q(of_year__isnull=False)).order_by(
        "is_told", "post__village__area_id", "signed_on", "pk"
    )
    rows = rows.select_related("post__unit", "post__village__area")
    found = list(rows[:most])
    results = AgreementResult.objects.current().filter(agreement__in=found, year=year)
    known = {one.agreement_id: one for one in results}
    return [Line(row, known.get(row.pk)) for row in found]


def totals(agreements, year: int) -> Totals:
    """What these agreements (a queryset) come to in a year; an enterprise of two villages counts once, a promise without
    a sum as none. One query.
    """
    found = _with_result(agreements, year).aggregate(
        agreements=Count("pk"),
        told=Count("of_year"),
        enterprises=Count("post__unit", distinct=True),
        villages=Count("post__village", distinct=True),
        promised=Sum("promised", default=Decimal(0)),
        amount=Sum("of_year__amount", default=Decimal(0)),
        households=Sum("of_year__households", default=0),
        persons=Sum("of_year__persons", default=0),
    )
    return Totals(**found)


def without_agreement(posts):
    """Of these posts (a queryset) those of enterprises that help a village today by no agreement in force."""
    agreed = EnterpriseAgreement.objects.open_on()
    rows = VillagePost.objects.open_on().filter(pk__in=posts.values("pk"), post="enterprise")
    rows = rows.filter(village__ended_on__isnull=True).exclude(pk__in=agreed.values("post"))
    return rows.select_related("unit", "village__area").order_by("village__area_id", "pk")
