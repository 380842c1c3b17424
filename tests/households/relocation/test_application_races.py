"""Two at once about one application, each with a connection of his own: one wins, nothing is half written."""

import pytest
from django.db import transaction

from households.models import RelocationApplication
from households.relocation.applications.conditions import CASE
from households.relocation.applications.services import ending, lists
from poverty.review.models import Step
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories import moves as make
from tests.factories.households import make_household

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db):
    with transaction.atomic():
        return make.Cast(VILLAGE_A)


def test_of_two_decisions_one_stands(cast):
    with transaction.atomic():
        case = make.bring(cast, make.make_case(cast), "reported")
        make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
    day = make.APPROVED
    results = at_once(
        lambda: lists.pass_on("approve", [case.pk], make.decision(cast.reviewer, day)),
        lambda: ending.refuse(case, "区扶贫办", make.decision(cast.reviewer, day, comment="不在范围")),
    )
    assert sum(isinstance(one, Exception) for one in results) == 1
    case.refresh_from_db()
    (taken,) = Step.objects.of_case(CASE, case.pk).filter(source="reported")
    assert case.state == taken.target
    assert bool(case.refused_reason) == (case.state == "refused")


def test_of_two_approvals_one_stands(cast):
    with transaction.atomic():
        case = make.bring(cast, make.make_case(cast), "reported")
        make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
    decision = make.decision(cast.reviewer, make.APPROVED)
    results = at_once(*(lambda: lists.pass_on("approve", [case.pk], decision) for _ in range(2)))
    assert sorted(type(one).__name__ for one in results) == ["NotAllOfThem", "int"]
    assert Step.objects.of_case(CASE, case.pk).filter(transition="approve").count() == 1


def test_of_two_applications_of_a_household_one_stands(cast):
    with transaction.atomic():
        home = make_household(VILLAGE_A)
    results = at_once(*(lambda: make.make_case(cast, home, papered=False) for _ in range(2)))
    assert sum(isinstance(one, Exception) for one in results) == 1
    assert RelocationApplication.objects.count() == 1
