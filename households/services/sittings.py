"""A meeting as its minutes tell it, entered together with what it said."""

from dataclasses import asdict, dataclass
from datetime import date

from poverty.review.models import Meeting
from poverty.review.services.meetings import enter_meeting


@dataclass(frozen=True)
class Sitting:
    """The minutes of a meeting; `document_number`: of the leading group's."""

    held_on: date
    place: str
    chair: str
    due: int
    present: int
    summary: str = ""
    document_number: str = ""
    late_reason: str = ""

    def enter(self, kind: str, area_code: str, *, actor) -> Meeting:
        """Enter the meeting and return it, open. Raises what enter_meeting raises."""
        return enter_meeting(kind, area_code, actor=actor, **asdict(self))
