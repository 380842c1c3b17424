"""What a transition waits for that a meeting must have agreed to: asked before a transition, and by pages."""

from collections.abc import Iterable
from datetime import date

from poverty.review.models import Meeting, MeetingItem
from poverty.review.rounds import beginnings


def meeting_refusals(kind: str, case_type: str, case_ids: Iterable[int], on: date) -> dict[int, str]:
    """Why cases may not go on after a meeting of `kind` on a day, in Chinese, by case; set-based, two queries.

    The last closed meeting of that kind in the round of the case, held on that day or before, must have agreed to it:
    "approved" without minutes and number does not exist (practice.md, Who decides).
    """
    ids = list(case_ids)
    items = (
        MeetingItem.objects.filter(
            case_type=case_type,
            case_id__in=ids,
            meeting__kind=kind,
            meeting__closed_at__isnull=False,
            meeting__held_on__lte=on,
        )
        .order_by("meeting__held_on", "meeting_id")
        .values_list("case_id", "agreed", "meeting__held_on", "meeting__recorded_at")
    )
    items = list(items)
    began = beginnings(case_type, ids) if items else {}
    last = {
        case_id: (agreed, held_on)
        for case_id, agreed, held_on, recorded_at in items
        if case_id not in began or began[case_id].precedes(held_on, recorded_at)
    }
    label = Meeting.Kind(kind).label
    refused = {}
    for case_id in ids:
        if case_id not in last:
            refused[case_id] = f"本轮还没有已定稿的{label}审议该户，请先录入会议并定稿。"
        elif not last[case_id][0]:
            refused[case_id] = f"{last[case_id][1]} 的{label}没有通过该户。"
    return refused
