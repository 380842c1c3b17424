"""Households that move by the facts of the year (是否搬迁户), with or without a cadre; figures by place that add up.

Of every kind: who moves along without being on the poverty register (同步搬迁) has a cadre too. Who answers is asked on
the day that counts for the year.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Substr

from households.benefits.entitlement import day_of
from households.disclosure import whole_to
from households.models import Household, RelocationApplication, RelocationCharge
from households.options.kinds import GENERAL_RURAL
from households.options.relocation_tasks import RELOCATION_TASKS
from households.relocation.querysets import VIEW
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below

WITHOUT, PARTLY, WHOLE = "without", "partly", "whole"
_NONE, _SOME, _ALL = 0, 1, 2
_STATES = {WITHOUT: _NONE, PARTLY: _SOME, WHOLE: _ALL}


def moving(user, area_code: str, year: int, right: str = VIEW) -> QuerySet[Household]:
    """Households of a place that move, with `survey` of the year and `covered`: nobody answers, somebody but not for
    every matter, or every matter has its cadre.
    """
    day = day_of(year)
    rows = Household.objects.visible_to(user, right).filter(whole_to(user)).under(area_code).judged_in(day)
    rows = rows.annotate(survey=FilteredRelation("surveys", condition=Q(surveys__year=year)))
    charges = RelocationCharge.objects.open_on(day).filter(household=OuterRef("pk"))
    every = reduce(and_, (Q(Exists(charges.filter(tasks__contains=[key]))) for key in RELOCATION_TASKS.keys))
    return rows.filter(survey__is_relocated=True).annotate(
        covered=Case(
            When(~Exists(charges), then=Value(_NONE)),
            When(every, then=Value(_ALL)),
            default=Value(_SOME),
            output_field=IntegerField(),
        )
    )


def in_state(rows: QuerySet[Household], state: str) -> QuerySet[Household]:
    """Those without a cadre, with matters that nobody answers for, or with everything covered."""
    return rows.filter(covered=_STATES[state])


REGISTERED, ALONG = "registered", "along"  # 建档立卡搬迁, 同步搬迁


def of_kind(rows: QuerySet[Household], kind: str) -> QuerySet[Household]:
    """Of households that move those on the poverty register (REGISTERED), or those that move along with them (ALONG)."""
    along = Q(kind=GENERAL_RURAL)
    return rows.filter(along if kind == ALONG else ~along)


@dataclass(frozen=True)
class KindFigures:
    """Households and persons that move: on the register, and along with them; of the former how many had moved in by the
    end of the year, by their application.
    """

    registered: int
    registered_persons: int
    along: int
    along_persons: int
    moved_in: int

    @property
    def total(self) -> int:
        """Households of both kinds."""
        return self.registered + self.along

    @property
    def persons(self) -> int:
        """Persons of both kinds."""
        return self.registered_persons + self.along_persons


def kinds(rows: QuerySet[Household], year: int) -> KindFigures:
    """Of rows of `moving` in a year; one statement (seed-facts.md A25: 建档立卡 and 同步)."""
    along = Q(kind=GENERAL_RURAL)
    applied = RelocationApplication.objects.moved_in().filter(moved_on__year__lte=year)
    moved = Exists(applied.filter(household=OuterRef("pk")))
    return KindFigures(
        **rows.order_by().aggregate(
            registered=Count("pk", filter=~along),
            registered_persons=Sum("size", filter=~along, default=0),
            along=Count("pk", filter=along),
            along_persons=Sum("size", filter=along, default=0),
            moved_in=Count("pk", filter=~along & Q(moved)),
        )
    )


@dataclass(frozen=True)
class ChargeFigures:
    """Households that move: `total` = `without` + `partly` + `whole`."""

    code: str
    label: str
    without: int
    partly: int
    whole: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.without + self.partly + self.whole


def figures(rows: QuerySet[Household], area_code: str) -> tuple[list[ChargeFigures], ChargeFigures]:
    """By the places right below an area, and their sum; one statement."""
    counted = (
        rows.order_by()
        .values("covered", place=Substr("area_id", 1, length_below(area_code)))
        .annotate(n=Count("pk"))
    )
    found: dict[str, list[int]] = {}
    total = [0, 0, 0]
    for row in counted:
        for own in (found.setdefault(row["place"], [0, 0, 0]), total):
            own[row["covered"]] += row["n"]
    names = short_names(found)
    places = [ChargeFigures(code, names.get(code, code), *found[code]) for code in sorted(found)]
    return places, ChargeFigures("", "合计", *total)


def by_cadre(rows: QuerySet[Household], year: int) -> QuerySet:
    """One row per cadre: name, unit, and for how many of these households he answers on the day that counts."""
    charges = RelocationCharge.objects.open_on(day_of(year)).filter(household__in=rows.values("pk"))
    return (
        charges.values("cadre_id")
        .annotate(
            name=F("cadre__name"), unit=F("cadre__unit__name"), households=Count("household", distinct=True)
        )
        .order_by("unit", "name", "cadre_id")
    )
