"""Judging a frozen copy again, from nothing but itself (architecture 8): does it still give what it gave?"""

from poverty.review.models import FrozenCopy
from poverty.review.services.freezing import content_of
from poverty.review.workflows import Replayed, workflows


def replay(copy: FrozenCopy) -> list[Replayed]:
    """What each requirement of a copy gives today for the frozen value, beside the frozen result.

    The line that counts is the frozen one: a decision of 2016 is judged by the line of 2016. Raises ValueError when the
    text is not what was hashed, or when the procedure does not say how its copies are judged.
    """
    workflow = workflows.get(copy.step.case_type)
    if workflow.replay is None:
        raise ValueError(f"Workflow {workflow.case_type} does not say how its copies are judged again.")
    return list(workflow.replay(content_of(copy)))


def differing(copy: FrozenCopy) -> list[Replayed]:
    """Those requirements of a copy that would give another result today: a change of the program, or of the copy."""
    return [one for one in replay(copy) if not one.same]
