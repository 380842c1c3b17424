"""Two sessions send their forms in the same moment, in real transactions: nothing is lost, nothing is silent."""

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from households.models import Assessment, Survey
from poverty.accounts.models import Role
from poverty.fields.states import UNMET
from tests.actors import VILLAGE_A, client_of
from tests.at_once import at_once
from tests.factories.accounts import make_actor
from tests.factories.households import make_household
from tests.factories.standards import make_standard
from tests.factories.web import typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=True):
        yield


@pytest.fixture
def setting():
    with transaction.atomic():  # the factories write a state and its step one after the other
        make_standard()
        household = make_household(VILLAGE_A, survey={"house_area": "60.00"})
        people = [make_actor(role, VILLAGE_A) for role in (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER)]
    url = reverse("households:survey-edit", args=[household.pk, 2018])
    clients = [client_of(one) for one in people]
    pages = [client.get(url) for client in clients]
    return household, url, clients, pages


def sent(page, **changes):
    return typed(page.context["form"], **changes) | typed(page.context["collecting"])


def test_different_fields_at_once_are_both_kept_and_judged(setting):
    household, url, (one, two), pages = setting
    first, second = sent(pages[0], house_area="75"), sent(pages[1], clothing_ok="false")
    answers = at_once(lambda: one.post(url, first), lambda: two.post(url, second))
    assert [answer.status_code for answer in answers] == [302, 302]
    row = Survey.objects.get(household=household)
    assert (row.house_area, row.clothing_ok, row.version) == (75, False, 3)
    result = Assessment.objects.get(household=household)
    household.refresh_from_db()
    assert (result.clothing, result.verdict) == (UNMET, UNMET)
    assert result.facts_version == household.facts_version


def test_the_same_field_at_once_one_is_saved_and_the_other_is_asked(setting):
    household, url, (one, two), pages = setting
    first, second = sent(pages[0], house_area="75"), sent(pages[1], house_area="80")
    answers = at_once(lambda: one.post(url, first), lambda: two.post(url, second))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    conflict = refused.context["form"].conflicts["house_area"]
    saved = Survey.objects.get(household=household)
    assert conflict.theirs == f"{saved.house_area:.0f}"
    assert {conflict.mine, conflict.theirs} == {"75", "80"}
    assert saved.version == 2


def test_starting_a_year_at_once_starts_it_once():
    with transaction.atomic():
        household = make_household(VILLAGE_A, survey=False)
        people = [make_actor(role, VILLAGE_A) for role in (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER)]
    url = reverse("households:survey-start", args=[household.pk, 2018])
    one, two = map(client_of, people)
    answers = at_once(lambda: one.post(url), lambda: two.post(url))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Survey.objects.filter(household=household).count() == 1
