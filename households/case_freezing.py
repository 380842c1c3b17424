"""What the frozen copies of cases that go a way on lists say alike: how meetings voted, which notices hung."""

from typing import Any

from poverty.review.models import MeetingItem, Notice, RosterEntry


def add_meetings(case_type: str, found: dict[int, dict[str, Any]], *, numbered: bool = False) -> None:
    """Append the votes of closed meetings to "meetings" of each copy; `numbered`: with the document of the meeting."""
    items = MeetingItem.objects.filter(
        case_type=case_type, case_id__in=list(found), meeting__closed_at__isnull=False
    )
    for item in items.select_related("meeting").order_by("pk"):
        said = {
            "kind": item.meeting.kind,
            "on": str(item.meeting.held_on),
            "due": item.meeting.due,
            "present": item.meeting.present,
            "for": item.votes_for,
            "against": item.votes_against,
            "abstained": item.abstained,
            "agreed": item.agreed,
        }
        if numbered:
            said["document"] = item.meeting.document_number
        found[item.case_id]["meetings"].append(said)


def add_notices(case_type: str, found: dict[int, dict[str, Any]]) -> None:
    """Append the notices of the lists on which the cases stand to "notices" of each copy."""
    entries = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=list(found))
    of_list: dict[int, list[int]] = {}
    for roster, case in entries.values_list("roster_id", "case_id"):
        of_list.setdefault(roster, []).append(case)
    for notice in Notice.objects.standing().filter(roster__in=of_list).order_by("pk"):
        for case in of_list[notice.roster_id]:
            found[case]["notices"].append(
                {"kind": notice.kind, "from": str(notice.posted_on), "to": str(notice.last_day)}
            )
