"""Transition tables of needs (诉求), in the order in which they are dealt with.

Taken in without a step: nothing has been decided yet. Each is answered by whom it was put to, or by who stands above him.
"""

from households.models import Household
from poverty.review.workflows import Transition, Workflow, workflows

_WAITING = ("raised", "passed_on", "reopened")
_OPEN = (*_WAITING, "answered")


def _of_own_household(user, right: str, need) -> bool:
    return (
        user.scope(right).paired
        and Household.objects.visible_to(user, right).filter(pk=need.household_id).exists()
    )


def _step(name: str, label: str, sources: tuple[str, ...], target: str, **more) -> Transition:
    return Transition(
        name, label, sources, target, "need.answer", "village", "record", needs_comment=True, **more
    )


NEED = workflows.register(
    Workflow(
        case_type="households.need",
        field="state",
        own=_of_own_household,
        transitions=(
            _step("answer_need", "答复", _WAITING, "answered"),
            _step("pass_on_need", "转交", _OPEN, "passed_on"),
            _step("finish_need", "办结", _OPEN, "done"),
            _step("decline_need", "办不了", _OPEN, "cannot"),
            _step("reopen_need", "退回重办", ("done", "cannot"), "reopened", closes_round=True),
        ),
    )
)
