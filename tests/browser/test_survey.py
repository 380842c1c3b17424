"""A cadre corrects facts on a phone and sees the verdict change; the sheet adds up while it is typed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from households.models import Assessment, Survey
from households.services.assess import judge_households
from poverty.accounts.models import Role
from poverty.fields.states import MET, UNMET
from tests.actors import VILLAGE_A
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area, make_settlement, make_settlement_fact
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
BLANK = dict.fromkeys(
    ("wage_income", "production_income", "property_income", "transfer_income", "production_expense")
)


@pytest.fixture
def setting():
    """A household whose house is dangerous, everything else met; its helper; two more in it."""
    with transaction.atomic():
        make_standard()
        group = make_settlement(make_area(VILLAGE_A), "二道沟一组")
        make_settlement_fact(group, "water", True)
        household = make_household(
            VILLAGE_A,
            settlement=group,
            survey={"dangerous_grade": "c", "is_dangerous_house": True, "water_solved": None},
            members=[
                {"name": "李秀英", "relation": "spouse", "sex": "female"},
                {
                    "name": "王小明",
                    "relation": "son",
                    "birth_date": date(2008, 5, 1),
                    "facts": {"school_status": "primary", "education_level": "", "work_months": None},
                },
            ],
        )
        helper = make_actor(Role.HELPER, VILLAGE_A)
        make_pairing(household, helper)
        judge_households([household.pk], 2018)
    return household, helper


def sideways(page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def press(page, name, word):
    """Press one of the big buttons of a yes/no/unknown field."""
    page.locator(f"#id_{name} label").filter(has_text=word).click()


def test_a_corrected_fact_changes_the_verdict_on_a_phone(phone, setting):
    household, helper = setting
    assert Assessment.objects.get(household=household).verdict == UNMET
    page = phone(helper)
    page.goto(f"/households/{household.pk}/2018/facts/")
    assert page.get_by_text("随二道沟一组，已达标").is_visible()
    page.select_option("#id_housing_safety", label="改造安全")
    page.fill("#id_housing_document", "竣工验收单 2018-031")
    page.get_by_role("button", name="保存并判定").click()
    page.wait_for_url(f"**/households/{household.pk}/?year=2018")
    assert page.get_by_text("判定 未达标 → 达标").is_visible()
    assert page.get_by_text("住房安全 未达标 → 达标").first.is_visible()
    assert Assessment.objects.get(household=household).verdict == MET


def test_a_wrong_value_is_told_and_nothing_typed_is_lost(phone, faults, setting):
    household, helper = setting
    page = phone(helper)
    page.goto(f"/households/{household.pk}/2018/facts/")
    page.fill("#id_house_area", "-3")
    press(page, "food_ok", "否")
    page.get_by_role("button", name="保存并判定").click()
    page.get_by_text("面积不能为负数").first.wait_for()
    faults.expect("422")
    assert page.input_value("#id_house_area") == "-3"
    assert page.locator("#id_food_ok input[value=false]").is_checked()
    assert page.locator(".fact.is-edited").count() == 2
    assert Survey.objects.get(household=household).food_ok is True


def test_a_touched_field_is_marked(phone, setting):
    household, helper = setting
    page = phone(helper)
    page.goto(f"/households/{household.pk}/2018/facts/")
    page.fill("#id_house_area", "66")
    press(page, "food_ok", "否")
    assert page.locator(".fact.is-edited").count() == 2
    press(page, "food_ok", "是")
    page.fill("#id_house_area", "")
    assert page.locator(".fact.is-edited").count() == 0


@SIZES
def test_the_sheet_adds_up_while_it_is_typed(open_page, setting, size):
    """12,000.00 + 3,000.50 + 0 + 1,200 - 800.25 = 15,400.25; over three 5,133.42."""
    household, helper = setting
    Survey.objects.filter(household=household).update(**BLANK)
    page = open_page(size, helper)
    page.goto(f"/households/{household.pk}/2018/income/")
    assert page.locator("[data-net]").inner_text() == "待核实"
    page.fill("#id_amount_wage_work", "12,000")
    page.fill("#id_amount_production_planting", "2000.25")
    page.fill("#id_amount_production_breeding", "1000.25")
    page.fill("#id_amount_transfer_pension", "1200")
    assert "财产性收入" in page.locator("[data-open]").inner_text()
    page.locator("#id_none_property").check()
    page.fill("#id_amount_expense_planting", "800.25")
    assert page.locator("#group-production [data-total]").inner_text() == "3,000.50"
    assert page.locator("[data-net]").inner_text() == "15,400.25"
    assert page.locator("[data-per-head]").inner_text() == "5,133.42"
    page.get_by_role("button", name="保存并判定").click()
    page.wait_for_url("**tab=income")
    assert Assessment.objects.get(household=household).net_income_per_head == Decimal("5133.42")


def test_an_amount_and_none_exclude_each_other(phone, setting):
    household, helper = setting
    Survey.objects.filter(household=household).update(**BLANK)
    page = phone(helper)
    page.goto(f"/households/{household.pk}/2018/income/")
    page.locator("#id_none_property").check()
    page.fill("#id_amount_property_land", "300")
    assert not page.locator("#id_none_property").is_checked()
    assert page.locator("#group-property [data-total]").inner_text() == "300.00"


@SIZES
def test_no_page_scrolls_sideways(open_page, setting, size):
    household, helper = setting
    child = household.members.get(name="王小明")
    page = open_page(size, helper)
    for path in (
        f"/households/{household.pk}/2018/facts/",
        f"/households/{household.pk}/2018/income/",
        f"/households/{household.pk}/2018/members/",
        f"/households/persons/{child.pk}/2018/facts/",
        f"/households/{household.pk}/2019/facts/",
    ):
        page.goto(path, wait_until="networkidle")
        assert sideways(page) <= 0, path


def test_a_bureau_fills_in_its_own_indicator(desktop, setting):
    household, _ = setting
    with transaction.atomic():
        officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="water")
    page = desktop(officer)
    page.goto(f"/households/{household.pk}/2018/sector/")
    press(page, "water_solved", "未解决")
    page.get_by_role("button", name="保存并判定").click()
    page.get_by_text("饮水安全 达标 → 未达标").first.wait_for()
    assert Assessment.objects.get(household=household).water == UNMET
