"""Seeing full numbers: by right, place and purpose, logged once a session, shown once, never in an address."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from households.services.personal import check_purpose, phone_of, reveal, reveal_household, reveal_list
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing

pytestmark = pytest.mark.django_db
MAY = (Role.VILLAGE_CLERK, Role.TOWNSHIP_OFFICER, Role.COUNTY_REVIEWER, Role.AUDITOR)
PURPOSE = "办理参保登记"


def entries():
    return Entry.objects.filter(action="personal.reveal")


@pytest.fixture
def household():
    return make_household(VILLAGE_A, "王建国", members=[{"name": "王小雨"}], phone="13812345678")


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK, VILLAGE_A)


def url_of(household):
    return reverse("households:reveal", args=[household.pk])


# Service ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may(household, role):
    actor = make_actor(role, VILLAGE_A)
    make_pairing(household, make_actor(Role.HELPER, VILLAGE_A))
    if role in MAY:
        assert (
            reveal(household.head, "identity", actor=actor, purpose=PURPOSE)
            == household.head.identity.reveal()
        )
    else:
        with pytest.raises(PermissionDenied):
            reveal(household.head, "identity", actor=actor, purpose=PURPOSE)
        assert not entries().exists()


@pytest.mark.parametrize("role", MAY)
def test_not_elsewhere(household, role):
    with pytest.raises(PermissionDenied):
        reveal_household(household, actor=make_actor(role, VILLAGE_B), purpose=PURPOSE)
    assert not entries().exists()


def test_a_helper_does_not_see_the_numbers_of_his_own_household(household):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, helper)
    with pytest.raises(PermissionDenied):
        reveal_household(household, actor=helper, purpose=PURPOSE)


def test_without_purpose_nothing(household, clerk):
    with pytest.raises(ValidationError) as refused:
        reveal_household(household, actor=clerk, purpose="  ")
    assert refused.value.message_dict == {"purpose": ["请选择查看用途。"]}
    assert not entries().exists()


def test_the_log_says_who_what_and_why_but_not_the_number(household, clerk):
    numbers = reveal_household(household, actor=clerk, purpose=PURPOSE)
    assert set(numbers.values()) == {one.identity.reveal() for one in household.members.all()}
    [entry] = entries()
    assert (entry.actor, entry.case_type, entry.case_id) == (clerk, "households.household", household.pk)
    assert (entry.area_code, entry.purpose) == (VILLAGE_A, PURPOSE)
    assert not any(number in str(vars(entry)) for number in numbers.values())


def test_once_a_session(household, clerk):
    seen = {}
    reveal_household(household, actor=clerk, purpose=PURPOSE, seen=seen)
    reveal_household(household, actor=clerk, purpose="", seen=seen)
    assert entries().count() == 1
    reveal_household(household, actor=clerk, purpose=PURPOSE, seen={})
    assert entries().count() == 2


def test_what_a_session_has_opened_does_not_open_other_households(household, clerk):
    other = make_household(VILLAGE_A, "李四")
    seen = {}
    reveal_household(household, actor=clerk, purpose=PURPOSE, seen=seen)
    with pytest.raises(ValidationError):
        reveal_household(other, actor=clerk, purpose="", seen=seen)


def test_a_list_is_one_entry(household, clerk):
    other = make_household(VILLAGE_A, "李四")
    found = reveal_list(
        [household, other], actor=clerk, purpose=PURPOSE, about="二道沟村未参保", key="list:1"
    )
    assert {key: len(members) for key, members in found.items()} == {household.pk: 2, other.pk: 1}
    [entry] = entries()
    assert entry.summary == "查看名单中成员证件号码：二道沟村未参保，2户"
    assert entry.area_code == VILLAGE_A


def test_one_household_from_elsewhere_refuses_the_list(household, clerk):
    foreign = make_household(VILLAGE_B, "外县人")
    with pytest.raises(PermissionDenied):
        reveal_list([household, foreign], actor=clerk, purpose=PURPOSE, about="名单", key="list:1")
    assert not entries().exists()


@pytest.mark.parametrize(
    ("key", "words", "text"),
    [
        ("insurance", "", "办理参保登记"),
        ("bank", "一卡通", "开户、核对一卡通账号：一卡通"),
        ("other", "办理临时救助", "办理临时救助"),
    ],
)
def test_purposes(key, words, text):
    assert check_purpose(key, words) == text


@pytest.mark.parametrize(
    ("key", "words", "field"),
    [("", "", "purpose"), ("x", "", "purpose"), ("other", " ", "words"), ("other", "无", "words")],
)
def test_purposes_that_say_nothing(key, words, field):
    with pytest.raises(ValidationError) as refused:
        check_purpose(key, words)
    assert set(refused.value.message_dict) == {field}


def test_phones_for_who_may_call(household):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    assert phone_of(household, make_actor(Role.VILLAGE_CLERK, VILLAGE_A)) == "13812345678"
    assert phone_of(household, make_actor(Role.LEADER, VILLAGE_A)) == "138******78"
    assert phone_of(household, make_actor(Role.BUREAU_OFFICER, VILLAGE_A)) == "138******78"
    assert phone_of(household, helper) == "138******78"
    make_pairing(household, helper)
    assert phone_of(household, helper) == "13812345678"
    assert phone_of(make_household(VILLAGE_A, "李四"), helper) == ""


# Page -------------------------------------------------------------------------------------------------------


def test_asking_shows_no_number(household, clerk):
    response = client_of(clerk).get(url_of(household))
    assert household.head.identity.reveal() not in response.content.decode()
    assert "请选择用途" in response.content.decode()
    assert not entries().exists()


def test_numbers_come_in_the_answer_and_are_not_kept(household, clerk):
    client = client_of(clerk)
    response = client.post(url_of(household), {"purpose": "insurance"})
    assert household.head.identity.reveal() in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response.status_code == 200
    assert client.post(url_of(household)).status_code == 200  # known in this session
    assert entries().count() == 1
    assert client_of(clerk).post(url_of(household)).status_code == 422  # another session asks again


def test_a_missing_purpose_comes_back_with_what_was_typed(household, clerk):
    response = client_of(clerk).post(url_of(household), {"purpose": "other", "words": "无"})
    words = response.content.decode()
    assert response.status_code == 422
    assert "请写明用途" in words
    assert 'value="other" checked' in words
    assert household.head.identity.reveal() not in words
    assert not entries().exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in MAY])
def test_the_page_is_refused(household, role):
    actor = make_actor(role, VILLAGE_A)
    if role == Role.HELPER:
        make_pairing(household, actor)
    assert client_of(actor).post(url_of(household), {"purpose": "insurance"}).status_code == 403
    assert not entries().exists()


@pytest.mark.parametrize("role", MAY)
def test_the_page_of_another_county_is_not_there(household, role):
    response = client_of(make_actor(role, VILLAGE_B)).post(url_of(household), {"purpose": "insurance"})
    assert response.status_code == 404
    assert not entries().exists()
