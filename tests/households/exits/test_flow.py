"""The whole way of a list of households, from the plan to the decision; and each step that cannot be skipped."""

import pytest
from django.core.exceptions import ValidationError

from poverty.review.models import FrozenCopy, Step
from poverty.review.services import fire
from tests.at_commit import commit_checks


def test_a_list_goes_from_the_plan_to_the_decision(walk):
    walk.to("approved")
    assert walk.states() == ["approved"] * 3
    commit_checks()
    steps = Step.objects.of_case("households.exitcase", walk.case().pk)
    assert [one.transition for one in steps] == [
        "plan", "prepare", "appraise", "verify", "agree", "check", "review", "approve",
    ]  # fmt: skip
    assert [str(one.happened_on) for one in steps] == [
        "2018-12-01", "2018-12-03", "2018-12-05", "2018-12-06", "2018-12-07", "2018-12-15", "2018-12-23",
        "2018-12-25",
    ]  # fmt: skip
    assert FrozenCopy.objects.filter(step__case_id=walk.case().pk).count() == 4


SKIPPED = [
    ("planned", "appraise"), ("planned", "verify"), ("planned", "check"), ("planned", "review"),
    ("planned", "approve"), ("prepared", "verify"), ("prepared", "review"), ("appraised", "check"),
    ("appraised", "approve"), ("verified", "check"), ("agreed", "review"), ("agreed", "approve"),
    ("checked", "approve"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "name"), SKIPPED)
def test_no_step_can_be_skipped(walk, state, name):
    walk.to(state)
    actor = {"review": walk.reviewer, "approve": walk.reviewer, "check": walk.township}.get(name, walk.clerk)
    with pytest.raises(ValidationError, match="不能办理"):
        fire(name, walk.case(), actor=actor, document_name="核查表", comment="x")
    assert walk.case().state == state
