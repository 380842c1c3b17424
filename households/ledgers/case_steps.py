"""Columns that ledgers of cases on their way have alike: the day of a step, the votes of a meeting, the reason of 补录."""

from datetime import date

from django.db.models.functions import JSONObject

from poverty.ledgers.columns import Column
from poverty.ledgers.ledger import Derived

# What `votes` reads of a MeetingItem.
VOTES = JSONObject(yes="votes_for", no="votes_against", abstained="abstained")
LATE = Column(
    "late", "补录原因", source=Derived(("applying",), lambda found: found and found["late"]), width=16
)


def on(step: str) -> Derived:
    """The day of a step, from the annotation of this name with its "on"; none: empty."""
    return Derived((step,), lambda found: date.fromisoformat(found["on"]) if found else None)


def votes(found) -> str:
    """Votes in words; nobody counted: empty."""
    if not found or found["yes"] is None:
        return ""
    return f"同意{found['yes']} 反对{found['no']} 弃权{found['abstained']}"
