"""Two requests in the same moment, in real transactions: one visit once, nobody's word lost."""

import pytest
import time_machine
from django.db import transaction

from households.models import Survey, Visit, VisitFact
from households.visits.services.recording import record_visits
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import fact, make_sent, make_template

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=True):
        yield


@pytest.fixture
def setting():
    with transaction.atomic():
        make_standard()
        make_template()
        homes = [make_household(VILLAGE_A, name, survey={"food_ok": None}) for name in ("王建国", "李大山")]
        helpers = [make_actor(Role.HELPER, VILLAGE_A) for _ in range(2)]
        for home in homes:
            for order, helper in enumerate(helpers, start=1):
                make_pairing(home, helper, order=order)
    return homes, helpers


def test_the_same_visit_twice_in_one_moment_is_one_visit(setting):
    (home, _), (helper, _) = setting
    sent = make_sent(home, facts=(fact("food_ok", None, True),))
    found = at_once(lambda: record_visits([sent], actor=helper), lambda: record_visits([sent], actor=helper))
    assert [one.state for answers in found for one in answers] == ["received", "received"]
    assert found[0] == found[1]
    assert Visit.objects.count() == 1
    assert Survey.objects.get(household=home).version == 2


def test_two_phones_with_the_same_households_in_another_order_never_wait_in_a_circle(setting):
    homes, (one, two) = setting
    first = [make_sent(home, facts=(fact("food_ok", None, True),)) for home in homes]
    second = [make_sent(home, facts=(fact("clothing_ok", True, False),)) for home in reversed(homes)]
    found = at_once(lambda: record_visits(first, actor=one), lambda: record_visits(second, actor=two))
    assert {answer.state for answers in found for answer in answers} == {"received"}
    for home in homes:
        survey = Survey.objects.get(household=home)
        assert (survey.food_ok, survey.clothing_ok) == (True, False)


def test_the_same_field_in_one_moment_one_is_written_and_the_other_waits(setting):
    (home, _), (one, two) = setting
    first = make_sent(home, facts=(fact("food_ok", None, True),))
    second = make_sent(home, facts=(fact("food_ok", None, False),))
    at_once(lambda: record_visits([first], actor=one), lambda: record_visits([second], actor=two))
    rows = {row.outcome: row for row in VisitFact.objects.all()}
    assert set(rows) == {"written", "conflict"}
    assert Survey.objects.get(household=home).food_ok is rows["written"].value
    assert rows["conflict"].standing is rows["written"].value
