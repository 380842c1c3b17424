"""A visit made by mistake is withdrawn: it stays, counts no more, and takes along the day that it moved itself."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from households.models import CountyYear, Survey, Visit
from households.services.surveys import save_survey
from households.visits.services.deciding import settle_visit, withdraw_visit
from households.visits.services.recording import record_visit, record_visits
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.duties import make_visit
from tests.factories.households import close_the_year, make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import make_sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def helper():
    return make_actor(Role.HELPER, VILLAGE_A)


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK, VILLAGE_A)


@pytest.fixture
def household(helper):
    make_standard()
    home = make_household(VILLAGE_A, survey={"food_ok": None})
    make_pairing(home, helper)
    return home


def survey_of(household):
    return Survey.objects.get(household=household, year=2018)


def held(household, helper, **fields):
    household.pairings.update(valid_to=date(2018, 10, 1))
    record_visit(make_sent(household, **fields), actor=helper)
    return Visit.objects.get()


def test_a_mistaken_visit_is_withdrawn_with_its_reason_and_counts_no_more(household, helper, clerk):
    record_visit(make_sent(household, happened_on=date(2018, 11, 1)), actor=helper)
    record_visit(make_sent(household), actor=helper)
    last = Visit.objects.first()
    with pytest.raises(ValidationError, match="撤回原因"):
        withdraw_visit(last, " ", actor=helper)
    with pytest.raises(PermissionDenied):
        withdraw_visit(last, "记错户", actor=make_actor(Role.HELPER, VILLAGE_A))
    withdraw_visit(last, "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 11, 1)
    assert Visit.objects.counted().count() == 1
    with pytest.raises(ValidationError, match="已经撤回"):
        withdraw_visit(last, "再来一次", actor=clerk)


def test_withdrawn_after_the_year_was_closed_the_visit_goes_and_the_year_stays(household, helper):
    record_visit(make_sent(household), actor=helper)
    close_the_year(CountyYear.objects.get())
    assert withdraw_visit(Visit.objects.get(), "记错户", actor=helper).withdrawn_at is not None
    assert survey_of(household).visited_on == date(2018, 11, 3)


def test_a_visit_from_before_the_accounting_period_is_not_the_last_one(household, helper):
    make_visit(household, helper, date(2017, 9, 1))
    record_visit(make_sent(household), actor=helper)
    withdraw_visit(Visit.objects.get(happened_on=date(2018, 11, 3)), "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 9, 20)  # as it was typed


def test_withdrawn_in_whatever_order_the_day_typed_before_stands_again(household, helper):
    for day in (1, 3):
        record_visit(make_sent(household, happened_on=date(2018, 11, day)), actor=helper)
    for day in (1, 3):
        withdraw_visit(Visit.objects.get(happened_on=date(2018, 11, day)), "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 9, 20)


def test_a_day_typed_stays_when_a_visit_of_that_day_that_never_counted_is_withdrawn(household, helper, clerk):
    visit = held(household, helper)
    save_survey(survey_of(household), {"visited_on": date(2018, 11, 3)}, actor=clerk)
    withdraw_visit(visit, "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 11, 3)


@pytest.mark.parametrize("take", [True, False])
def test_a_day_typed_stays_when_a_visit_that_found_it_standing_is_withdrawn(household, helper, clerk, take):
    """Taken over later, or left as a record only: the day was not the visit's."""
    visit = held(household, helper)
    save_survey(survey_of(household), {"visited_on": date(2018, 11, 3)}, actor=clerk)
    settle_visit(visit, take, actor=clerk)
    withdraw_visit(visit, "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 11, 3)


def test_a_held_visit_that_was_taken_over_takes_its_day_back(household, helper, clerk):
    visit = held(household, helper)
    settle_visit(visit, True, actor=clerk)
    assert survey_of(household).visited_on == date(2018, 11, 3)
    withdraw_visit(visit, "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 9, 20)


def test_of_two_visits_of_one_day_the_last_withdrawn_takes_the_day_back(household, helper):
    second = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, second, order=2)
    for who in (helper, second):
        record_visit(make_sent(household), actor=who)
    withdraw_visit(Visit.objects.get(visitor=helper), "记错户", actor=helper)
    assert survey_of(household).visited_on == date(2018, 11, 3)
    withdraw_visit(Visit.objects.get(visitor=second), "记错户", actor=second)
    assert survey_of(household).visited_on == date(2018, 9, 20)


def test_an_earlier_visit_that_came_late_holds_the_day_after_the_later_one_was_withdrawn(household, helper):
    for day in (3, 1):
        record_visit(make_sent(household, happened_on=date(2018, 11, day)), actor=helper)
    found = []
    for day in (3, 1):
        withdraw_visit(Visit.objects.get(happened_on=date(2018, 11, day)), "记错户", actor=helper)
        found.append(survey_of(household).visited_on)
    assert found == [date(2018, 11, 1), date(2018, 9, 20)]


def test_visits_of_one_batch_go_back_day_by_day(household, helper):
    sent = [make_sent(household, happened_on=date(2018, 11, day)) for day in (3, 1)]
    record_visits(sent, actor=helper)
    found = []
    for day in (3, 1):
        withdraw_visit(Visit.objects.get(happened_on=date(2018, 11, day)), "记错户", actor=helper)
        found.append(survey_of(household).visited_on)
    assert found == [date(2018, 11, 1), date(2018, 9, 20)]


def test_the_first_visit_of_a_year_leaves_the_household_as_not_visited(household, helper):
    Survey.objects.filter(household=household).update(visited_on=None)
    record_visit(make_sent(household), actor=helper)
    assert survey_of(household).visited_on == date(2018, 11, 3)
    withdraw_visit(Visit.objects.get(), "记错户", actor=helper)
    assert survey_of(household).visited_on is None


def test_what_a_visit_moved_is_noted_once(household, helper):
    record_visit(make_sent(household), actor=helper)
    for change in ({"visited_on_moved": False, "visited_on_before": None}, {"visited_on_before": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.update(**change)
