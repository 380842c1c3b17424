"""Every registered workflow: each state x each transition x each role, generated from the tables.

No row is needed: a case that does not exist is refused for want of a right, for its state, or, when nothing else holds
it back, because it is not there.
"""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from poverty.accounts.rights import BY_CODE, ROLE_RIGHTS
from poverty.accounts.roles import Role
from poverty.review.errors import ChangedMeanwhile
from poverty.review.levels import Level
from poverty.review.services import fire
from poverty.review.workflows import workflows
from tests.actors import VILLAGE_A

# Loaded with the apps; the test workflow of this folder is known only while a test runs.
NAMES = [
    (workflow.case_type, transition.name) for workflow in workflows for transition in workflow.transitions
]


def ghost(workflow, state):
    """A case in 二道沟村 and in this state that no table holds."""

    model = apps.get_model(workflow.model_label)
    case = model(pk=0, **{workflow.field: state})
    *path, last = workflow.area_field.split("__")
    holder = case
    for part in path:
        nearer = holder._meta.get_field(part).related_model()
        setattr(holder, part, nearer)
        holder = nearer
    setattr(holder, last, VILLAGE_A)
    return case


def states(workflow):
    """Every state that the table names."""
    found = {one.target for one in workflow.transitions}
    return sorted(found.union(*(one.sources or () for one in workflow.transitions)))


def outcome(name, case, actor):
    """What firing does with a case that is not there."""
    paper = {"comment": "材料不全", "document_name": "审批表"}
    try:
        with transaction.atomic():
            fire(name, case, actor=actor, **paper)
    except PermissionDenied:
        return "no right"
    except ChangedMeanwhile:
        return "would go"
    except ValidationError as error:
        return (
            "wrong state"
            if error.code == "state"
            else "would begin"
            if "新事项" in str(error)
            else str(error)
        )
    return "done"


def reaches(role, level) -> bool:
    """Whether the posting of a role, where its people work, stands high enough for a level."""
    length = {
        Role.HELPER: 12,
        Role.VILLAGE_CLERK: 12,
        Role.TOWNSHIP_OFFICER: 9,
    }.get(role, 6)
    return length <= Level(level).code_length


@pytest.mark.parametrize(("case_type", "name"), NAMES)
def test_state_by_transition_by_role(case_type, name, actors, strangers):
    workflow = workflows.get(case_type)
    step = workflow.get(name)
    for role in Role:
        # What a helper may do for his own households only gives him nothing over a place.
        own_only = role == Role.HELPER and BY_CODE[step.right].paired
        may = step.right in ROLE_RIGHTS[role] and not own_only and reaches(role, step.level)
        for state in states(workflow):
            expected = (
                "no right"
                if not may
                else "would begin"
                if step.is_first
                else "would go"
                if state in step.sources
                else "wrong state"
            )
            found = outcome(name, ghost(workflow, state), actors[role.value])
            assert (role, state, found) == (role, state, expected)
        assert outcome(name, ghost(workflow, step.target), strangers[role.value]) == "no right"


@pytest.mark.parametrize(("case_type", "name"), NAMES)
def test_somebody_can(case_type, name):
    step = workflows.get(case_type).get(name)
    assert any(step.right in ROLE_RIGHTS[role] and reaches(role, step.level) for role in Role)
