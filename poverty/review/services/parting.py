"""Parting a list: who cannot go on with the others goes on on a list of his own, whose notices begin anew."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from poverty.audit.services import record
from poverty.review.leaving import leave_lists
from poverty.review.models import Roster
from poverty.review.services.rosters import make_roster

REASON = "未随本批办理，另列名单重新公示"
_MARK = "（另列）"


@transaction.atomic
def part_roster(
    roster: Roster, cases: QuerySet, *, actor, on: date | None = None, late_reason: str = ""
) -> Roster | None:
    """Put those of `cases` that stand on a list on a new one of the same place and year, as of a day (None: today).

    None when none of them stands on it. The caller has checked right and place (post_notice asks both). Raises what
    make_roster raises.
    """
    on = on or timezone.localdate()
    standing = roster.entries.standing().filter(case_id__in=cases.order_by().values("pk"))
    ids = list(standing.order_by("position").values_list("case_id", flat=True))
    if not ids:
        return None
    leave_lists(roster.case_type, ids, reason=REASON, actor=actor, on=on)
    title = roster.title if roster.title.endswith(_MARK) else roster.title[: 100 - len(_MARK)] + _MARK
    made = make_roster(
        roster.case_type,
        cases.model._base_manager.filter(pk__in=ids),
        area_code=roster.area_code,
        year=roster.year,
        title=title,
        actor=actor,
        made_on=on,
        late_reason=late_reason,
    )
    record("review.roster.part", roster, actor=actor, summary=f"{len(ids)}户另列名单“{made.title}”")
    return made
