"""The form of living and production conditions: what it shows, what it saves, what it says, what it refuses."""

from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from households.models import CountyYear
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.web.questions import digest
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area, make_settlement, make_settlement_fact
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def household():
    return make_household(VILLAGE_A, survey={"dangerous_grade": "c", "is_dangerous_house": True})


@pytest.fixture
def clerk(village_clerk):
    return client_of(village_clerk)


def url_of(household, name="survey-edit", year=2018):
    return reverse(f"households:{name}", args=[household.pk, year])


def sent(response, collecting=None, **changes):
    """POST data of the page as shown, with some fields changed."""
    return typed(response.context["form"], **changes) | typed(
        response.context["collecting"], **(collecting or {})
    )


def told(response):
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


def labels_of(response):
    return {fact.bound.name for section in response.context["sections"] for fact in section.facts}


class TestSaving:
    def test_a_correction_tells_what_changed(self, household, clerk):
        make_standard()
        page = clerk.get(url_of(household))
        first = clerk.post(url_of(household), sent(page, house_area="68"))
        assert "现在判定：未达标" in told(first)
        page = clerk.get(url_of(household))
        response = clerk.post(
            url_of(household), sent(page, housing_safety="renovated", housing_document="竣工验收单")
        )
        assert response.status_code == 302
        assert response.url == f"/households/{household.pk}/?year=2018"
        message = told(response)
        assert "已保存 2 项改动" in message
        assert "判定 未达标 → 达标" in message
        assert "住房安全 未达标 → 达标" in message

    def test_without_a_standard_it_says_so(self, household, clerk):
        response = clerk.post(url_of(household), sent(clerk.get(url_of(household)), house_area="68"))
        assert "还没有发布退出标准" in told(response)

    def test_nothing_changed(self, household, clerk):
        response = clerk.post(url_of(household), sent(clerk.get(url_of(household))))
        assert response.status_code == 302
        assert "没有改动" in told(response)
        assert household.surveys.get().version == 1

    def test_who_collected_when_and_how(self, household, clerk, village_clerk):
        clerk.post(
            url_of(household),
            sent(
                clerk.get(url_of(household)),
                {"source": "visit", "happened_on": "2018-11-02", "decided_by_name": "钱队长"},
                food_ok="false",
            ),
        )
        row = household.surveys.get()
        assert (row.visited_on, row.decided_by_name, row.recorded_by) == (
            date(2018, 11, 2),
            "钱队长",
            village_clerk,
        )
        assert row.source_of("food_ok") == ("visit", "2018-11-02")

    def test_a_late_entry_asks_for_the_reason_at_its_field(self, household, clerk):
        page = clerk.get(url_of(household))
        response = clerk.post(url_of(household), sent(page, {"happened_on": "2018-10-08"}, food_ok="false"))
        assert response.status_code == 422
        assert "补录" in response.context["collecting"].errors["late_reason"][0]
        again = sent(response, {"late_reason": "下队集中录入"})
        assert clerk.post(url_of(household), again).status_code == 302
        assert household.surveys.get().food_ok is False


