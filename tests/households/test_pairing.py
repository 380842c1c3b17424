"""Helper and household: paired, ended, handed over; limits are asked about."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from households.models import Household, Pairing
from households.services.pairing import end_pairing, hand_over, pair, pairing_questions, transfer
from poverty.accounts.models import Role
from poverty.parameters.models import Parameter
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_actor, make_user
from tests.factories.households import make_household, make_pairing
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

SINCE = date(2018, 3, 1)


def allow_second():
    Parameter.objects.create(
        code="pairing.second_allowed",
        area_code=COUNTY_A,
        valid_from=date(2016, 1, 1),
        value="1",
        document_name="双帮扶方案",
    )


@pytest.fixture
def household():
    return make_household(VILLAGE_A)


def test_a_helper_sees_the_household_from_then_on(household, helper, township_officer):
    assert not Household.objects.visible_to(helper).exists()
    row = pair(household, helper, since=SINCE, actor=township_officer, goal="2018年脱贫", document="结对文件")
    assert (row.order, row.valid_to, row.goal) == (1, None, "2018年脱贫")
    assert Household.objects.visible_to(helper).get() == household
    end_pairing(row, on=date(2018, 9, 1), reason="工作调动", actor=township_officer)
    assert not Household.objects.visible_to(helper).exists()


class TestRefused:
    def test_who_holds_no_posting_as_helper(self, household, township_officer):
        told = refused(pair, household, make_user("钱某"), since=SINCE, actor=township_officer)
        assert told["helper"] == ["钱某还没有“帮扶责任人”的任职，请先由系统管理员安排任职。"]

    def test_who_is_poor_himself(self, household, helper, township_officer):
        poor = make_household(VILLAGE_A, head="陈大山").head
        helper.identity_hash = bytes(poor.identity_hash)
        helper.save()
        told = refused(pair, household, helper, since=SINCE, actor=township_officer)
        assert "建档立卡人口，不能当帮扶责任人" in told["helper"][0]

    def test_not_who_is_a_farmer_like_others(self, household, helper, township_officer):
        farmer = make_household(VILLAGE_A, head="陈大山", kind="general_rural", status="").head
        helper.identity_hash = bytes(farmer.identity_hash)
        helper.save()
        pair(household, helper, since=SINCE, actor=township_officer)

    def test_two_first_helpers(self, household, helper, township_officer):
        pair(household, helper, since=SINCE, actor=township_officer)
        other = make_actor(Role.HELPER, VILLAGE_A)
        told = refused(pair, household, other, since=SINCE, actor=township_officer)
        assert "第一帮扶责任人是帮扶责任人，请用“换人”交接" in told["order"][0]
        told = refused(pair, household, helper, since=SINCE, order=2, actor=township_officer)
        assert "已是该户的帮扶责任人" in told["helper"][0]

    def test_a_second_helper_only_where_it_is_allowed(self, household, helper, township_officer):
        told = refused(pair, household, helper, since=SINCE, order=2, actor=township_officer)
        assert "没有开放第二帮扶责任人" in told["order"][0]
        allow_second()
        told = refused(pair, household, helper, since=SINCE, order=2, actor=township_officer)
        assert "先安排第一帮扶责任人" in told["order"][0]
        pair(household, make_actor(Role.HELPER, VILLAGE_A), since=SINCE, actor=township_officer)
        assert pair(household, helper, since=SINCE, order=2, actor=township_officer).order == 2

    def test_days(self, household, helper, township_officer):
        told = refused(pair, household, helper, since=date(2099, 1, 1), actor=township_officer)
        assert "今天之后" in told["since"][0]
        told = refused(pair, household, helper, since=date(2015, 1, 1), actor=township_officer)
        assert "2016-01-01" in told["since"][0]
        row = pair(household, helper, since=SINCE, actor=township_officer)
        told = refused(end_pairing, row, on=SINCE, reason="", actor=township_officer)
        assert set(told) == {"on", "reason"}

    def test_a_closed_household_has_no_helper(self, helper, township_officer):
        household = make_household(VILLAGE_A, state="pending", status="", survey=False)
        told = refused(pair, household, helper, since=SINCE, actor=township_officer)
        assert "还未登记" in told[""][0]

    def test_only_in_place_and_with_the_right(self, household, helper, village_clerk, stranger):
        for actor in (village_clerk, helper, stranger("township_officer")):
            with pytest.raises(PermissionDenied):
                pair(household, helper, since=SINCE, actor=actor)
        assert not Pairing.objects.exists()


class TestHandingOver:
    def test_one_household(self, household, helper, township_officer):
        row = make_pairing(household, helper)
        successor = make_actor(Role.HELPER, VILLAGE_A)
        new = transfer(row, successor, on=date(2018, 9, 1), reason="工作调动", actor=township_officer)
        row.refresh_from_db()
        assert (row.valid_to, row.reason) == (date(2018, 9, 1), "工作调动")
        assert (new.helper, new.valid_from, new.order) == (successor, date(2018, 9, 1), 1)

    def test_not_to_himself(self, household, helper, township_officer):
        row = make_pairing(household, helper)
        told = refused(transfer, row, helper, on=date(2018, 9, 1), reason="x", actor=township_officer)
        assert "另选一人" in told["helper"][0]

    def test_all_or_none(self, household, helper, township_officer):
        rows = [
            make_pairing(household, helper),
            make_pairing(make_household(VILLAGE_A, head="陈大山"), helper, since=date(2018, 9, 1)),
        ]
        successor = make_actor(Role.HELPER, VILLAGE_A)
        told = refused(hand_over, rows, successor, on=date(2018, 9, 1), reason="调动", actor=township_officer)
        assert "陈大山户：终止时间须晚于开始时间" in told[""][0]
        assert Pairing.objects.filter(helper=helper, valid_to=None).count() == 2
        made = hand_over(rows, successor, on=date(2018, 9, 2), reason="调动", actor=township_officer)
        assert {row.helper for row in made} == {successor}


class TestQuestions:
    def test_more_households_than_the_limit(self, household, helper):
        assert pairing_questions(household, helper, 1, SINCE) == []
        make_pairing(make_household(VILLAGE_A, head="陈大山"), helper)
        assert pairing_questions(household, helper, 1, SINCE) == [
            "帮扶责任人将帮扶未脱贫户 2 户，超过本县每人 1 户的要求，请核对。"
        ]

    def test_exited_households_are_counted_apart(self, helper):
        exited = make_household(VILLAGE_A, status="exited", kind="exited")
        make_pairing(make_household(VILLAGE_A, head="陈大山"), helper)
        assert pairing_questions(exited, helper, 1, SINCE) == []

    def test_the_second_helper_has_a_limit_of_his_own(self, household, helper):
        for number in range(5):
            other = make_household(VILLAGE_A, head=f"陈{'一二三四五'[number]}")
            make_pairing(other, helper, order=2)
        assert "6 户，超过本县每人 5 户" in pairing_questions(household, helper, 2, SINCE)[0]


def test_households_without_a_helper_are_found(household, helper, township_officer):
    other = make_household(VILLAGE_A, head="陈大山")
    make_household(VILLAGE_A, head="一般", kind="general_rural", status="")
    pair(household, helper, since=SINCE, actor=township_officer)
    assert list(Household.objects.without_helper(SINCE)) == [other]
