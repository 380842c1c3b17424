"""Two people at the same facts: what does not conflict is kept of both, what does is shown and decided by a person."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from households.services.surveys import save_income, save_member_survey, save_survey
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_member, make_year
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def clerk(village_clerk):
    return client_of(village_clerk)


@pytest.fixture
def other():
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    officer.name = "孙乡镇"
    officer.save()
    return officer


def sent(response, **changes):
    return typed(response.context["form"], **changes) | typed(response.context["collecting"])


def choice(response, name, side):
    """Choose a value in the conflict table."""
    return {response.context["form"].conflicts[name].input_name: side}


def said_by_the_log():
    """The log's clock is the database's own, in local time."""
    return f"孙乡镇 {timezone.localtime(Entry.objects.latest('pk').at):%Y-%m-%d %H:%M}"


class TestConditions:
    @pytest.fixture
    def household(self):
        return make_household(VILLAGE_A, survey={"house_area": "60.00"})

    def url(self, household):
        return reverse("households:survey-edit", args=[household.pk, 2018])

    def test_different_fields_are_both_kept(self, household, clerk, other):
        page = clerk.get(self.url(household))
        save_survey(household.surveys.get(), {"food_ok": False}, actor=other)
        response = clerk.post(self.url(household), sent(page, house_area="75"))
        assert response.status_code == 302
        row = household.surveys.get()
        assert (row.house_area, row.food_ok) == (75, False)
        assert row.version == 3

    def test_the_same_field_is_shown_with_three_values_and_who(self, household, clerk, other):
        page = clerk.get(self.url(household))
        save_survey(household.surveys.get(), {"house_area": "80"}, actor=other)
        response = clerk.post(self.url(household), sent(page, house_area="75", food_ok="false"))
        assert response.status_code == 422
        conflict = response.context["form"].conflicts["house_area"]
        assert (conflict.base, conflict.mine, conflict.theirs) == ("60", "75", "80")
        assert conflict.who == said_by_the_log()
        assert household.surveys.get().house_area == 80
        assert household.surveys.get().food_ok is True

    @pytest.mark.parametrize(("side", "expected"), [("mine", 75), ("theirs", 80)])
    def test_a_person_decides(self, household, clerk, other, side, expected):
        page = clerk.get(self.url(household))
        save_survey(household.surveys.get(), {"house_area": "80"}, actor=other)
        response = clerk.post(self.url(household), sent(page, house_area="75", food_ok="false"))
        decided = clerk.post(self.url(household), sent(response) | choice(response, "house_area", side))
        assert decided.status_code == 302
        row = household.surveys.get()
        assert (row.house_area, row.food_ok) == (expected, False)

    def test_a_third_change_meanwhile_is_asked_again(self, household, clerk, other):
        page = clerk.get(self.url(household))
        save_survey(household.surveys.get(), {"house_area": "80"}, actor=other)
        response = clerk.post(self.url(household), sent(page, house_area="75"))
        decided = sent(response) | choice(response, "house_area", "mine")
        save_survey(household.surveys.get(), {"house_area": "85"}, actor=other)
        assert clerk.post(self.url(household), decided).status_code == 422
        assert household.surveys.get().house_area == 85

    def test_both_agree(self, household, clerk, other):
        page = clerk.get(self.url(household))
        save_survey(household.surveys.get(), {"house_area": "75"}, actor=other)
        assert clerk.post(self.url(household), sent(page, house_area="75.0")).status_code == 302
        assert household.surveys.get().version == 2

    def test_base_values_of_another_household_count_for_nothing(self, household, clerk):
        elsewhere = make_household(VILLAGE_A, survey={"house_area": "60.00"})
        page = clerk.get(self.url(elsewhere))
        response = clerk.post(self.url(household), sent(page, house_area="75"))
        assert response.status_code == 422
        assert household.surveys.get().house_area == 60

    def test_two_edits_that_break_a_rule_only_together(self, clerk, other):
        household = make_household(VILLAGE_A, survey={"cultivated_land": "5", "irrigated_land": "2"})
        page = clerk.get(self.url(household))
        save_survey(household.surveys.get(), {"cultivated_land": "3"}, actor=other)
        response = clerk.post(self.url(household), sent(page, irrigated_land="4"))
        assert response.status_code == 422
        assert "不能大于耕地面积" in response.context["form"].errors["irrigated_land"][0]
        assert household.surveys.get().irrigated_land == 2


class TestMembers:
    def url(self, member):
        return reverse("households:member-survey-edit", args=[member.pk, 2018])

    def test_conflicts_name_who_changed_this_person(self, clerk, other):
        household = make_household(VILLAGE_A, members=[{"name": "李秀英", "sex": "female"}])
        wife = household.members.get(name="李秀英")
        page = clerk.get(self.url(wife))
        save_member_survey(wife, 2018, {"work_months": 3}, actor=other)
        response = clerk.post(self.url(wife), sent(page, work_months="8"))
        conflict = response.context["form"].conflicts["work_months"]
        assert (conflict.base, conflict.mine, conflict.theirs) == ("10", "8", "3")
        assert conflict.who == said_by_the_log()

    def test_both_begin_a_persons_year(self, clerk, other):
        household = make_household(VILLAGE_A, year=2017)
        make_year(year=2018)
        person = household.head
        page = clerk.get(self.url(person))
        save_member_survey(person, 2018, {"resident_insurance": True}, actor=other)
        response = clerk.post(self.url(person), sent(page, work_months="8"))
        assert response.status_code == 302
        row = person.surveys.get(year=2018)
        assert (row.resident_insurance, row.work_months) == (True, 8)

    def test_both_begin_with_the_same_field(self, clerk, other):
        household = make_household(VILLAGE_A, survey=False)
        make_year(year=2018)
        baby = make_member(household, "王小宝", birth_date=date(2018, 3, 1), facts=False)
        page = clerk.get(self.url(baby))
        save_member_survey(baby, 2018, {"resident_insurance": True}, actor=other)
        response = clerk.post(self.url(baby), sent(page, resident_insurance="false"))
        assert response.status_code == 422
        assert list(response.context["form"].conflicts) == ["resident_insurance"]
        assert baby.surveys.get(year=2018).resident_insurance is True


class TestIncome:
    """12,000 of wages at first."""

    @pytest.fixture
    def household(self, other):
        blank = dict.fromkeys(
            ("wage_income", "production_income", "property_income", "transfer_income", "production_expense")
        )
        household = make_household(VILLAGE_A, survey=blank)
        self.save(household, other, wage_work=12000)
        return household

    def save(self, household, actor, **amounts):
        items = {key: (Decimal(value), "") for key, value in amounts.items()}
        save_income(household.surveys.get(), items, actor=actor)

    def url(self, household):
        return reverse("households:income-edit", args=[household.pk, 2018])

    def test_items_of_one_group_are_both_kept_and_added(self, household, clerk, other):
        page = clerk.get(self.url(household))
        self.save(household, other, wage_village_post=3000)
        assert clerk.post(self.url(household), sent(page, amount_wage_other="500")).status_code == 302
        assert household.surveys.get().wage_income == 15500

    def test_the_same_item(self, household, clerk, other):
        page = clerk.get(self.url(household))
        self.save(household, other, wage_work=13000)
        response = clerk.post(
            self.url(household), sent(page, amount_wage_work="11000", amount_transfer_pension="700")
        )
        assert response.status_code == 422
        conflict = response.context["form"].conflicts["amount_wage_work"]
        assert (conflict.label, conflict.base, conflict.mine, conflict.theirs) == (
            "务工收入",
            "12000",
            "11000",
            "13000",
        )
        assert conflict.who.startswith("孙乡镇")
        decided = clerk.post(
            self.url(household), sent(response) | choice(response, "amount_wage_work", "theirs")
        )
        assert decided.status_code == 302
        row = household.surveys.get()
        assert (row.wage_income, row.transfer_income) == (13000, 700)

    def test_none_against_an_amount_of_the_other(self, household, clerk, other):
        page = clerk.get(self.url(household))
        self.save(household, other, transfer_pension=700)
        response = clerk.post(self.url(household), sent(page, none_transfer="on"))
        assert response.status_code == 422
        assert "不能同时选" in response.context["form"].errors["none_transfer"][0]
        assert household.surveys.get().transfer_income == 700
