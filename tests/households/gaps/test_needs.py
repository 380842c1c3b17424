"""诉求: taken in once, answered by whom it was put to, never lost, and told to the household."""

from datetime import date
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from households.gaps.needs import answer_need, raise_need, tell_household
from households.models import Need
from poverty.areas.models import Area
from poverty.audit.models import Entry
from poverty.review.models import Step
from poverty.review.services import available
from tests.actors import VILLAGE_A, make_actors
from tests.at_commit import commit_checks
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.gaps import DAY, a_need
from tests.factories.households import make_household, make_pairing
from tests.factories.monitoring import at

pytestmark = pytest.mark.django_db
PHONE = UUID("6f1c1f0a-5d8e-4d3c-9b35-2b9d6a1f0001")


@pytest.fixture
def today():
    with at(DAY):
        yield DAY


def test_a_need_is_taken_in_with_its_day(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    assert (need.state, need.area_code) == ("raised", VILLAGE_A)
    assert need.due_on == date(2018, 11, 18)  # 15 days after 3 November
    assert Entry.objects.filter(action="households.need.raise", case_id=need.pk).exists()


def test_the_same_need_sent_again_is_the_one_that_stands(actors, today):
    household = make_household()
    first = a_need(household, actors["village_clerk"], identity=PHONE)
    assert a_need(household, actors["village_clerk"], identity=PHONE) == first
    assert Need.objects.count() == 1


def test_another_text_under_the_same_identity_is_refused(actors, today):
    household = make_household()
    a_need(household, actors["village_clerk"], identity=PHONE)
    with pytest.raises(ValidationError) as error:
        a_need(household, actors["village_clerk"], identity=PHONE, text="想学技术")
    assert "identity" in error.value.message_dict


@pytest.mark.parametrize(
    ("fields", "at_field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "长" * 501}, "text"),
        ({"kind": "nothing"}, "kind"),
        ({"whom": "nobody"}, "whom"),
        ({"raised_on": date(2018, 11, 4)}, "raised_on"),
        ({"raised_on": date(2018, 6, 1)}, "late_reason"),
    ],
)
def test_what_is_not_whole_is_refused_at_its_field(actors, today, fields, at_field):
    with pytest.raises(ValidationError) as error:
        a_need(make_household(), actors["village_clerk"], **fields)
    assert at_field in error.value.message_dict
    assert not Need.objects.exists()


def test_a_helper_takes_in_needs_of_his_own_households_only(actors, today):
    household, other = make_household(), make_household(head="李秀英")
    make_pairing(household, actors["helper"])
    a_need(household, actors["helper"])
    with pytest.raises(PermissionDenied):
        a_need(other, actors["helper"])


def test_the_village_answers_and_the_need_is_settled(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    answer_need(need, "answer", reply="已报合作社，十一月底前上门", actor=actors["village_clerk"])
    need.refresh_from_db()
    assert (need.state, need.reply, need.replied_on) == ("answered", "已报合作社，十一月底前上门", DAY)
    answer_need(need, "finish", reply="已送来鸡苗50只", actor=actors["village_clerk"])
    need.refresh_from_db()
    assert (need.state, need.settled_on) == ("done", DAY)
    assert list(Step.objects.of_case("households.need", need.pk).values_list("target", flat=True)) == [
        "answered",
        "done",
    ]


def test_the_helper_settles_what_is_put_to_him_and_nobody_elses_helper_does(actors, today):
    household = make_household()
    make_pairing(household, actors["helper"])
    need = a_need(household, actors["helper"], whom="helper")
    stranger = make_actor("helper", VILLAGE_A)
    with pytest.raises(PermissionDenied):
        answer_need(need, "finish", reply="代买化肥", actor=stranger)
    answer_need(need, "finish", reply="代买化肥两袋", actor=actors["helper"])
    need.refresh_from_db()
    assert need.state == "done"
    assert not any(one.allowed for one in available(need, stranger))
    assert any(one.allowed for one in available(need, actors["helper"]))


def test_a_bureaus_need_is_answered_by_that_bureau_only(actors, today):
    need = a_need(make_household(), actors["village_clerk"], whom="water", kind="water", text="泵坏了")
    for role in ("village_clerk", "township_officer", "county_reviewer"):
        with pytest.raises(PermissionDenied):
            answer_need(need, "answer", reply="已知", actor=actors[role])
    answer_need(need, "answer", reply="周五来修", actor=actors["bureau_officer"])  # the water bureau
    assert Need.objects.get().state == "answered"


def test_a_bureau_sees_what_is_put_to_it_and_nothing_else(actors, today):
    household = make_household()
    mine = a_need(household, actors["village_clerk"], whom="water", kind="water")
    a_need(household, actors["village_clerk"], whom="education", kind="education")
    assert list(Need.objects.visible_to(actors["bureau_officer"])) == [mine]
    assert list(Need.objects.put_to(actors["bureau_officer"])) == [mine]


def test_the_office_passes_a_need_on_and_the_bureau_has_it(actors, today):
    need = a_need(make_household(), actors["village_clerk"], whom="education", text="修井")
    answer_need(need, "pass_on", reply="属水利", whom="water", actor=actors["county_reviewer"])
    need.refresh_from_db()
    assert (need.state, need.whom, need.due_on) == ("passed_on", "water", date(2018, 11, 18))
    with pytest.raises(ValidationError) as error:
        answer_need(need, "pass_on", reply="再转", whom="water", actor=actors["county_reviewer"])
    assert "whom" in error.value.message_dict


def test_what_cannot_be_done_says_why_and_may_be_sent_back(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    with pytest.raises(ValidationError) as error:
        answer_need(need, "decline", reply=" ", actor=actors["village_clerk"])
    assert "reply" in error.value.message_dict
    answer_need(need, "decline", reply="不在政策范围", actor=actors["village_clerk"])
    with pytest.raises(PermissionDenied):
        answer_need(need, "reopen", reply="再想办法", actor=actors["village_clerk"])
    with at(date(2018, 11, 20)):
        answer_need(need, "reopen", reply="可申请临时救助", actor=actors["township_officer"])
    need.refresh_from_db()
    assert (need.state, need.settled_on, need.due_on) == ("reopened", None, date(2018, 12, 5))
    assert need.reply == "不在政策范围"  # what the household was told stands until it is told otherwise


def test_a_settled_need_takes_no_second_answer(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    answer_need(need, "finish", reply="已办", actor=actors["village_clerk"])
    with pytest.raises(ValidationError):
        answer_need(need, "answer", reply="又答", actor=actors["village_clerk"])
    need.refresh_from_db()
    assert need.reply == "已办"


def test_late_is_who_has_heard_nothing_after_the_day(actors, today):
    heard = a_need(make_household(), actors["village_clerk"])
    waiting = a_need(make_household(head="李秀英"), actors["village_clerk"])
    answer_need(heard, "answer", reply="在办", actor=actors["village_clerk"])
    assert not Need.objects.late_on(date(2018, 11, 18)).exists()
    assert list(Need.objects.late_on(date(2018, 11, 19))) == [waiting]


def test_the_household_is_told_the_answer_once(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    with pytest.raises(ValidationError):
        tell_household(need, on=DAY, actor=actors["village_clerk"])
    answer_need(need, "finish", reply="已办", actor=actors["village_clerk"])
    assert tell_household(need, on=DAY, actor=actors["village_clerk"]).told_on == DAY
    with pytest.raises(ValidationError):
        tell_household(need, on=DAY, actor=actors["village_clerk"])


def test_strangers_see_and_do_nothing(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    others = make_actors("140212100201")
    for one in others.values():
        assert not Need.objects.visible_to(one).exists()
    with pytest.raises(PermissionDenied):
        answer_need(need, "answer", reply="好", actor=others["village_clerk"])
    with pytest.raises(PermissionDenied):
        tell_household(need, on=DAY, actor=others["village_clerk"])


def test_a_need_stays_as_it_was_asked_and_is_not_deleted(actors, today):
    need = a_need(make_household(), actors["village_clerk"])
    for change in ({"text": "别的"}, {"raised_on": date(2018, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**change)
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        need.delete()


def test_a_state_without_its_step_is_refused_at_commit(actors, today):
    need = a_need(make_household(), actors["village_clerk"])

    def settled_by_hand():
        Need.objects.filter(pk=need.pk).update(state="done", reply="已办", replied_on=DAY, settled_on=DAY)
        commit_checks()

    with pytest.raises(IntegrityError), transaction.atomic():
        settled_by_hand()


def test_a_need_goes_along_with_its_household(actors, today):
    household = make_household()
    need = a_need(household, actors["village_clerk"])
    make_area("220503100205")
    household.area = Area.objects.get(pk="220503100205")
    household.save(update_fields=["area"])
    household.places.update(area=household.area)
    need.refresh_from_db()
    assert need.area_code == "220503100205"


def test_a_household_that_left_the_register_asks_no_more(actors, today):
    household = make_household(state="pending")
    with pytest.raises(ValidationError):
        raise_need(household, kind="industry", text="养鸡", whom="village", actor=actors["village_clerk"])
