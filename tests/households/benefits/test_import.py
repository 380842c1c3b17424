"""Payments from a workbook: found by number, wrong rows said by row, good ones in, the same file twice changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from households.models import Benefit, BenefitIncome, Household, IncomeItem
from poverty.accounts.models import Role
from poverty.ledgers.models import StagedRow
from poverty.ledgers.services.importing import apply_import, choose_rows
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import make_household, make_membership
from tests.factories.incoming import read, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def officer():
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)


@pytest.fixture
def household():
    pupil = {
        "name": "王小明",
        "birth_date": date(2001, 5, 1),
        "facts": {"school_status": "vocational_secondary_1"},
    }
    return make_household(VILLAGE_A, household_no="H1", members=[pupil])


@pytest.fixture
def yulu():
    return make_policy(name="雨露计划")


@pytest.fixture
def solar():
    return make_policy("solar_household", base=SOLAR)


def row(member, policy="雨露计划", period="春季", **cells):
    return {
        "姓名": member.name,
        "证件号码": member.identity.reveal(),
        "政策名称": policy,
        "期": period,
        "金额（元）": "1500",
        "发放日期": "2018-06-25",
        "一卡通批次号": "YKT0625",
        **cells,
    }


def brought(tmp_path, rows, actor, name="a.xlsx"):
    return read(
        workbook(tmp_path / name, rows),
        kind="benefits",
        actor=actor,
        area="220503100",
        as_of=date(2018, 11, 3),
    )


def faults(imported):
    return {
        one.number: [fault["k"] for fault in one.faults]
        for one in StagedRow.objects.filter(imported=imported)
    }


def test_a_payment_comes_in_once_and_into_the_income(household, yulu, officer, tmp_path):
    pupil = household.members.get(name="王小明")
    imported = brought(tmp_path, [row(pupil)], officer)
    assert (imported.counts["new"], imported.counts["wrong"]) == (1, 0), faults(imported)
    apply_import(imported, actor=officer)
    benefit = Benefit.objects.get()
    assert (benefit.member, benefit.amount, benefit.period) == (pupil, Decimal("1500.00"), "spring")
    assert (benefit.source, benefit.batch, benefit.income_year) == ("one_card", "YKT0625", 2018)
    # The survey holds a transfer total of 500 without items: nobody knows whether it is in there.
    assert BenefitIncome.objects.get().state == "asked"
    again = brought(tmp_path, [row(pupil)], officer, "b.xlsx")
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 1)
    apply_import(again, actor=officer)
    assert Benefit.objects.count() == 1


def test_of_a_household_by_its_number_alone(household, solar, officer, tmp_path):
    cells = {
        "户编号": "H1",
        "姓名": "王建国",
        "政策名称": "户用光伏",
        "金额（元）": "4010.50",
        "发放日期": "2018-06-25",
    }
    apply_import(brought(tmp_path, [cells], officer), actor=officer)
    assert Benefit.objects.get().household == household
    item = IncomeItem.objects.filter(item="property_solar")
    assert not item.exists()  # property income was answered with 0: a person is asked


def of_household(no="H1", name="王建国", **cells):
    return {
        "户编号": no,
        "姓名": name,
        "政策名称": "户用光伏",
        "金额（元）": "4010.50",
        "发放日期": "2018-06-25",
        **cells,
    }


class TestWhoseMoneyItIs:
    """A payment to a household: 王建国's is H1, 李大山's H2, told by 户编号 with the name beside it."""

    @pytest.fixture
    def other(self, household):
        return make_household(VILLAGE_A, head="李大山", household_no="H2")

    def test_a_list_that_slipped_by_a_row_pays_nobody(self, household, other, solar, officer, tmp_path):
        imported = brought(tmp_path, [of_household("H1", "李大山"), of_household("H2", "王建国")], officer)
        assert faults(imported) == {2: ["name_of_another_household"], 3: ["name_of_another_household"]}
        apply_import(imported, actor=officer)
        assert not Benefit.objects.exists()

    def test_a_member_of_the_household_or_its_head_receives_it(
        self, household, other, solar, officer, tmp_path
    ):
        rows = [of_household(name="王小明"), of_household("H2", "李 大山")]
        assert faults(brought(tmp_path, rows, officer)) == {2: [], 3: []}

    def test_the_number_beside_it_must_be_of_the_same_household(
        self, household, other, solar, officer, tmp_path
    ):
        rows = [
            of_household(证件号码=other.head.identity.reveal()),
            of_household("H2", "李大山", 证件号码=other.head.identity.reveal()),
        ]
        assert faults(brought(tmp_path, rows, officer)) == {2: ["not_a_member"], 3: []}

    def test_a_number_the_register_does_not_know_is_asked_about(self, household, solar, officer, tmp_path):
        imported = brought(tmp_path, [of_household(证件号码="110101199003070038")], officer)
        assert faults(imported) == {2: ["number_unknown"]}
        assert imported.counts["wrong"] == 1
        choose_rows(imported, [2], True, actor=officer)
        apply_import(imported, actor=officer)
        assert Benefit.objects.get().household == household


def test_what_is_still_to_be_paid_is_not_received(household, yulu, officer, tmp_path):
    pupil = household.members.get(name="王小明")
    rows = [row(pupil, 发放日期="2018-11-03"), row(pupil, period="秋季", 发放日期="2018-12-31")]
    imported = brought(tmp_path, rows, officer)
    assert faults(imported) == {2: [], 3: ["to_come"]}
    apply_import(imported, actor=officer)
    assert Benefit.objects.get().paid_on == date(2018, 11, 3)


def test_what_is_wrong_is_said_by_row_and_the_rest_goes_in(household, yulu, solar, officer, tmp_path):
    pupil, head = household.members.get(name="王小明"), household.head
    elsewhere = make_household("220503101200", head="李外乡")
    rows = [
        row(pupil),
        row(pupil, period="春季", 一卡通批次号="YKT0626"),
        row(pupil, period=""),
        row(pupil, period="秋季", **{"金额（元）": "1600"}),
        row(pupil, policy="没有的政策"),
        row(pupil, period="秋季", 姓名="王大明"),
        row(elsewhere.head, period="秋季"),
        row(head, policy="户用光伏", period="", **{"金额（元）": "4000"}),
        {**row(pupil, period="秋季"), "证件号码": "220503199001011234"},
    ]
    imported = brought(tmp_path, rows, officer)
    found = faults(imported)
    assert found[3] == ["twice_in_the_file"]
    assert found[4] == ["period_wrong"]
    assert found[5] == ["amount_differs"]
    assert found[6] == ["policy_unknown"]
    assert "name_differs" in found[7]
    assert found[8] == ["household_outside"]
    assert found[9] == []
    assert "nobody_found" in found[10]
    apply_import(imported, actor=officer)
    assert Benefit.objects.count() == 2


def test_paid_before_with_another_amount_is_refused(household, solar, officer, tmp_path):
    make_benefit(solar, household, amount=Decimal("3900"))
    cells = {
        "户编号": "H1",
        "姓名": "王建国",
        "政策名称": "户用光伏",
        "金额（元）": "4000",
        "发放日期": "2018-06-25",
    }
    imported = brought(tmp_path, [cells], officer)
    assert faults(imported)[2] == ["received_already"]


class TestSomebodyWhoMoved:
    """王小明 left for another household on 1 August."""

    @pytest.fixture
    def pupil(self, household):
        pupil = household.members.get(name="王小明")
        household.memberships.filter(member=pupil).update(
            valid_to=date(2018, 8, 1), leave_reason="household_split"
        )
        Household.objects.filter(pk=household.pk).update(size=1)
        return pupil

    @pytest.fixture
    def other(self, pupil):
        other = make_household(VILLAGE_A, head="王二哥", household_no="H2")
        make_membership(other, pupil, since=date(2018, 8, 1))
        return other

    def test_what_he_received_before_is_seen(self, household, other, pupil, yulu, officer, tmp_path):
        make_benefit(yulu, household, pupil, paid_on=date(2018, 6, 20))
        rows = [row(pupil, 户编号="H2", 发放日期="2018-09-05")]
        assert faults(brought(tmp_path, rows, officer))[2] == ["received_already"]

    def test_once_in_a_life_is_once_in_whatever_household(self, household, other, pupil, officer, tmp_path):
        grant = make_policy("start", name="入学补助", frequency="once", terms=[])
        make_benefit(grant, household, pupil, year=2017, paid_on=date(2017, 9, 1))
        cells = row(pupil, policy="入学补助", period="", 户编号="H2", 发放日期="2018-09-05")
        assert faults(brought(tmp_path, [cells], officer))[2] == ["once_only"]

    def test_by_his_number_alone_it_is_the_household_of_that_day(
        self, household, other, pupil, yulu, officer, tmp_path
    ):
        rows = [row(pupil), row(pupil, period="秋季", 发放日期="2018-09-05")]
        imported = brought(tmp_path, rows, officer)
        assert faults(imported) == {2: [], 3: []}
        apply_import(imported, actor=officer)
        found = Benefit.objects.order_by("paid_on").values_list("household__household_no", flat=True)
        assert list(found) == ["H1", "H2"]

    def test_a_household_in_which_he_was_not_that_day_asks_for_the_reason(
        self, household, other, pupil, yulu, officer, tmp_path
    ):
        rows = [
            row(pupil, 户编号="H2"),
            row(pupil, period="秋季", 户编号="H1", 发放日期="2018-09-05", 说明="卡仍在原户"),
        ]
        imported = brought(tmp_path, rows, officer)
        assert faults(imported) == {2: ["not_a_member_then"], 3: []}


def test_a_bureau_brings_in_its_own_policies_only(household, yulu, solar, tmp_path):
    schools = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    imported = read(
        workbook(tmp_path / "a.xlsx", [row(household.members.get(name="王小明"))]),
        kind="benefits",
        actor=schools,
        as_of=date(2018, 11, 3),
    )
    assert faults(imported)[2] == ["other_sector"]
