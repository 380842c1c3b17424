"""Parting a list: who cannot go on with the others goes on on a list of his own, whose notices begin anew."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from poverty.audit.services import record
from poverty.review.leaving import leave_lists
from poverty.review.models import Roster
from poverty.review.services.rosters import make_roster
from poverty.review.workflows import workflows
from poverty.sql.prefix import within

REASON = "未随本批办理，另列名单重新公示"
AWAY = "已不在名单所在的区划，须退回后由现在的区划重新办理"
_MARK = "（另列）"


@transaction.atomic
def part_roster(
    roster: Roster, cases: QuerySet, *, actor, on: date | None = None, late_reason: str = ""
) -> Roster | None:
    """Put those of `cases` that stand on a list on a new one of the same place and year, as of a day (None: today).

    Who is of the place no more (moved away, or its village was merged) leaves and stands on no list: his procedure begins
    anew where he is now. None when nobody is left for a new list. The caller has checked right and place (post_notice asks
    both). Raises what make_roster raises.
    """
    on = on or timezone.localdate()
    standing = roster.entries.standing().filter(case_id__in=cases.order_by().values("pk"))
    ids = list(standing.order_by("position").values_list("case_id", flat=True))
    if not ids:
        return None
    field, rows = workflows.get(roster.case_type).area_field, cases.model._base_manager.filter(pk__in=ids)
    away = set(rows.exclude(within(field, [roster.area_code])).values_list("pk", flat=True))
    ids = [pk for pk in ids if pk not in away]
    leave_lists(roster.case_type, away, reason=AWAY, actor=actor, on=on)
    if away:
        record("review.roster.part", roster, actor=actor, summary=f"{len(away)}户移出名单：{AWAY}")
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