class TestWhatIsShown:
    def test_helpers_begin_with_a_visit_and_the_office_with_typing(self, household, clerk, helper):
        make_pairing(household, helper)
        assert client_of(helper).get(url_of(household)).context["collecting"]["source"].value() == "visit"
        assert clerk.get(url_of(household)).context["collecting"]["source"].value() == "entered"

    def test_last_year_stands_beside(self, clerk):
        household = make_household(VILLAGE_A, year=2017, survey={"house_area": "55.50"})
        make_year(year=2018)
        clerk.post(url_of(household, "survey-start"))
        page = clerk.get(url_of(household))
        assert "上年 <b>55.50</b> 平方米" in page.text
        assert "沿用上年 2017-12-31" in page.text

    def test_the_natural_village_is_told(self, clerk):
        group = make_settlement(make_area(VILLAGE_A), "二道沟一组")
        make_settlement_fact(group, "water", True, valid_from=date(2018, 1, 1))
        household = make_household(VILLAGE_A, settlement=group, survey={"water_solved": None})
        text = clerk.get(url_of(household)).text
        assert "随二道沟一组，已达标" in text
        assert "仅本户不同时填写" in text
        assert "通路：二道沟一组还没有登记" in text

    def test_two_water_questions_before_2018_and_one_since(self, clerk):
        household = make_household(VILLAGE_A)
        assert labels_of(clerk.get(url_of(household))) >= {"water_solved"}
        assert not labels_of(clerk.get(url_of(household))) & {"water_safe", "water_difficult"}
        make_parameter("water.criteria", "220503", date(2016, 1, 1), "two_fields", valid_to=date(2018, 1, 1))
        old = make_household(VILLAGE_A, year=2017)
        page = clerk.get(url_of(old, year=2017))
        assert labels_of(page) >= {"water_safe", "water_difficult"}
        assert "water_solved" not in labels_of(page)

    def test_confirming_what_was_carried(self, clerk):
        household = make_household(VILLAGE_A, year=2017, survey={"house_area": "55.50"})
        make_year(year=2018)
        clerk.post(url_of(household, "survey-start"))
        page = clerk.get(url_of(household))
        clerk.post(url_of(household), sent(page, {"confirmed": "on", "source": "visit"}))
        row = household.surveys.get(year=2018)
        assert row.source_of("house_area") == ("visit", "2018-11-03")
        assert "须核对" not in clerk.get(url_of(household)).text


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("house_area", "-3", "不能为负数"),
            ("house_area", "六十八", "请填数字"),
            ("house_area", "99999999999", "数字太大"),
            ("house_area", "NaN", "请填数字"),
            ("rebuilt_year", "2019", "1949至2018"),
            ("rebuilt_year", "99999999999999999999", "不能"),
            ("housing_document_date", "2018-11-04", "今天之后"),
            ("housing_document_date", "2018-13-01", "日期写成"),
            ("fuel_type", "uranium", "请从列表中选择"),
            ("industry_support", "长" * 101, "最多100字"),
            ("industry_support", "种植\0", ""),
        ],
    )
    def test_a_message_at_the_field_and_what_was_typed_stays(self, household, clerk, field, value, words):
        response = clerk.post(
            url_of(household), sent(clerk.get(url_of(household)), **{field: value, "house_structure": ""})
        )
        assert response.status_code == 422
        if words != "不能":
            assert words in response.context["form"].errors[field][0]
        assert list(response.context["form"].errors) == [field]
        assert str(response.context["form"][field].value()) == value
        assert household.surveys.get().version == 1

    def test_a_dangerous_grade_is_not_appraised_safe(self, household, clerk):
        response = clerk.post(
            url_of(household),
            sent(clerk.get(url_of(household)), housing_safety="graded", dangerous_grade="c", house_area="70"),
        )
        [text] = response.context["form"].errors["dangerous_grade"]
        assert text.startswith("C级是危房，不能认定为“鉴定安全”（A级或B级才安全）")
        assert response.context["form"]["house_area"].value() == "70"
        assert household.surveys.get().house_area is None

    def test_irrigated_beyond_cultivated(self, household, clerk):
        response = clerk.post(
            url_of(household), sent(clerk.get(url_of(household)), cultivated_land="3", irrigated_land="3.5")
        )
        assert "不能大于耕地面积" in response.context["form"].errors["irrigated_land"][0]

    def test_grade_against_flag_is_asked_about_and_can_be_kept(self, clerk):
        household = make_household(VILLAGE_A)
        response = clerk.post(
            url_of(household),
            sent(clerk.get(url_of(household)), is_dangerous_house="true", dangerous_grade="a"),
        )
        assert response.status_code == 422
        assert "互相矛盾" in response.text
        answered = sent(response) | {"questions_answered": _digest(response)}
        assert clerk.post(url_of(household), answered).status_code == 302
        assert household.surveys.get().is_dangerous_house is True

    def test_ten_megabytes(self, household, clerk):
        response = clerk.post(
            url_of(household), sent(clerk.get(url_of(household)), industry_support="长" * 2_000_000)
        )
        assert response.status_code == 422
        assert "最多100字" in response.context["form"].errors["industry_support"][0]
        too_much = sent(clerk.get(url_of(household)), industry_support="a" * 10_500_000)
        assert clerk.post(url_of(household), too_much).status_code == 400
        assert household.surveys.get().industry_support == ""


