"""Who helps how many, against what the county asks: by helper and by unit. Counted in the database."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet

from households.models import Household, Pairing
from households.options.poverty_status import POVERTY_STATUSES
from poverty.accounts.options.ranks import RANKS
from poverty.parameters.services import values_for
from poverty.sql.prefix import within

EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
# 一对一, 一对二, second helpers: dated parameters (procedures.md 9).
_LIMITS = {
    "poor": "pairing.households_per_helper_poor",
    "exited": "pairing.households_per_helper_exited",
    "second": "pairing.households_second_helper",
}


@dataclass(frozen=True)
class Ratio:
    """The figures of an area on a day. `over`: helpers with more households than the county asks for."""

    households: int
    poor: int
    exited: int
    without: int
    helpers: int
    limits: dict
    over: int


def pairings_of(user, area_code: str, on: date, right: str = "household.view") -> QuerySet[Pairing]:
    """Pairings in force on a day of registered poor households of an area that the person sees."""
    rows = Pairing.objects.visible_to(user, right).open_on(on)
    return rows.filter(within("household__area_id", [area_code]), household__state="registered").exclude(
        household__kind="general_rural"
    )


def loads(pairings: QuerySet[Pairing]) -> QuerySet:
    """One row per helper with how many households he has: `poor`, `exited`, `second`."""
    first, gone = Q(order=1), Q(household__status__in=EXITED)
    return pairings.values("helper_id").annotate(
        name=F("helper__name"),
        unit=F("helper__unit__name"),
        poor=Count("pk", filter=first & ~gone),
        exited=Count("pk", filter=first & gone),
        second=Count("pk", filter=~first),
    )


def too_many(rows: QuerySet, limits: dict) -> QuerySet:
    """Of `loads` those that are above a limit; where a limit is not known nobody is."""
    above = [Q(**{f"{kind}__gt": limit}) for kind, limit in limits.items() if limit is not None]
    # No condition on a column beside them: it would split the groups.
    return rows.filter(reduce(or_, above)) if above else rows.none()


def limits_at(area_code: str, on: date) -> dict:
    """The limits of the county by kind (households; None: not known)."""
    values = values_for(_LIMITS.values(), area_code[:6], on)
    return {kind: values[code] for kind, code in _LIMITS.items()}


def ratio(user, area_code: str, on: date, right: str = "household.view") -> Ratio:
    """The figures of an area."""
    pairings = pairings_of(user, area_code, on, right)
    households = Household.objects.visible_to(user, right).under(area_code).on_register().registered_poor()
    counts = households.aggregate(households=Count("pk"), exited=Count("pk", filter=Q(status__in=EXITED)))
    limits = limits_at(area_code, on)
    return Ratio(
        households=counts["households"],
        poor=counts["households"] - counts["exited"],
        exited=counts["exited"],
        without=households.without_helper(on).count(),
        helpers=pairings.values("helper").distinct().count(),
        limits=limits,
        over=too_many(loads(pairings), limits).count(),
    )


def by_rank(pairings: QuerySet[Pairing]) -> list[tuple[str, int]]:
    """(职务级别, helpers) from the highest down; "没有填职务级别" at the end (seed-facts.md F9)."""
    rows = pairings.values("helper__rank").annotate(number=Count("helper", distinct=True)).order_by()
    counts = {row["helper__rank"]: row["number"] for row in rows}
    found = [(RANKS.label(key), counts[key]) for key in RANKS.keys if key in counts]
    return found + ([("没有填职务级别", counts[""])] if counts.get("") else [])


def by_unit(pairings: QuerySet[Pairing]) -> QuerySet:
    """One row per unit: helpers, households, villages."""
    return (
        pairings.values("helper__unit_id")
        .annotate(
            unit=F("helper__unit__name"),
            helpers=Count("helper", distinct=True),
            households=Count("household", distinct=True),
            villages=Count("household__area", distinct=True),
        )
        .order_by("unit", "helper__unit_id")
    )
