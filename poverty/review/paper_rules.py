"""The papers that steps need everywhere, as they come with the system: dated data with their document (architecture 6).

An app registers the rules of its procedures; `load_papers` writes them as rows (models/papers.py) that a place may
override by a row of its own code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from poverty.audit.services import record
from poverty.review.models import RequiredPaper
from poverty.review.workflows import workflows


@dataclass(frozen=True)
class PaperRule:
    """One paper without which a step is not taken, as shipped. `meeting`: of which kind of meeting, for its minutes."""

    case_type: str
    transition: str
    per: str
    role: str
    valid_from: date
    document_name: str
    meeting: str = ""
    each_round: bool = True


_rules: list[PaperRule] = []


def register(rules: Iterable[PaperRule]) -> None:
    """Add rules of an app. ImproperlyConfigured for a step that its procedure does not have."""
    for rule in rules:
        try:
            workflows.get(rule.case_type).get(rule.transition)
        except KeyError as error:
            raise ImproperlyConfigured(
                f"A paper is asked for {rule.transition}, which is no step."
            ) from error
        _rules.append(rule)


@transaction.atomic
def load_papers() -> int:
    """Load the registered rules and return how many were new. Safe to repeat.

    A rule is left out where there is a row for the same step, holder and paper everywhere: what stands there counts.
    """
    fields = ("case_type", "transition", "per", "meeting", "role")
    had = set(RequiredPaper.objects.filter(area_code="").values_list(*fields))
    new = [rule for rule in _rules if tuple(getattr(rule, name) for name in fields) not in had]
    made = RequiredPaper.objects.bulk_create(
        RequiredPaper(
            case_type=rule.case_type,
            transition=rule.transition,
            per=rule.per,
            meeting=rule.meeting,
            role=rule.role,
            blocking=True,
            each_round=rule.each_round,
            valid_from=rule.valid_from,
            document_name=rule.document_name,
        )
        for rule in new
    )
    if made:
        record("review.papers.load", actor=None, summary=f"载入随系统提供的必备材料 {len(made)} 条")
    return len(made)
