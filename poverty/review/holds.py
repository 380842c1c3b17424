"""Everything that holds cases back before a transition, beside state, dates and people: asked of one and of many."""

from datetime import date

from django.db.models import QuerySet

from poverty.review.meeting_holds import meeting_refusals
from poverty.review.notice_holds import notice_refusals
from poverty.review.required import missing_papers
from poverty.review.workflows import Transition, Workflow


def refusals(workflow: Workflow, transition: Transition, cases: QuerySet, on: date) -> dict[int, str]:
    """Why cases may not take a transition on a day, in Chinese, by case: meeting, notice, objection, papers.

    Set-based: the number of queries does not grow with that of the cases, and is one where nothing is asked for.
    """
    found: dict[int, str] = {}
    ids: list[int] = []
    if transition.after_meeting or transition.after_notice:
        ids = list(cases.order_by().values_list("pk", flat=True))
    if transition.after_meeting:
        found |= meeting_refusals(transition.after_meeting, workflow.case_type, ids, on)
    if transition.after_notice:
        found |= notice_refusals(transition.after_notice, workflow.case_type, ids, on)
    for case_id, papers in missing_papers(workflow, transition.name, cases, on).items():
        lacking = [one.label for one in papers if one.blocking]
        if lacking:
            found.setdefault(case_id, f"缺少{'、'.join(lacking)}，请先上传。")
    return found
