"""What a notice holds back until it has ended (architecture 8): asked before a transition, and by pages."""

from collections.abc import Iterable
from datetime import date, timedelta

from poverty.review.models import Notice, Objection, RosterEntry


def notice_refusals(kind: str, case_type: str, case_ids: Iterable[int], on: date) -> dict[int, str]:
    """Why cases may not go on after a notice of `kind` on a day, in Chinese, by case; set-based.

    A case may go on when the list it stands on hung long enough (its last day lies before `on`) and nobody's
    objection to it is open. An objection to another household of the list holds nothing.
    """
    ids = list(case_ids)
    entries = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=ids)
    lists = dict(entries.values_list("case_id", "roster_id"))
    notices = {
        one.roster_id: one
        for one in Notice.objects.standing().filter(roster__in=set(lists.values()), kind=kind)
    }
    label = Notice.Kind(kind).label
    refused = {}
    for case_id in ids:
        notice = notices.get(lists.get(case_id))
        if notice is None:
            refused[case_id] = f"还没有{label}，不能进入下一环节。"
        elif on <= notice.last_day:
            opens = notice.last_day + timedelta(days=1)
            refused[case_id] = f"{label}到 {notice.last_day} 才满 {notice.days} 天，{opens} 起才能办理。"
    objections = Objection.objects.open().filter(case_type=case_type, case_id__in=ids)
    for case_id in objections.values_list("case_id", flat=True):
        refused[case_id] = "对该户的异议还没有核查答复。"
    return refused