class TestYears:
    def test_a_year_that_was_not_started(self, clerk):
        household = make_household(VILLAGE_A, survey=False)
        assert "还没有开始填写" in clerk.get(url_of(household)).text
        response = clerk.post(url_of(household, "survey-start"))
        assert response.url == url_of(household)
        assert household.surveys.filter(year=2018).exists()

    def test_starting_goes_on_to_the_income(self, clerk):
        household = make_household(VILLAGE_A, survey=False)
        response = clerk.post(url_of(household, "survey-start"), {"then": "income"})
        assert response.url == url_of(household, "income-edit")

    def test_a_year_that_was_never_opened(self, household, clerk):
        assert "2019年度尚未开启" in clerk.get(url_of(household, year=2019)).text
        response = clerk.post(url_of(household, "survey-start", 2019))
        assert response.status_code == 422
        assert "2019年度尚未开启" in response.text
        assert not household.surveys.filter(year=2019).exists()

    def test_a_year_far_from_any(self, household, clerk):
        assert clerk.get(url_of(household, year=99999999)).status_code == 200
        assert clerk.post(url_of(household, "survey-start", 99999999)).status_code == 422

    def test_a_year_closed_while_the_form_was_open(self, household, clerk):
        page = clerk.get(url_of(household))
        close(2018)
        response = clerk.post(url_of(household), sent(page, food_ok="false"))
        assert response.status_code == 422
        assert "2018年度已关闭" in response.text
        assert response.context["form"]["food_ok"].value() is False
        assert household.surveys.get().food_ok is True

    def test_a_closed_year_is_shown_and_not_offered(self, household, clerk):
        close(2018)
        page = clerk.get(url_of(household))
        assert "已关闭" in page.text
        assert "保存并判定" not in page.text

    def test_a_household_that_left(self, clerk):
        household = make_household(VILLAGE_A, state="closed", closed_on=date(2018, 10, 8))
        page = clerk.get(url_of(household))
        assert "已销户" in page.text
        assert clerk.post(url_of(household), sent(page, food_ok="false")).status_code == 422
        assert household.surveys.get().food_ok is True


class TestRights:
    def test_a_helper_only_for_his_own(self, household, helper):
        client = client_of(helper)
        assert client.get(url_of(household)).status_code == 404
        make_pairing(household, helper)
        page = client_of(helper).get(url_of(household))
        assert page.status_code == 200
        assert client_of(helper).post(url_of(household), sent(page, food_ok="false")).status_code == 302

    def test_another_county(self, household):
        stranger = client_of(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_B))
        assert stranger.get(url_of(household)).status_code == 404
        assert stranger.post(url_of(household), {"food_ok": "false"}).status_code == 404
        assert stranger.post(url_of(household, "survey-start")).status_code == 404

    def test_another_village(self, household):
        stranger = client_of(make_actor(Role.VILLAGE_CLERK, "220503100999"))
        assert stranger.get(url_of(household)).status_code == 404

    @pytest.mark.parametrize(
        "role", ["county_reviewer", "bureau_officer", "auditor", "leader", "administrator"]
    )
    def test_who_does_not_collect(self, household, role, request):
        client = client_of(request.getfixturevalue(role))
        assert client.get(url_of(household)).status_code == 403
        assert client.post(url_of(household), {"food_ok": "false"}).status_code == 403
        assert client.post(url_of(household, "survey-start")).status_code == 403


def close(year):
    """Close the year of the county behind the form's back."""
    manager = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    close_year(
        CountyYear.objects.get(area_id="220503", year=year), actor=manager, document_name="关于关闭年度的通知"
    )


def _digest(response):
    return digest(response.context["form"])
