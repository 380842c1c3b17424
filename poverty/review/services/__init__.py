"""What is done with cases under review: one module per subject."""

from poverty.review.services.firing import (
    LANE_REFUSED,
    Availability,
    available,
    fire,
    messages_of,
    note_fact_entries,
    note_fact_entry,
    steps_of,
)

__all__ = [
    "LANE_REFUSED",
    "Availability",
    "available",
    "fire",
    "messages_of",
    "note_fact_entries",
    "note_fact_entry",
    "steps_of",
]
