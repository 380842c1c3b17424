"""At which step households stand: how many of the first steps, without a gap, are done by the day that counts for a year.

What is done is one number per household (a bit per step), asked once; figures and lists are made of the same number.
"""

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr

from households.benefits.entitlement import day_of, households_in_question
from households.models import Household, StepDone, StepMethod
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below


def position_of(mask: int) -> int:
    """How many steps from the first on are done without a gap: the trailing ones of the number."""
    return ((mask + 1) & ~mask).bit_length() - 1


def _own(method: StepMethod, year: int) -> QuerySet[StepDone]:
    rows = StepDone.objects.standing().filter(
        household=OuterRef("pk"), step__in=method.keys, done_on__lte=day_of(year)
    )
    return rows.order_by().values("household")


def with_steps(rows: QuerySet[Household], method: StepMethod, year: int) -> QuerySet[Household]:
    """Households in question of a year (poverty register, exited or not, and under watch) with `mask`: a bit per step."""
    bits = Case(
        *(When(step=one.key, then=Value(1 << (one.number - 1))) for one in method.steps),
        default=Value(0),
        output_field=IntegerField(),
    )
    found = _own(method, year).annotate(mask=Sum(bits)).values("mask")
    return households_in_question(rows, year).annotate(
        mask=Coalesce(Subquery(found, output_field=IntegerField()), 0)
    )


def standing_at(rows: QuerySet[Household], method: StepMethod, year: int, done: int) -> QuerySet[Household]:
    """Those who have done so many steps, and not the next; 0: not begun, all of them: finished."""
    found = with_steps(rows, method, year)
    whole = (1 << done) - 1
    if done == len(method.keys):
        return found.filter(mask=whole)
    return found.annotate(low=F("mask").bitand((whole << 1) | 1)).filter(low=whole)


def in_words(rows: QuerySet[Household], method: StepMethod, year: int) -> QuerySet[Household]:
    """`with_steps`, and with the method's name, the words of its steps, and the day of the last one done, for a table."""
    last = _own(method, year).annotate(last=Max("done_on")).values("last")
    return with_steps(rows, method, year).annotate(
        method=Value(method.name),
        labels=Value(method.labels, output_field=ArrayField(CharField())),
        last_on=Subquery(last),
    )


@dataclass(frozen=True)
class StepFigures:
    """Households of a place by how many steps they have done; `code` "" is the sum."""

    code: str
    label: str
    counts: tuple[int, ...]  # not begun, the first step, the second …

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


def figures(
    rows: QuerySet[Household], area_code: str, method: StepMethod, year: int
) -> tuple[list[StepFigures], StepFigures]:
    """By the places right below an area, and their sum; one statement."""
    counted = (
        with_steps(rows, method, year)
        .order_by()
        .values("mask", place=Substr("area_id", 1, length_below(area_code)))
        .annotate(n=Count("pk"))
    )
    size = len(method.keys) + 1
    found: dict[str, list[int]] = {}
    total = [0] * size
    for row in counted:
        position = position_of(row["mask"])
        for own in (found.setdefault(row["place"], [0] * size), total):
            own[position] += row["n"]
    names = short_names(found)
    places = [StepFigures(code, names.get(code, code), tuple(found[code])) for code in sorted(found)]
    return places, StepFigures("", "合计", tuple(total))


@dataclass(frozen=True)
class Line:
    """A step with what was noted of it for a household; None: not done by the day that counts for the year."""

    number: int
    key: str
    label: str
    done: StepDone | None


def lines_of(household: Household, method: StepMethod, year: int) -> list[Line]:
    """The steps of one household. One query."""
    rows = StepDone.objects.standing().filter(household=household, done_on__lte=day_of(year))
    known = {one.step: one for one in rows.filter(step__in=method.keys).select_related("recorded_by")}
    return [Line(one.number, one.key, one.label, known.get(one.key)) for one in method.steps]


def position_in(lines: list[Line]) -> int:
    """How many steps from the first on are done without a gap."""
    return next((number for number, one in enumerate(lines) if one.done is None), len(lines))
