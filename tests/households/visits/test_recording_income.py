"""The income sheet of a visit is merged item by item; what two people said waits for a third."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from households.models import (
    IncomeItem,
    Survey,
    VisitFact,
)
from households.services.facts import facts_changed
from households.services.income import save_income
from households.visits.sent import SentIncome
from households.visits.services.recording import record_visit, record_visits
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing
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
def household(helper):
    make_standard()
    home = make_household(VILLAGE_A, survey={"food_ok": None, "house_area": "60.00"})
    make_pairing(home, helper)
    facts_changed([home.pk], [2018])
    return home


def survey_of(household):
    return Survey.objects.get(household=household, year=2018)


def outcomes(visit=None):
    rows = VisitFact.objects.filter(visit=visit) if visit else VisitFact.objects.all()
    return {row.field: row.outcome for row in rows}


def test_the_income_sheet_is_merged_item_by_item(household, helper):
    Survey.objects.filter(household=household).update(
        wage_income=None,
        production_income=None,
        property_income=None,
        transfer_income=None,
        production_expense=None,
    )
    income = SentIncome(
        items={"wage_work": (Decimal("8000.00"), "外出"), "transfer_pension": (Decimal("1320.00"), "")},
        none_groups=("property",),
    )
    answer = record_visit(make_sent(household, income=income), actor=helper)
    survey = survey_of(household)
    assert answer.state == "received"
    assert (survey.wage_income, survey.transfer_income, survey.property_income) == (8000, 1320, 0)
    assert survey.production_income is None
    assert IncomeItem.objects.get(item="wage_work").source == "visit"

    # Another phone that saw the empty sheet says something else about one item.
    second = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, second, order=2)
    answer = record_visit(
        make_sent(
            household,
            income=SentIncome(
                items={"wage_work": (Decimal("9000.00"), ""), "production_planting": (Decimal("500.00"), "")}
            ),
        ),
        actor=second,
    )
    assert answer.state == "inbox"
    assert {one["field"]: one["outcome"] for one in answer.facts} == {
        "item.wage_work": "conflict",
        "item.production_planting": "written",
    }
    survey = survey_of(household)
    assert (survey.wage_income, survey.production_income, survey.property_income) == (8000, 500, 0)


def test_a_wrong_line_of_the_sheet_waits_and_the_others_are_written(household, helper):
    Survey.objects.filter(household=household).update(wage_income=None, transfer_income=None)
    income = SentIncome(
        items={
            "wage_work": (Decimal("8000.00"), ""),
            "wage_public_post": (Decimal("600.00"), ""),  # asked from 2021 on only
        },
    )
    answer = record_visit(make_sent(household, income=income), actor=helper)
    assert {one["field"]: one["outcome"] for one in answer.facts} == {
        "item.wage_work": "written",
        "item.wage_public_post": "refused",
    }


class TestIncomeOfTwoVisitsOfOne:
    """The copy of 1 October lies on the phone; two visits are written by it, one after the other."""

    @pytest.fixture(autouse=True)
    def no_income_yet(self, household):
        Survey.objects.filter(household=household).update(wage_income=None, property_income=None)

    @staticmethod
    def says(household, day, yuan, **fields):
        income = SentIncome(items={"wage_work": (Decimal(yuan), "")} if yuan else {}, **fields)
        return make_sent(household, happened_on=date(2018, 11, day), income=income)

    @pytest.mark.parametrize("together", [True, False])
    def test_the_later_amount_stands(self, household, helper, together):
        visits = [self.says(household, 1, "8000.00"), self.says(household, 3, "9000.00")]
        if together:
            answers = record_visits(visits[::-1], actor=helper)
        else:
            answers = [record_visit(one, actor=helper) for one in visits]
        assert [one.state for one in answers] == ["received"] * 2
        assert survey_of(household).wage_income == 9_000
        assert set(outcomes().values()) == {"written"}

    def test_the_earlier_one_that_comes_later_does_not_overwrite(self, household, helper):
        record_visit(self.says(household, 3, "9000.00"), actor=helper)
        assert record_visit(self.says(household, 1, "8000.00"), actor=helper).state == "inbox"
        assert survey_of(household).wage_income == 9_000

    def test_what_another_changed_in_between_waits(self, household, helper):
        record_visit(self.says(household, 1, "8000.00"), actor=helper)
        clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
        save_income(survey_of(household), {"wage_work": (Decimal("8500"), "")}, actor=clerk)
        assert record_visit(self.says(household, 3, "9000.00"), actor=helper).state == "inbox"
        assert survey_of(household).wage_income == 8_500
