"""A decision as it stands on paper: who decided, who typed, on which day, with which words and papers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from poverty.review.models import Step
from poverty.review.services import fire


@dataclass(frozen=True)
class Decision:
    """The arguments of `fire` that belong to one meeting or list, so that every case of it is fired alike."""

    actor: Any
    document_name: str = ""
    happened_on: date | None = None
    comment: str = ""
    late_reason: str = ""
    decided_by: Any = None
    decided_by_name: str = ""

    def fire(self, name: str, obj: Model, *, comment: str = "") -> Step:
        """Fire a transition with this decision; `comment` where the decision has none of its own."""
        return fire(
            name,
            obj,
            actor=self.actor,
            decided_by=self.decided_by,
            decided_by_name=self.decided_by_name,
            happened_on=self.happened_on,
            comment=self.comment or comment,
            late_reason=self.late_reason,
            document_name=self.document_name,
        )
