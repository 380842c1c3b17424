"""What can be done with a standard: draft it, work on it, publish it, correct it, withdraw it."""

from poverty.standards.services.drafting import (
    DraftConflict,
    correct,
    draft_from,
    draft_from_template,
    draft_standard,
    exit_line,
    update_draft,
    withdraw,
)
from poverty.standards.services.publishing import problems, publish
from poverty.standards.services.scans import scans_of

__all__ = [
    "DraftConflict",
    "correct",
    "draft_from",
    "draft_from_template",
    "draft_standard",
    "exit_line",
    "problems",
    "publish",
    "scans_of",
    "update_draft",
    "withdraw",
]
