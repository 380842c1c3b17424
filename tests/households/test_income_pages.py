"""The income sheet as a page: sums without JavaScript, questions about jumps, refusals at the field."""

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from households.models import IncomeItem, Survey
from poverty.web.questions import digest
from tests.actors import VILLAGE_A, client_of
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.standards import make_standard
from tests.factories.web import typed

pytestmark = pytest.mark.django_db

BLANK = dict.fromkeys(
    ("wage_income", "production_income", "property_income", "transfer_income", "production_expense")
)
# One person: 9,000.00 + 0 + 0 + 1,200.00 - 0 = 10,200.00
TYPED = {
    "amount_wage_work": "９,000",
    "none_production": "on",
    "none_property": "on",
    "amount_transfer_pension": "1200.00 元",
    "none_expense": "on",
}


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def clerk(village_clerk):
    return client_of(village_clerk)


@pytest.fixture
def household():
    return make_household(VILLAGE_A, survey=BLANK)


def url_of(household, year=2018):
    return reverse("households:income-edit", args=[household.pk, year])


def sent(response, **changes):
    return typed(response.context["form"], **changes) | typed(response.context["collecting"])


def told(response):
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


@pytest.fixture
def with_last_year():
    """2017: wage 10,000.00, transfer 500.00, 10,500.00 in all; 2018 started."""
    household = make_household(
        VILLAGE_A,
        year=2017,
        survey={
            "wage_income": "10000.00",
            "production_income": "0.00",
            "transfer_income": "500.00",
            "production_expense": "0.00",
        },
    )
    last = household.surveys.get()
    IncomeItem.objects.create(survey=last, item="wage_work", amount="10000.00")
    IncomeItem.objects.create(survey=last, item="transfer_pension", amount="500.00")
    make_year(year=2018)
    Survey.objects.create(household=household, year=2018, area_id=VILLAGE_A)
    return household


class TestSaving:
    def test_amounts_as_people_type_them(self, household, clerk):
        make_standard()
        response = clerk.post(url_of(household), sent(clerk.get(url_of(household)), **TYPED))
        assert response.status_code == 302
        assert response.url.endswith("?year=2018&tab=income")
        row = household.surveys.get()
        assert (row.wage_income, row.property_income, row.transfer_income) == (9000, 0, 1200)
        assert "现在判定：达标" in told(response)

    def test_blank_stays_unknown(self, household, clerk):
        make_standard()
        clerk.post(url_of(household), sent(clerk.get(url_of(household)), **{**TYPED, "none_property": None}))
        assert household.surveys.get().property_income is None
        page = clerk.get(url_of(household))
        assert page.context["form"].net is None
        assert page.context["form"]["none_property"].value() is False
        assert page.context["form"]["none_production"].value() is True

    def test_the_change_of_income_is_told(self, household, clerk):
        make_standard()
        clerk.post(url_of(household), sent(clerk.get(url_of(household)), **TYPED))
        response = clerk.post(url_of(household), sent(clerk.get(url_of(household)), amount_wage_work="2000"))
        assert "判定 达标 → 未达标" in told(response)
        assert "人均纯收入 达标（10,200.00 元） → 未达标（3,200.00 元）" in told(response)

    def test_nothing_changed(self, household, clerk):
        response = clerk.post(url_of(household), sent(clerk.get(url_of(household))))
        assert "没有改动" in told(response)

    def test_the_year_must_be_started_first(self, clerk):
        household = make_household(VILLAGE_A, survey=False)
        page = clerk.get(url_of(household))
        assert "还没有开始填写" in page.text
        assert 'name="then" value="income"' in page.text


