"""Which standard applies to a place: the longest published area code that is a prefix of the place's code,
whole.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from poverty.areas.querysets import codes_above
from poverty.sql.prefix import within
from poverty.standards.models import Standard


class Coverage(NamedTuple):
    """A standard, the area over which to judge by it, and the areas inside that have a more specific one."""

    standard: Standard
    area_code: str
    excluded: tuple[str, ...]


def in_force(subject: str, year: int, area_code: str) -> Standard | None:
    """Return the standard that applies to an area in a year, its requirements fetched; None: nothing
    published.

    Standards are never mixed: the most specific one applies with all of its rows. Two queries.
    """
    return Standard.objects.applying_to(area_code, year, subject).prefetch_related("requirements").first()


def coverage(subject: str, year: int, within_code: str = "") -> list[Coverage]:
    """Return how to judge all of an area ("" = the country) in a year: one entry per standard.

    Each entry is a standard, the area code to judge by it (its own area, clipped to `within_code`) and the
    codes of more specific standards inside, which have entries of their own. The areas of the entries, less
    what they exclude, never overlap; what no entry covers has no standard. Requirements are fetched. In
    order of area code.
    """
    standards = list(
        Standard.objects.published()
        .filter(
            within("area_code", [within_code]) | Q(area_code__in=codes_above(within_code)),
            year=year,
            subject=subject,
        )
        .order_by("area_code")
        .prefetch_related("requirements")
    )
    above = [one for one in standards if len(one.area_code) <= len(within_code)]
    inside = [one for one in standards if len(one.area_code) > len(within_code)]
    judged = above[-1:] + inside  # of those that contain the whole area only the most specific applies
    codes = [within_code if one in above else one.area_code for one in judged]
    return [
        Coverage(standard, code, _directly_below(code, [other for other in codes if other != code]))
        for standard, code in zip(judged, codes, strict=True)
    ]


def _directly_below(code: str, others: list[str]) -> tuple[str, ...]:
    """Return the codes inside `code` that lie in no other of them. `others` is in order, so a container
    comes first.
    """
    kept: list[str] = []
    for other in others:
        if other.startswith(code) and not (kept and other.startswith(kept[-1])):
            kept.append(other)
    return tuple(kept)


def in_force_many(subject: str, year: int, codes: Iterable[str]) -> dict[str, Standard | None]:
    """Return for each area code the standard that applies there (None: none), in one query; for pages of
    areas.
    """
    wanted = list(codes)
    above = {one for code in wanted for one in codes_above(code)}
    found = {
        one.area_code: one
        for one in Standard.objects.published().filter(area_code__in=above, year=year, subject=subject)
    }
    return {
        code: next((found[one] for one in reversed(codes_above(code)) if one in found), None)
        for code in wanted
    }


def more_specific(subject: str, year: int, codes: Iterable[str]) -> dict[str, int]:
    """Return for each area code how many places below it have a standard of their own; one query."""
    wanted = list(codes)
    below = list(
        Standard.objects.published()
        .filter(within("area_code", wanted), year=year, subject=subject)
        .values_list("area_code", flat=True)
    )
    return {code: sum(1 for one in below if one.startswith(code) and one != code) for code in wanted}
