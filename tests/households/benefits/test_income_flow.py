"""What is paid under a policy goes into the household's income once; a typed amount is neither raised nor replaced."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.benefits.services.answering import answer_flow
from households.benefits.services.benefits import income_year, reverse_benefit
from households.benefits.services.waiting import flow_waiting
from households.models import Assessment, BenefitIncome, IncomeItem, Survey
from households.services.income import save_income
from households.services.years import reopen_year
from households.visits.services.income import write_lines
from poverty.accounts.models import Role
from poverty.review.errors import ChangedMeanwhile
from tests.actors import client_of
from tests.factories.accounts import make_actor, make_user
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import close_the_year, make_household, make_year
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db

UNANSWERED = {
    "wage_income": None,
    "production_income": None,
    "property_income": None,
    "transfer_income": None,
    "production_expense": None,
}
SHEET = {
    "wage_work": (Decimal("9000"), ""),
    "production_planting": (Decimal("2000"), ""),
    "property_land": (Decimal("600"), ""),
    "transfer_pension": (Decimal("1200"), ""),
    "expense_planting": (Decimal("800"), ""),
}


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def clerk():
    return make_user("赵信息")


@pytest.fixture
def household(clerk):
    """12,000 net over one person: 9,000 + 2,000 + 600 + 1,200 - 800."""
    home = make_household(survey=UNANSWERED)
    save_income(home.surveys.get(year=2018), SHEET, none_groups=set(), actor=clerk)
    return home


@pytest.fixture
def solar():
    return make_policy("solar_household", base=SOLAR)


def survey_of(household):
    return Survey.objects.get(household=household, year=2018)


def item_of(household, item):
    return IncomeItem.objects.filter(survey=survey_of(household), item=item).first()


def flow_of(household, item="property_solar", year=2018):
    return BenefitIncome.objects.get(household=household, item=item, year=year)


def test_a_payment_stands_in_its_item_and_in_the_total_and_is_judged(household, solar):
    make_standard()
    make_benefit(solar, household, amount=Decimal("4000"))
    item = item_of(household, "property_solar")
    assert (item.amount, item.source) == (Decimal("4000.00"), "benefit")
    assert survey_of(household).property_income == Decimal("4600.00")
    assert flow_of(household).state == "counted"
    assert Assessment.objects.get(household=household).net_income_per_head == Decimal("16000.00")


def test_two_payments_of_a_year_add_up_and_each_counts_once(household):
    monthly = make_policy("solar_post", base=SOLAR, frequency="month", income_item="wage_solar_post")
    make_benefit(monthly, household, period="m01", amount=Decimal("300"), paid_on=date(2018, 1, 31))
    make_benefit(monthly, household, period="m02", amount=Decimal("350.50"), paid_on=date(2018, 2, 28))
    assert item_of(household, "wage_solar_post").amount == Decimal("650.50")
    assert survey_of(household).wage_income == Decimal("9650.50")


def test_taken_back_it_leaves_the_income_again(household, solar):
    benefit = make_benefit(solar, household, amount=Decimal("4000"))
    reverse_benefit(benefit, reason="电站未并网", actor=make_actor(Role.TOWNSHIP_OFFICER))
    assert item_of(household, "property_solar") is None
    assert survey_of(household).property_income == Decimal("600.00")


def test_what_does_not_count_leaves_the_sheet_alone(household):
    house = make_policy("house_d", base=SOLAR, income_item="", not_counted="专款专用，不计入家庭收入。")
    make_benefit(house, household, amount=Decimal("20000"))
    assert survey_of(household).property_income == Decimal("600.00")
    assert not BenefitIncome.objects.exists()


def test_a_typed_amount_of_another_size_is_asked_about_and_stays_until_then(household, solar, clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("3500"), "")}, actor=clerk)
    make_benefit(solar, household, amount=Decimal("4000"))
    assert item_of(household, "property_solar").amount == Decimal("3500.00")
    assert survey_of(household).property_income == Decimal("4100.00")
    assert flow_of(household).state == "asked"


def test_a_typed_amount_of_the_same_size_is_that_money(household, solar, clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("4000"), "")}, actor=clerk)
    make_benefit(solar, household, amount=Decimal("4000"))
    assert flow_of(household).state == "counted"
    assert survey_of(household).property_income == Decimal("4600.00")
    assert item_of(household, "property_solar").source == "entered"


@pytest.mark.parametrize(
    ("answer", "amount", "total"),
    [
        ("included", "5000.00", "5600.00"),
        ("beside", "9000.00", "9600.00"),
        ("replaced", "4000.00", "4600.00"),
    ],
)
def test_a_person_says_how_both_go_together(household, solar, clerk, answer, amount, total):
    save_income(survey_of(household), {"property_solar": (Decimal("5000"), "")}, actor=clerk)
    make_benefit(solar, household, amount=Decimal("4000"))
    answer_flow(flow_of(household), answer, seen=Decimal("5000"), actor=clerk)
    assert item_of(household, "property_solar").amount == Decimal(amount)
    assert survey_of(household).property_income == Decimal(total)
    assert flow_of(household).state == "counted"


def test_a_typed_amount_below_the_payments_cannot_hold_them(household, solar, clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("3500"), "")}, actor=clerk)
    make_benefit(solar, household, amount=Decimal("4000"))
    with pytest.raises(ValidationError, match="不可能已包含"):
        answer_flow(flow_of(household), "included", seen=Decimal("3500"), actor=clerk)
    assert flow_of(household).state == "asked"


def test_an_answer_to_what_has_changed_meanwhile_is_refused(household, solar, clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("5000"), "")}, actor=clerk)
    make_benefit(solar, household, amount=Decimal("4000"))
    asked = flow_of(household)
    save_income(survey_of(household), {"property_solar": (Decimal("6000"), "")}, actor=clerk)
    with pytest.raises(ChangedMeanwhile):
        answer_flow(asked, "beside", seen=Decimal("5000"), actor=clerk)


def test_a_number_that_no_page_shows_is_refused_and_the_page_stays(household, solar, clerk, village_clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("5000"), "")}, actor=clerk)
    make_benefit(solar, household, amount=Decimal("4000"))
    browser, address = (
        client_of(village_clerk),
        reverse("households:benefit-answer", args=[flow_of(household).pk]),
    )
    seen = {"seen": "5000.00", "paid": "4000.00"}
    for name in seen:
        for text in ("1e999999999", "1e20", "NaN", "x"):
            answer = browser.post(address, {"answer": "beside", **seen, name: text})
            assert answer.status_code == 422
            assert answer.context["form"].errors == {"__all__": ["页面内容不完整，请重新打开再填。"]}
    assert flow_of(household).state == "asked"
    assert browser.post(address, {"answer": "beside", **seen}).status_code == 302
    assert flow_of(household).state == "counted"


def test_beside_stays_beside_when_more_is_paid_and_goes_back_when_taken_back(household, clerk):
    post = make_policy("solar_post", base=SOLAR, frequency="month", income_item="property_solar")
    save_income(survey_of(household), {"property_solar": (Decimal("500"), "")}, actor=clerk)
    first = make_benefit(post, household, period="m01", amount=Decimal("300"), paid_on=date(2018, 1, 31))
    answer_flow(flow_of(household), "beside", seen=Decimal("500"), actor=clerk)
    second = make_benefit(post, household, period="m02", amount=Decimal("300"), paid_on=date(2018, 2, 28))
    assert item_of(household, "property_solar").amount == Decimal("1100.00")
    officer = make_actor(Role.TOWNSHIP_OFFICER)
    for one in (first, second):
        reverse_benefit(one, reason="重复发放", actor=officer)
    assert item_of(household, "property_solar").amount == Decimal("500.00")
    assert survey_of(household).property_income == Decimal("1100.00")


def test_typed_over_later_is_asked_about(household, solar, clerk):
    make_benefit(solar, household, amount=Decimal("4000"))
    save_income(survey_of(household), {"property_solar": (Decimal("4800"), "")}, actor=clerk)
    assert flow_of(household).state == "asked"
    assert item_of(household, "property_solar").amount == Decimal("4800.00")


def test_payments_alone_do_not_answer_a_group(solar, clerk):
    home = make_household(survey=UNANSWERED)
    make_benefit(solar, home, amount=Decimal("4000"))
    assert item_of(home, "property_solar").amount == Decimal("4000.00")
    assert survey_of(home).property_income is None
    save_income(survey_of(home), {"wage_work": (Decimal("9000"), "")}, actor=clerk)
    assert survey_of(home).property_income is None
    # The whole sheet, with the payment as it stands there: now the group is answered.
    save_income(
        survey_of(home), SHEET | {"property_solar": (Decimal("4000"), "")}, none_groups=set(), actor=clerk
    )
    assert survey_of(home).property_income == Decimal("4600.00")
    assert flow_of(home).state == "counted"


def test_a_visit_s_line_of_another_group_does_not_answer_what_was_only_paid(solar, clerk):
    make_standard()
    home = make_household(survey=UNANSWERED)
    make_benefit(solar, home, amount=Decimal("4000"))
    write_lines(survey_of(home), {"item.wage_work": (Decimal("9000"), "")}, actor=clerk)
    survey = survey_of(home)
    assert (survey.wage_income, survey.property_income) == (Decimal("9000.00"), None)
    # Named by its own line it is answered: 4,000 paid and 600 of rent.
    write_lines(survey, {"item.property_land": (Decimal("600"), "")}, actor=clerk)
    assert survey_of(home).property_income == Decimal("4600.00")


def test_none_is_not_said_of_a_group_with_a_payment(solar, clerk):
    home = make_household(survey=UNANSWERED)
    make_benefit(solar, home, amount=Decimal("4000"))
    with pytest.raises(ValidationError) as refused:
        save_income(survey_of(home), {}, none_groups={"property"}, actor=clerk)
    assert "property_income" in refused.value.message_dict


@pytest.mark.parametrize("total", ["0.00", "8000.00"])
def test_a_total_without_items_is_neither_raised_nor_contradicted_unasked(solar, clerk, total):
    home = make_household(survey=UNANSWERED | {"property_income": Decimal(total)})
    make_benefit(solar, home, amount=Decimal("4000"))
    assert survey_of(home).property_income == Decimal(total)
    assert flow_of(home).state == "asked"
    answer_flow(flow_of(home), "beside", seen=None, actor=clerk)
    assert survey_of(home).property_income == Decimal(total) + 4000


def test_a_total_that_holds_the_payment_stays(solar, clerk):
    home = make_household(survey=UNANSWERED | {"property_income": Decimal("8000.00")})
    make_benefit(solar, home, amount=Decimal("4000"))
    answer_flow(flow_of(home), "included", seen=None, actor=clerk)
    assert survey_of(home).property_income == Decimal("8000.00")
    assert flow_of(home).state == "counted"


def test_a_closed_year_is_not_written_and_says_so(household, solar):
    close_the_year(make_year())
    make_benefit(solar, household, amount=Decimal("4000"))
    assert survey_of(household).property_income == Decimal("600.00")
    assert flow_of(household).state == "closed"


def test_a_payment_after_september_waits_for_its_year(household, solar):
    make_benefit(solar, household, amount=Decimal("4000"), paid_on=date(2018, 10, 20))
    assert survey_of(household).property_income == Decimal("600.00")
    assert flow_of(household, year=2019).state == "closed"
    make_year(year=2019)
    actor = make_actor(Role.TOWNSHIP_OFFICER)
    assert flow_waiting("220503100", 2019, actor=actor) == 1
    assert flow_of(household, year=2019).state == "counted"
    assert flow_waiting("220503100", 2019, actor=actor) == 0


def taken_back(benefit):
    reverse_benefit(benefit, reason="电站未并网", actor=make_actor(Role.TOWNSHIP_OFFICER))


def test_a_remark_makes_no_typed_amount_of_a_payment(household, solar, clerk):
    benefit = make_benefit(solar, household, amount=Decimal("4000"))
    save_income(survey_of(household), {"property_solar": (Decimal("4000"), "已到账")}, actor=clerk)
    item = item_of(household, "property_solar")
    assert (item.source, item.note) == ("benefit", "已到账")
    taken_back(benefit)
    assert item_of(household, "property_solar") is None
    assert survey_of(household).property_income == Decimal("600.00")


@pytest.mark.parametrize(
    ("answer", "amount", "total"), [("beside", 4000, "4600.00"), ("replaced", None, "600.00")]
)
def test_of_a_typed_amount_that_was_the_payment_a_person_says_whether_it_stays(
    household, solar, clerk, answer, amount, total
):
    save_income(survey_of(household), {"property_solar": (Decimal("4000"), "")}, actor=clerk)
    taken_back(make_benefit(solar, household, amount=Decimal("4000")))
    asked = flow_of(household)
    assert (asked.state, asked.paid, survey_of(household).property_income) == ("asked", 0, Decimal("4600.00"))
    with pytest.raises(ValidationError, match="已全部冲销"):
        answer_flow(asked, "included", seen=Decimal("4000"), actor=clerk)
    answer_flow(asked, answer, seen=Decimal("4000"), actor=clerk)
    item = item_of(household, "property_solar")
    assert (item and item.amount) == amount
    assert survey_of(household).property_income == Decimal(total)
    assert flow_of(household).state == "counted"


def test_asked_about_once_and_answered_by_typing_another_amount(household, solar, clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("5000"), "")}, actor=clerk)
    benefit = make_benefit(solar, household, amount=Decimal("4000"))
    answer_flow(flow_of(household), "included", seen=Decimal("5000"), actor=clerk)
    taken_back(benefit)
    # Money of another item neither answers nor asks anew.
    make_benefit(
        make_policy("post", base=SOLAR, name="光伏公益岗", income_item="wage_solar_post"),
        household,
        amount=Decimal("300"),
    )
    assert flow_of(household).state == "asked"
    save_income(survey_of(household), {"property_solar": (Decimal("1000"), "")}, actor=clerk)
    assert flow_of(household).state == "counted"
    assert survey_of(household).property_income == Decimal("1600.00")


def test_less_than_a_typed_amount_was_said_to_hold_is_asked_about(household, clerk):
    monthly = make_policy("solar_post", base=SOLAR, frequency="month", income_item="property_solar")
    save_income(survey_of(household), {"property_solar": (Decimal("1000"), "")}, actor=clerk)
    first = make_benefit(monthly, household, period="m01", amount=Decimal("300"), paid_on=date(2018, 1, 31))
    answer_flow(flow_of(household), "included", seen=Decimal("1000"), actor=clerk)
    make_benefit(monthly, household, period="m02", amount=Decimal("300"), paid_on=date(2018, 2, 28))
    assert flow_of(household).state == "counted"
    taken_back(first)
    assert flow_of(household).state == "asked"
    assert item_of(household, "property_solar").amount == Decimal("1000.00")


def test_what_never_counted_is_not_asked_about_when_taken_back(household, solar, clerk):
    save_income(survey_of(household), {"property_solar": (Decimal("3500"), "")}, actor=clerk)
    taken_back(make_benefit(solar, household, amount=Decimal("4000")))
    assert flow_of(household).state == "counted"
    assert item_of(household, "property_solar").amount == Decimal("3500.00")


def test_taken_back_in_a_closed_year_it_leaves_the_income_after_reopening(household, solar):
    benefit = make_benefit(solar, household, amount=Decimal("4000"))
    year = make_year()
    close_the_year(year)
    taken_back(benefit)
    assert flow_of(household).state == "closed"
    assert survey_of(household).property_income == Decimal("4600.00")
    county, officer = make_actor(Role.COUNTY_REVIEWER), make_actor(Role.TOWNSHIP_OFFICER)
    reopen_year(year, actor=county, comment="审计要求更正", document_name="审计意见〔2019〕3号")
    assert BenefitIncome.objects.waiting().count() == 1
    assert flow_waiting("220503100", 2018, actor=officer) == 1
    assert item_of(household, "property_solar") is None
    assert survey_of(household).property_income == Decimal("600.00")
    assert flow_waiting("220503100", 2018, actor=officer) == 0


def test_the_accounting_year_holds_the_day():
    make_year()
    assert income_year("220503100204", date(2017, 10, 1)) == 2018
    assert income_year("220503100204", date(2018, 9, 30)) == 2018
    assert income_year("220503100204", date(2018, 10, 1)) == 2019
