"""Maker and checker are two people: nobody clears, decides or takes over what is doubted of his own visit.

The database keeps the same rule (migration 0064).
"""

from households.visits.models import Visit
from poverty.web.rights import OwnMatter

OWN = "自己走访或自己录入的，由别人核对。"


class OwnVisit(OwnMatter):
    """Who made the visit, or recorded it, is not who checks it; a page says so instead of naming a right."""

    def __init__(self):
        super().__init__(OWN)


def is_own(visit: Visit, user) -> bool:
    """Whether this person made the visit or recorded it."""
    return user.pk in (visit.visitor_id, visit.recorded_by_id)


def refuse_own(visit: Visit, actor) -> None:
    """OwnVisit for whoever made or recorded it."""
    if is_own(visit, actor):
        raise OwnVisit
