"""What a notice holds back until it has ended (architecture 8): asked before a transition, and by pages."""

from collections.abc import Iterable
from datetime import date, timedelta

from poverty.review.models import Notice, RosterEntry
from poverty.review.rounds import arrivals, beginnings
from poverty.review.workflows import workflows


def notice_refusals(kind: str, case_type: str, case_ids: Iterable[int], on: date) -> dict[int, str]:
    """Why cases may not go on after a notice of `kind` on a day, in Chinese, by case; set-based.

    A case may go on when the list on which it stands hung long enough in this round (its last day lies before `on`, the
    day on the paper), and was posted when the case had come so far (`Workflow.posts`): a sheet that hung before the step
    that it publishes told nobody anything.
    """
    ids = list(case_ids)
    entries = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=ids)
    lists = dict(entries.values_list("case_id", "roster_id"))
    notices = {
        one.roster_id: one
        for one in Notice.objects.standing().filter(roster__in=set(lists.values()), kind=kind)
    }
    began = beginnings(case_type, lists) if notices else {}
    post = workflows.get(case_type).posts.get(kind)
    came = arrivals(case_type, lists, post.state) if notices and post else {}
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
        elif post and not (case_id in came and came[case_id].precedes(notice.posted_on, notice.recorded_at)):
            refused[case_id] = f"{label} {notice.posted_on} 张贴时该户还没有办到这一步，须重新公示。"
        elif on <= notice.last_day:
            opens = notice.last_day + timedelta(days=1)
            refused[case_id] = f"{label}到 {notice.last_day} 才满 {notice.days} 天，{opens} 起才能办理。"
    return refused


def notice_lock(roster_id: int) -> str:
    """The name of the lock that posting, taking back and objecting hold, and steps beside one another."""
    return f"review.notice:{roster_id}"
