"""Who on a list cannot take its next step now, and why: shown apart on the page of the step, and not ticked there."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils import timezone

from households.exits.readiness import may_continue, may_prepare, may_publish, may_review
from poverty.review.notice_holds import notice_refusals

_CASE = "households.exitcase"
# Page of a step -> what the household itself is asked there; what the page itself enters (meeting, team, signature) is
# not asked before.
_ASKED = {
    "exit-appraise": may_prepare,
    "exit-verify": may_continue,
    "exit-sign": may_continue,
    "exit-check": may_review,
    "exit-decide": may_review,
    "exit-announce": may_publish,
    "exit-file": may_publish,
    "exit-mark": may_publish,
}
# Page of a step -> the notice that must have ended before.
_AFTER_NOTICE = {"exit-check": "first", "exit-file": "announcement"}


def stopped(page: str, cases: QuerySet) -> Mapping[int, str]:
    """Why cases cannot take the step of a page today, by case; who can is missing. As many queries for one as for many."""
    found = dict(_ASKED[page](cases))
    if kind := _AFTER_NOTICE.get(page):
        ids = list(cases.order_by().values_list("pk", flat=True))
        for pk, message in notice_refusals(kind, _CASE, ids, timezone.localdate()).items():
            found.setdefault(pk, message)
    return found
