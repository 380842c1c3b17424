"""The dated rules of every county of an area for a year, so that a ledger names the same members as the judging.

Counties with equal rules share one condition, as they share one statement when they are judged.
"""

from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, OuterRef, Q, Value, When

from households.judging import memberships_with_states
from households.models import CountyYear
from households.rules import Rules, rules_for
from poverty.fields.states import UNKNOWN, UNMET
from poverty.sql.prefix import within

NAMES = ArrayField(CharField())


def rules_in(area_code: str, year: int) -> dict[Rules, list[str]]:
    """Codes of the counties of an area whose year was opened, by their rules."""
    found: dict[Rules, list[str]] = {}
    for one in CountyYear.objects.filter(within("area_id", [area_code[:6]]), year=year).order_by("area_id"):
        found.setdefault(rules_for(one), []).append(one.area_id)
    return found


def by_two_flags(rules: dict[Rules, Sequence[str]], place: str = "area_id") -> ExpressionWrapper:
    """Whether drinking water is judged by the two old questions where a row's household stood in the year."""
    codes = [code for one, counties in rules.items() if one.water_by_two_flags for code in counties]
    return ExpressionWrapper(within(place, codes), output_field=BooleanField())


def lacking_members(
    rules: dict[Rules, Sequence[str]],
    member_state: str,
    *,
    place: str = "area_id",
    household: str = "household",
) -> Case:
    """Names of the members of a row's household whose state (schooling, insurance) is unmet or unknown; [] for none.

    `place` and `household`: where the village of the year and the household stand, seen from the row.
    """
    whens = []
    for one, counties in rules.items():
        bad = memberships_with_states(one, Q(household=OuterRef(household)), [member_state])
        bad = bad.filter(**{f"{member_state}_state__in": (UNMET, UNKNOWN)}).order_by("pk")
        names = ArraySubquery(bad.values("member__name"))
        whens.append(When(within(place, counties), then=names))
    return Case(*whens, default=Value([], output_field=NAMES), output_field=NAMES)
