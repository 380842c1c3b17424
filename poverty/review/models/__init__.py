"""Cases under review: steps, meetings, lists, notices, objections, frozen copies, samples."""

from poverty.review.models.frozen import FrozenCopy
from poverty.review.models.looks import Draw, DrawnCase, Look
from poverty.review.models.meetings import Meeting, MeetingItem
from poverty.review.models.notices import Notice
from poverty.review.models.objections import Objection
from poverty.review.models.papers import RequiredPaper
from poverty.review.models.rosters import Roster, RosterEntry
from poverty.review.models.steps import BatchRow, FactEntry, Step, TransactionId

__all__ = [
    "BatchRow",
    "Draw",
    "DrawnCase",
    "FactEntry",
    "FrozenCopy",
    "Look",
    "Meeting",
    "MeetingItem",
    "Notice",
    "Objection",
    "RequiredPaper",
    "Roster",
    "RosterEntry",
    "Step",
    "TransactionId",
]
