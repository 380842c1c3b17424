"""Figures of the stored verdicts, by place and by indicator. Every number has the list that makes it.

One statement each, whatever the number of households; they count what `HouseholdFilter` lists for the same
conditions (on the register, 建档立卡), so that number and list agree.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Substr

from households.indicators import INDICATORS
from households.lacking import VISITED_ONLY
from households.models import INDICATOR_COLUMNS, Household
from poverty.areas.models import Area
from poverty.areas.querysets import length_below
from poverty.fields.states import MET, UNKNOWN, UNMET


@dataclass(frozen=True)
class PlaceFigures:
    """Households (户), persons (人) and verdicts of a place; `code` "" is the sum of all."""

    code: str
    name: str
    households: int
    persons: int
    met: int
    unmet: int
    unknown: int

    @property
    def not_judged(self) -> int:
        """Without a verdict: no facts of the year, or no standard."""
        return self.households - self.met - self.unmet - self.unknown


@dataclass(frozen=True)
class IndicatorFigures:
    """How many households do not reach an indicator, and of how many nobody knows."""

    code: str
    label: str
    unmet: int
    unknown: int
    visited_only: bool = False  # `unknown` counts only those that were visited


def counted(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households that figures count: on the poverty register now, with result and visit of the year."""
    return (
        rows.on_register()
        .registered_poor()
        .order_by()
        .annotate(
            result=FilteredRelation("assessments", condition=Q(assessments__year=year)),
            visit=FilteredRelation("surveys", condition=Q(surveys__year=year)),
        )
    )


def by_place(rows: QuerySet[Household], year: int, code: str) -> tuple[list[PlaceFigures], PlaceFigures]:
    """Figures of the places right below `code` (a village: of itself) and their sum."""
    groups = (
        counted(rows, year)
        .annotate(place=Substr("area_id", 1, length_below(code)))
        .values("place")
        .annotate(
            households=Count("pk"),
            persons=Sum("size"),
            met=Count("pk", filter=Q(result__verdict=MET)),
            unmet=Count("pk", filter=Q(result__verdict=UNMET)),
            unknown=Count("pk", filter=Q(result__verdict=UNKNOWN)),
        )
        .order_by("place")
    )
    found = list(groups)
    names = dict(Area.objects.filter(code__in=[one["place"] for one in found]).values_list("code", "name"))
    places = []
    for one in found:
        code_of_place = one.pop("place")
        places.append(PlaceFigures(code_of_place, names.get(code_of_place, code_of_place), **one))
    keys = ("households", "persons", "met", "unmet", "unknown")
    total = {key: sum(getattr(one, key) for one in places) for key in keys}
    return places, PlaceFigures("", "合计", **total)


def by_indicator(
    rows: QuerySet[Household], year: int, only: Collection[str] | None = None
) -> tuple[list[IndicatorFigures], int]:
    """Figures by indicator (those that lack anywhere), and how many households were not visited in the year.

    What only a visit tells is counted as unknown only where somebody visited: the rest is the one figure
    未走访.
    """
    codes = [code for code in INDICATOR_COLUMNS if only is None or code in only]
    wanted = {"not_visited": Count("pk", filter=Q(visit__visited_on__isnull=True))}
    for code in codes:
        unknown = Q(**{f"result__{code}": UNKNOWN})
        if code in VISITED_ONLY and only is None:
            unknown &= Q(visit__visited_on__isnull=False)
        wanted[f"{code}_unmet"] = Count("pk", filter=Q(**{f"result__{code}": UNMET}))
        wanted[f"{code}_unknown"] = Count("pk", filter=unknown)
    found = counted(rows, year).aggregate(**wanted)
    figures = [
        IndicatorFigures(
            code,
            INDICATORS[code].label,
            found[f"{code}_unmet"],
            found[f"{code}_unknown"],
            code in VISITED_ONLY and only is None,
        )
        for code in codes
    ]
    return figures, found["not_visited"]
