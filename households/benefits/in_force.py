"""Which policies hold in a place and year: of each the published one of the longest area code."""

from collections.abc import Iterable

from households.benefits.models import Policy
from households.options.policy_options import POLICY_GROUPS
from poverty.areas.querysets import codes_above


def policies_in_force(area_code: str, year: int) -> list[Policy]:
    """The policies of a place in a year, by group and name. One query."""
    rows = Policy.objects.published().in_year(year).filter(area_code__in=codes_above(area_code))
    nearest = {one.code: one for one in rows.order_by("area_code")}
    return in_order(nearest.values())


def in_order(policies: Iterable[Policy]) -> list[Policy]:
    """By group as the catalogue has them, then by name."""
    place = {key: number for number, key in enumerate(POLICY_GROUPS.keys)}
    return sorted(policies, key=lambda one: (place.get(one.group, 99), one.name, one.pk))


def policy_in_force(code: str, area_code: str, year: int) -> Policy | None:
    """One policy of a place and year by its code; None when none is in force."""
    rows = Policy.objects.published().in_year(year).filter(area_code__in=codes_above(area_code), code=code)
    return rows.order_by("-area_code").first()
