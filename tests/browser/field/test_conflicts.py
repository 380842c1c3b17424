"""Two phones at the same household: what differs by field is merged, the same field waits for a person."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from households.models import Survey, Visit, VisitFact
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    go,
    keep_copies,
    press_send,
    set_pin,
)
from tests.factories.accounts import make_actor
from tests.factories.households import make_pairing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_phones(make_phone, village):
    """Two helpers of one household, both with its copies, both without network."""
    with transaction.atomic():
        second = make_actor(Role.HELPER, VILLAGE_A)
        make_pairing(village.households["王建国"], second, order=2)
    phones = []
    for user in (village.helper, second):
        one = make_phone()
        page = one.switch_on(user)
        set_pin(page)
        keep_copies(page)
        one.lose_network()
        phones.append(one)
    return phones


def visit_and_send(phone, *answers):
    page = phone.page
    begin_visit(page, "王建国")
    for key, word in answers:
        answer(page, key, word)
    finish(page)
    phone.find_network()
    press_send(page)
    all_received(page)


def survey(village) -> Survey:
    return Survey.objects.get(household=village.households["王建国"], year=2018)


def test_different_fields_of_two_phones_are_merged(two_phones, village):
    first, second = two_phones
    visit_and_send(first, ("water_solved", "是"))
    visit_and_send(second, ("has_industry", "否"))
    assert Visit.objects.count() == 2
    assert survey(village).water_solved is True
    assert survey(village).has_industry is False
    assert not VisitFact.objects.filter(outcome="conflict").exists()


def test_the_same_field_of_two_phones_waits_for_a_person(two_phones, village):
    first, second = two_phones
    visit_and_send(first, ("water_solved", "是"))
    visit_and_send(second, ("water_solved", "否"))
    assert Visit.objects.count() == 2
    assert survey(village).water_solved is True
    fact = VisitFact.objects.get(outcome="conflict")
    assert (fact.field, fact.value, fact.standing) == ("water_solved", False, True)
    page = second.page
    go(page, "消息")
    message = page.locator(".message", has_text="王建国")
    expect(message).to_contain_text("等待核对")
    expect(message).to_contain_text("是否解决安全饮用水（本机填：否）")
