"""The visits of a household on its page."""

from households.case_head import CaseHead, link
from households.visits.filters import marked

_MOST = 50


def visits_tab(head: CaseHead) -> dict:
    """Its visits, the latest first, and whether the viewer may write one down."""
    sees = head.can("visit.view")
    rows = marked(head.household.visits.select_related("visitor"))
    found = list(rows.order_by("-happened_on", "-pk")[: _MOST + 1]) if sees else []
    may = head.is_open and head.can("visit.record")
    return {
        "sees_visits": sees,
        "visits": found[:_MOST],
        "more_visits": len(found) > _MOST,
        "enter_url": link("visit-enter", head.household.pk) if may else "",
    }
