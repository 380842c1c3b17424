"""Leaving a list together with the step that ends a case's way through it."""

from collections.abc import Iterable
from datetime import date

from poverty.review.models import RosterEntry


def leave_lists(case_type: str, case_ids: Iterable[int], *, reason: str, actor, on: date) -> int:
    """Take cases off the lists on which they stand, and return how many stood on one.

    Called by `fire` and `fire_many` for transitions that say `leaves_roster`: who is returned, dropped or done stands on
    no list any more, so that the notice of this list does not count in his next round.
    """
    rows = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=list(case_ids))
    return rows.update(left_on=on, left_reason=reason[:200], left_by=actor)
