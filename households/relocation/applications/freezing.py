"""What the county's approval of a move rested on, kept with its step: the application, the meeting, the notices.

No personal number stands in it.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from households.case_freezing import add_meetings, add_notices
from households.models import RelocationMover
from households.relocation.applications.conditions import CASE


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
    add_meetings(CASE, found)
    add_notices(CASE, found)
    return found
