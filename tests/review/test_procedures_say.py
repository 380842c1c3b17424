"""What every procedure of the product must say about its notices: who posts them, when, and the way back."""

import pytest
from django.apps import apps

from poverty.review.workflows import workflows

WAITING = [
    (workflow, transition.after_notice)
    for workflow in workflows
    for transition in workflow.transitions
    if transition.after_notice
]


@pytest.mark.parametrize(("workflow", "kind"), WAITING, ids=lambda value: getattr(value, "case_type", value))
def test_a_notice_that_is_waited_for_says_who_posts_it_and_in_which_state(workflow, kind):
    assert kind in workflow.posts
    model = apps.get_model(workflow.model_label)
    states = dict(model._meta.get_field(workflow.field).flatchoices)
    assert workflow.posts[kind].state in states


@pytest.mark.parametrize("workflow", [one for one in workflows if one.upheld], ids=lambda one: one.case_type)
def test_an_upheld_objection_takes_the_case_off_its_list(workflow):
    for state, name in workflow.upheld.items():
        transition = workflow.get(name)
        assert state in transition.sources
        assert transition.leaves_roster
        assert not transition.goes_on
