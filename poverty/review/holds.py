"""Everything that holds cases back before a transition, beside state, dates and people: asked of one and of many."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from poverty.review.meeting_holds import meeting_refusals
from poverty.review.models import RosterEntry
from poverty.review.notice_holds import notice_lock, notice_refusals
from poverty.review.objection_holds import objection_refusals
from poverty.review.required import missing_papers
from poverty.review.workflows import Transition, Workflow
from poverty.sql.locks import hold_all_beside


def refusals(
    workflow: Workflow,
    transition: Transition,
    cases: QuerySet,
    on: date,
    *,
    keys: Iterable[int] | None = None,
    listed: bool = True,
) -> dict[int, str]:
    """Why cases may not take a transition on a day, in Chinese, by case: meeting, notice, objection, papers.

    `keys`: their primary keys, where the caller has them; `listed` False: he knows that none stands on a list.

    An open objection holds every step of a listed case that takes it further, not that which takes it off its list.
    Set-based: the number of queries does not grow with that of the cases, and is one where nothing is asked for.
    """
    found: dict[int, str] = {}
    ids: list[int] = []
    if transition.after_meeting or transition.after_notice:
        ids = list(cases.order_by().values_list("pk", flat=True) if keys is None else keys)
    if transition.after_meeting:
        found |= meeting_refusals(transition.after_meeting, workflow.case_type, ids, on)
    if transition.after_notice:
        found |= notice_refusals(transition.after_notice, workflow.case_type, ids, on)
    if workflow.posts and transition.goes_on and listed:
        found |= objection_refusals(workflow.case_type, cases, on)
    for case_id, papers in missing_papers(workflow, transition.name, cases, on).items():
        lacking = [one.label for one in papers if one.blocking]
        if lacking:
            found.setdefault(case_id, f"缺少{'、'.join(lacking)}，请先上传。")
    return found


def hold_lists(workflow: Workflow, cases: QuerySet) -> bool:
    """Let nobody post, take back or object to the lists of these cases until the step that asks about them is taken.

    Returns whether there are such lists. Several steps may go on at once; the cases themselves are locked before.
    """
    if not workflow.posts:
        return False
    entries = RosterEntry.objects.standing().filter(
        case_type=workflow.case_type, case_id__in=cases.order_by().values("pk")
    )
    if lists := list(entries.order_by().values_list("roster_id", flat=True).distinct()):
        hold_all_beside(notice_lock(roster) for roster in lists)
    return bool(lists)