class TestShown:
    def test_last_year_beside_each_item_and_group(self, with_last_year, clerk):
        text = clerk.get(url_of(with_last_year)).text
        assert "上年 <b>10,000.00</b> 元" in text
        assert "上年 10,500.00 元" in text  # net

    def test_items_of_later_years_are_not_asked(self, household, clerk):
        page = clerk.get(url_of(household))
        assert "amount_wage_public_post" not in page.context["form"].fields
        later = make_household(VILLAGE_A, year=2021, survey=BLANK)
        assert "amount_wage_public_post" in clerk.get(url_of(later, 2021)).context["form"].fields

    def test_what_does_not_count_says_why_where_it_is_typed(self, household, clerk):
        text = clerk.get(url_of(household)).text
        assert "不计入收入的款项" in text
        assert "这是专款专用的补助，不能用于日常生活，不计入家庭收入。" in text

    def test_an_imported_total_is_told(self, clerk):
        household = make_household(VILLAGE_A)
        assert "已登记合计 10,000.00 元，没有分项" in clerk.get(url_of(household)).text

    def test_sums_of_what_was_typed_without_javascript(self, household, clerk):
        response = clerk.post(
            url_of(household), sent(clerk.get(url_of(household)), **TYPED, amount_wage_other="-5")
        )
        assert response.status_code == 422
        assert response.context["form"].net == 10200


class TestJumps:
    def test_a_jump_is_asked_about_and_saved_after_a_yes(self, with_last_year, clerk):
        page = clerk.get(url_of(with_last_year))
        # 16,200 against 10,000 is +62 %; 1,200 against 500 is +140 %.
        response = clerk.post(url_of(with_last_year), sent(page, **{**TYPED, "amount_wage_work": "16200"}))
        assert response.status_code == 422
        asked = response.context["form"].questions
        assert asked["none_wage"].startswith("比上年增加 62%")
        assert asked["none_transfer"].startswith("比上年增加 140%")
        assert not with_last_year.surveys.get(year=2018).income_items.exists()
        answered = sent(response) | {"questions_answered": digest(response.context["form"])}
        assert clerk.post(url_of(with_last_year), answered).status_code == 302
        assert with_last_year.surveys.get(year=2018).wage_income == 16200

    def test_half_is_not_asked_about(self, with_last_year, clerk):
        page = clerk.get(url_of(with_last_year))
        changes = {**TYPED, "amount_wage_work": "15000", "amount_transfer_pension": "750"}
        assert clerk.post(url_of(with_last_year), sent(page, **changes)).status_code == 302


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("amount_wage_work", "-1", "金额不能为负数"),
            ("amount_wage_work", "一万", "请填金额"),
            ("amount_wage_work", "1e400", "金额太大"),
            ("amount_wage_work", "99999999999", "金额太大"),
            ("amount_wage_work", "12.345", "最多两位小数"),
            ("amount_wage_work", "NaN", "请填金额"),
            ("note_wage_work", "长" * 201, "备注最多200字"),
        ],
    )
    def test_a_message_at_the_field_and_the_rest_stays(self, household, clerk, field, value, words):
        page = clerk.get(url_of(household))
        changes = {"amount_wage_work": "1", **TYPED, field: value, "amount_production_other": "77"}
        response = clerk.post(url_of(household), sent(page, **{**changes, "none_production": None}))
        assert response.status_code == 422
        assert words in response.context["form"].errors[field][0]
        assert response.context["form"][field].value() == value
        assert response.context["form"]["amount_production_other"].value() == "77"
        assert not household.surveys.get().income_items.exists()

    def test_none_beside_an_amount(self, household, clerk):
        response = clerk.post(url_of(household), sent(clerk.get(url_of(household)), **TYPED, none_wage="on"))
        assert "不能同时选" in response.context["form"].errors["none_wage"][0]
        assert "不能同时选“没有”" in response.text

    def test_totals_that_do_not_fit(self, household, clerk):
        page = clerk.get(url_of(household))
        changes = {**TYPED, "amount_wage_work": "9999999999", "amount_wage_other": "9999999999"}
        response = clerk.post(url_of(household), sent(page, **changes))
        assert response.status_code == 422
        assert "金额太大" in response.context["form"].errors["none_wage"][0]


def test_only_in_place_and_only_ones_own(household, helper, stranger, auditor, county_reviewer):
    assert client_of(helper).get(url_of(household)).status_code == 404
    make_pairing(household, helper)
    assert client_of(helper).get(url_of(household)).status_code == 200
    assert client_of(stranger("village_clerk")).get(url_of(household)).status_code == 404
    assert client_of(auditor).get(url_of(household)).status_code == 403
    assert client_of(county_reviewer).get(url_of(household)).status_code == 403
