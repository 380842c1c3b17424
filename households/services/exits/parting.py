"""Parting a list of exits: who is not announced with the others goes on on a list of his own, whose notices begin anew."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from households.models import ExitCase
from households.services.exits.locking import CASE
from poverty.review.leaving import leave_lists
from poverty.review.models import Roster, RosterEntry
from poverty.review.services.rosters import make_roster

REASON = "未随本批办理，另列名单重新公示"
_MARK = "（另列）"


def part_list(roster: Roster, stays: QuerySet[ExitCase], *, actor, on: date | None = None) -> Roster | None:
    """Put everybody who stands on a list, but `stays`, on a new one of the same place and year, as of a day.

    None when nobody is left over. Called inside a transaction, by whoever has checked right and place.
    """
    on = on or timezone.localdate()
    standing = RosterEntry.objects.standing().filter(roster=roster, case_type=CASE)
    ids = list(standing.exclude(case_id__in=stays.order_by().values("pk")).values_list("case_id", flat=True))
    if not ids:
        return None
    leave_lists(CASE, ids, reason=REASON, actor=actor, on=on)
    title = roster.title if roster.title.endswith(_MARK) else roster.title[: 100 - len(_MARK)] + _MARK
    return make_roster(
        CASE,
        ExitCase.objects.filter(pk__in=ids),
        area_code=roster.area_code,
        year=roster.year,
        title=title,
        actor=actor,
        made_on=on,
        order=("household__settlement", "household"),
    )
