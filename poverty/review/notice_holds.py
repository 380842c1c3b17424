"""What a notice holds back until it has ended (architecture 8): asked before a transition, and by pages."""

from collections.abc import Iterable
from datetime import date, timedelta

from poverty.review.models import Notice, Objection, RosterEntry
from poverty.review.rounds import beginnings


def notice_refusals(kind: str, case_type: str, case_ids: Iterable[int], on: date) -> dict[int, str]:
    """Why cases may not go on after a notice of `kind` on a day, in Chinese, by case; set-based.

    A case may go on when the list it stands on hung long enough in this round (its last day lies before `on`, the day
    on the paper) and nobody's objection to it is open, or was answered only after that day. An objection to another
    household of the list holds nothing.
    """
    ids = list(case_ids)
    entries = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=ids)
    lists = dict(entries.values_list("case_id", "roster_id"))
    notices = {
        one.roster_id: one
        for one in Notice.objects.standing().filter(roster__in=set(lists.values()), kind=kind)
    }
    began = beginnings(case_type, lists) if notices else {}
    label = Notice.Kind(kind).label
    refused = {}
    for case_id in ids:
        notice = notices.get(lists.get(case_id))
        if case_id not in lists:
            refused[case_id] = f"该户不在名单上，先列入名单并完成{label}，才能进入下一环节。"
        elif notice is None:
            refused[case_id] = f"还没有{label}，不能进入下一环节。"
        elif case_id in began and not began[case_id].precedes(notice.posted_on, notice.recorded_at):
            refused[case_id] = f"{label}是退回以前的，本轮须重新造册、重新公示。"
        elif on <= notice.last_day:
            opens = notice.last_day + timedelta(days=1)
            refused[case_id] = f"{label}到 {notice.last_day} 才满 {notice.days} 天，{opens} 起才能办理。"
    concerned = Objection.objects.filter(case_type=case_type, case_id__in=ids).exclude(answered_on__lte=on)
    for case_id, answered_on in concerned.values_list("case_id", "answered_on"):
        refused[case_id] = (
            f"对该户的异议 {answered_on} 才答复，本环节不能早于该日。"
            if answered_on
            else "对该户的异议还没有核查答复。"
        )
    return refused
