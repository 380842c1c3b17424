"""人均纯收入: what is divided by whom, how it is rounded, and when it is not known (practice.md, Indicators)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q

from households.judging import judged
from households.models import CountyYear
from households.rules import rules_for
from tests.factories.households import make_household, make_member, make_membership, make_year
from tests.factories.standards import make_standard
from tests.households.verdicts import NAMES, judge, judged_again, state

pytestmark = pytest.mark.django_db

PERIOD_END = date(2018, 9, 30)
DAY = timedelta(days=1)
NONE = {
    "wage_income": Decimal(0),
    "production_income": Decimal(0),
    "property_income": Decimal(0),
    "transfer_income": Decimal(0),
    "production_expense": Decimal(0),
}


def household_with(wage, *, people=1, **survey):
    """A household of so many people whose only income, in yuan, is this wage."""
    others = [{"name": "王小明", "birth_date": date(1990, 1, 1)} for _ in range(people - 1)]
    return make_household(survey={**NONE, "wage_income": Decimal(wage), **survey}, members=others)


@pytest.mark.parametrize(
    ("wage", "expected"),
    [
        ("3534.99", "unmet"),
        ("3535.00", "unmet"),  # equal to the line is not above it
        ("3535.01", "met"),
        ("0", "unmet"),
    ],
)
def test_only_above_the_line_is_met(wage, expected):
    assert state(household_with(wage), "income") == expected


@pytest.mark.parametrize(("wage", "expected"), [("3534.99", "unmet"), ("3535.00", "met")])
def test_a_standard_may_ask_for_not_less_than_the_line(wage, expected):
    household = household_with(wage)
    draft = make_standard(rows={"income": "3535"}, status="draft")
    draft.requirements.update(comparison="ge")
    row = judged(rules_for(CountyYear.objects.get()), draft, Q()).get(household=household)
    assert NAMES[row.state_income] == expected


@pytest.mark.parametrize(
    ("net", "people", "per_head", "expected"),
    [
        ("10605.01", 3, "3535.00", "unmet"),  # 3535.00333…
        ("10605.02", 3, "3535.01", "met"),  # 3535.00666…
        ("7070.01", 2, "3535.01", "met"),  # 3535.005 goes up
        ("7070.00", 2, "3535.00", "unmet"),
        ("0.01", 2, "0.01", "unmet"),  # 0.005 goes up
        ("0.01", 3, "0.00", "unmet"),  # 0.00333…
        ("100.00", 3, "33.33", "unmet"),
        ("200.00", 3, "66.67", "unmet"),
    ],
)
def test_per_head_is_rounded_half_up_before_it_is_compared(net, people, per_head, expected):
    result = judge(household_with(net, people=people))
    assert result.net_income_per_head == Decimal(per_head)
    assert result.members == people
    assert NAMES[result.income] == expected


def test_net_income_is_the_four_groups_less_the_expense():
    household = make_household(
        survey={
            "wage_income": Decimal("4000.10"),
            "production_income": Decimal("3000.20"),
            "property_income": Decimal("200.30"),
            "transfer_income": Decimal("1000.40"),
            "production_expense": Decimal("1201.00"),
        }
    )
    assert judge(household).net_income_per_head == Decimal("7000.00")


def test_expense_above_income_gives_a_negative_net_income():
    result = judge(household_with("100", production_expense=Decimal("1600.50")))
    assert (result.net_income_per_head, result.income) == (Decimal("-1500.50"), 0)


@pytest.mark.parametrize("blank", list(NONE))
def test_blank_is_not_zero(blank):
    result = judge(household_with("90000", **{blank: None}))
    assert (result.net_income_per_head, result.income) == (None, 1)


def test_all_blank_is_unknown_and_all_zero_is_known():
    blank = make_household(head="李秀英", survey=dict.fromkeys(NONE))
    zero = household_with("0")
    assert state(blank, "income") == "unknown"
    from_zero = judged_again(zero)
    assert (from_zero.net_income_per_head, from_zero.income) == (Decimal("0.00"), 0)


def test_the_largest_amounts_that_can_be_typed_are_judged():
    most = Decimal("9999999999.99")
    household = household_with(most, production_income=most, property_income=most, transfer_income=most)
    assert judge(household).net_income_per_head == Decimal("39999999999.96")


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (date(2016, 1, 1), None, True),
        (PERIOD_END, None, True),  # joined on the last day
        (PERIOD_END + DAY, None, False),  # joined after the period
        (date(2016, 1, 1), PERIOD_END, False),  # left on the day: no longer a member
        (date(2016, 1, 1), PERIOD_END + DAY, True),  # left the day after
        (date(2016, 1, 1), date(2018, 3, 1), False),
    ],
)
def test_who_is_a_member_at_the_end_of_the_period_divides(since, until, counts):
    household = household_with("8000")
    make_member(household, "李秀英", relation="spouse", sex="female", since=since, until=until)
    result = judge(household)
    assert result.members == (2 if counts else 1)
    assert result.net_income_per_head == Decimal("4000.00" if counts else "8000.00")


def test_a_child_born_the_day_before_the_end_divides():
    household = household_with("8000")
    born = PERIOD_END - DAY
    make_member(household, "王宝", birth_date=born, since=born, join_reason="birth", facts=False)
    assert judge(household).net_income_per_head == Decimal("4000.00")


def test_who_died_before_the_end_does_not_divide():
    household = household_with("8000")
    make_member(household, "王老栓", relation="parent", until=date(2018, 9, 29), leave_reason="death")
    assert judge(household).net_income_per_head == Decimal("8000.00")


def test_who_came_back_divides_once():
    household = household_with("8000")
    member = make_member(household, "王小明", until=date(2017, 5, 1))
    make_membership(household, member, since=date(2018, 6, 1))
    assert judge(household).members == 2


def test_a_county_that_accounts_by_the_calendar_year_counts_its_members_in_december():
    make_year("220503", 2018, period_from=date(2018, 1, 1), period_to=date(2018, 12, 31))
    household = household_with("8000")
    make_member(household, "王小明", since=date(2018, 12, 31))
    make_member(household, "王小红", since=date(2016, 1, 1), until=date(2018, 12, 31))
    assert CountyYear.objects.get().period_to == date(2018, 12, 31)
    assert judge(household).members == 2
