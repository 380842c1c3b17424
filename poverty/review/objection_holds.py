"""What an open objection holds back: asked before every step that takes a listed case further, and by pages."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from poverty.review.models import Objection, RosterEntry


def objection_refusals(case_type: str, cases: QuerySet, on: date) -> dict[int, str]:
    """Why listed cases may not go on by objections on a day, in Chinese, by case; one query, and two where there are any.

    An objection to a household holds that household until its answer, and no step may lie before the day of the answer;
    the others of its list go on. One of which nobody has said yet whom it means holds its whole list (docs/decisions.md).
    """
    ids = cases.order_by().values("pk")
    standing = RosterEntry.objects.standing().filter(case_type=case_type, case_id__in=ids)
    unread = Objection.objects.open().filter(case_id=None, notice__roster=OuterRef("roster"))
    unanswered = Objection.objects.filter(case_type=case_type, case_id=OuterRef("case_id"))
    unanswered = unanswered.exclude(answered_on__lte=on)
    found = standing.annotate(unread=Exists(unread), concerned=Exists(unanswered)).filter(
        Q(unread=True) | Q(concerned=True)
    )
    refused: dict[int, str] = {}
    concerned = []
    for case_id, is_unread, is_concerned in found.values_list("case_id", "unread", "concerned"):
        if is_unread:
            refused[case_id] = "对这份名单的一条异议还没有指明所指的户，请先指明或答复。"
        if is_concerned:
            concerned.append(case_id)
    if not concerned:
        return refused
    rows = Objection.objects.filter(case_type=case_type, case_id__in=concerned).exclude(answered_on__lte=on)
    for case_id, answered_on in rows.order_by("answered_on", "pk").values_list("case_id", "answered_on"):
        refused[case_id] = (
            f"对该户的异议 {answered_on} 才答复，本环节不能早于该日。"
            if answered_on
            else "对该户的异议还没有核查答复。"
        )
    return refused
