"""Dated rows: valid from a day (inclusive) until a day (exclusive; NULL: still valid)."""

from datetime import date

from django.db.models import Expression, F, Q


def valid_at(day: date | Expression, prefix: str = "", *, open_start: bool = False) -> Q:
    """Return the condition that selects dated rows valid on `day` (a date or an expression).

    `prefix` leads to the dated model ("postings__"). On the day in valid_to a row is no longer valid.
    With `open_start` a NULL valid_from counts as "always"; it is off by default because over a multi-valued
    relation the extra OR would also select objects that have no dated row at all.
    """
    begun = Q(**{f"{prefix}valid_from__lte": day})
    if open_start:
        begun |= Q(**{f"{prefix}valid_from__isnull": True})
    return begun & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day}))


def ends_after_it_begins(start: str = "valid_from", end: str = "valid_to") -> Q:
    """Return the condition for a CheckConstraint: the end is later than the start, or one of them is open."""
    return Q(**{f"{end}__isnull": True}) | Q(**{f"{start}__isnull": True}) | Q(**{f"{end}__gt": F(start)})
