"""What the county's approval of a move rested on, kept with its step: the application, the meeting, the notices.

No personal number stands in it.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from households.models import RelocationMover
from households.relocation.applications.conditions import CASE
from poverty.review.models import MeetingItem, Notice, RosterEntry


def frozen(cases: QuerySet) -> Mapping[int, dict[str, Any]]:
    """The content of the copy of each application, by its key; four queries, whatever their number."""
    rows = list(cases.order_by().select_related("household"))
    found: dict[int, dict[str, Any]] = {
        case.pk: {
            "round": case.round,
            "household_kind": case.household.kind,
            "household_status": case.household.status,
            "size": case.household.size,
            "applied_on": str(case.applied_on),
            "reason": case.reason,
            "situation": case.situation,
            "method": case.method,
            "place": case.place,
            "destination": case.destination,
            "old_house_goes": case.old_house_goes,
            "promised_on": str(case.promised_on) if case.promised_on else None,
            "movers": [],
            "meetings": [],
            "notices": [],
        }
        for case in rows
    }
    movers = RelocationMover.objects.filter(application__in=found).order_by("pk")
    for pk, name in movers.values_list("application_id", "member__name"):
        found[pk]["movers"].append(name)
    items = MeetingItem.objects.filter(case_type=CASE, case_id__in=found, meeting__closed_at__isnull=False)
    for item in items.select_related("meeting").order_by("pk"):
        found[item.case_id]["meetings"].append(
            {
                "kind": item.meeting.kind,
                "on": str(item.meeting.held_on),
                "due": item.meeting.due,
                "present": item.meeting.present,
                "for": item.votes_for,
                "against": item.votes_against,
                "abstained": item.abstained,
                "agreed": item.agreed,
            }
        )
    _add_notices(found)
    return found


def _add_notices(found: dict[int, dict[str, Any]]) -> None:
    entries = RosterEntry.objects.standing().filter(case_type=CASE, case_id__in=found)
    of_list: dict[int, list[int]] = {}
    for roster, case in entries.values_list("roster_id", "case_id"):
        of_list.setdefault(roster, []).append(case)
    for notice in Notice.objects.standing().filter(roster__in=of_list).order_by("pk"):
        for case in of_list[notice.roster_id]:
            found[case]["notices"].append(
                {"kind": notice.kind, "from": str(notice.posted_on), "to": str(notice.last_day)}
            )
