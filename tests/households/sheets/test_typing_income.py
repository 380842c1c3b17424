"""Income of a sheet: typed by item or ticked as none, of this year and never of an earlier one."""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from households.models import IncomeItem, Survey, Visit, VisitFact
from households.services.income import save_income
from households.services.surveys import start_survey
from poverty.web.questions import ANSWER, digest
from tests.actors import VILLAGE_A, client_of
from tests.factories.households import (
    make_household,
    make_pairing,
    make_year,
)
from tests.factories.sheets import make_sheets, send_sheet, sheet_address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def home(helper):
    made = make_household(VILLAGE_A, head="王建国", survey={"dangerous_grade": "b", "house_area": "60.00"})
    make_pairing(made, helper)
    return made


@pytest.fixture
def sheet(home, village_clerk):
    return make_sheets(VILLAGE_A, village_clerk).sheets.get(household=home)


def test_the_income_of_autumn_is_typed_and_never_confirmed_by_the_tap(village_clerk, helper, home):
    survey = Survey.objects.get(household=home)
    IncomeItem.objects.create(survey=survey, item="wage_work", amount="10000")
    IncomeItem.objects.create(survey=survey, item="production_planting", amount="3000")
    sheet = make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()

    send_sheet(village_clerk, sheet, **{"i-wage_work": "12,000"})

    survey.refresh_from_db()
    assert survey.wage_income == Decimal("12000.00")
    assert survey.production_income == Decimal("3000.00"), "left alone"
    assert [one.field for one in VisitFact.objects.filter(field__startswith="item.")] == ["item.wage_work"]


def test_a_group_of_income_that_there_is_none_of(village_clerk, helper, home):
    Survey.objects.filter(household=home).update(property_income=None)
    sheet = make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()
    send_sheet(village_clerk, sheet, **{"none-property": "on"})
    assert Survey.objects.get(household=home).property_income == 0


class TestNoneOfAGroupBesideStandingItems:
    """The household signs that there is none of a group of which the register holds items."""

    @pytest.fixture
    def autumn(self, village_clerk, home):
        survey = Survey.objects.get(household=home)
        rows = [("property_land", "500"), ("wage_work", "10000")]
        save_income(survey, {key: (Decimal(yuan), "") for key, yuan in rows}, actor=village_clerk)
        return make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()

    def test_the_items_go_and_the_other_groups_stay(self, village_clerk, autumn, home):
        assert Survey.objects.get(household=home).property_income == 500
        send_sheet(village_clerk, autumn, **{"none-property": "on"})
        survey = Survey.objects.get(household=home)
        assert (survey.property_income, survey.wage_income) == (0, 10_000)
        assert list(survey.income_items.values_list("item", flat=True)) == ["wage_work"]
        told = dict(VisitFact.objects.exclude(outcome="same").values_list("field", "value"))
        assert told == {"item.property_land": None, "none.property": True}

    def test_another_group_is_typed_beside(self, village_clerk, autumn, home):
        send_sheet(village_clerk, autumn, **{"none-property": "on", "i-wage_work": "12000"})
        survey = Survey.objects.get(household=home)
        assert (survey.property_income, survey.wage_income) == (0, 12_000)

    def test_an_amount_and_the_tick_do_not_go_together(self, village_clerk, autumn, home):
        answer = send_sheet(village_clerk, autumn, **{"none-property": "on", "i-property_land": "600"})
        assert answer.status_code == 422
        assert answer.context["form"].errors["none-property"] == ["已填了金额，不能同时选“没有”。"]
        assert Survey.objects.get(household=home).property_income == 500
        assert not Visit.objects.exists()


class TestIncomeOfAnEarlierYear:
    """Last year 12,000 wages and 8,000 of a post, and land rent of 500; nothing of it carries over."""

    @pytest.fixture
    def home(self, helper, village_clerk):
        made = make_household(VILLAGE_A, head="王建国", year=2017)
        survey = Survey.objects.get(household=made)
        for item, amount in (("wage_work", 12_000), ("wage_other", 8_000), ("property_land", 500)):
            IncomeItem.objects.create(survey=survey, item=item, amount=amount)
        make_year(year=2018)
        make_pairing(made, helper)
        return made

    @pytest.fixture
    def autumn(self, village_clerk, home):
        return make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()

    WORDS = "收入按2018年的写：与上年一样的也要写，没有的在下面打勾"

    def test_paper_and_page_say_that_it_is_written_again(self, village_clerk, autumn):
        clerk = client_of(village_clerk)
        page = clerk.get(sheet_address(autumn)).content.decode()
        assert self.WORDS in page
        assert "没有变的不填" not in page
        address_of_print = reverse("households:sheets-print", args=[autumn.bundle_id])
        paper = clerk.post(address_of_print, {"which": "all"}).content.decode()
        assert self.WORDS in paper
        assert "没有变化的不填（收入除外）" in paper
        assert "左边没有改动的各项（收入除外），确认没有变化" in paper

    def test_of_a_group_that_is_filled_in_what_is_left_empty_is_asked_about(
        self, village_clerk, autumn, home
    ):
        typed = {"i-wage_work": "13000"}
        answer = send_sheet(village_clerk, autumn, **typed)
        assert answer.status_code == 422
        assert not Visit.objects.exists()
        form = answer.context["form"]
        assert list(form.questions) == ["i-wage_other"], "land rent is of another group, not filled in"
        assert "2017年有 8,000.00 元，这次没有填" in form.questions["i-wage_other"]
        assert 'value="13000"' in answer.content.decode()

        yes = {ANSWER: digest(form)}
        assert send_sheet(village_clerk, autumn, **typed, **yes).status_code == 302
        survey = Survey.objects.get(household=home, year=2018)
        assert (survey.wage_income, survey.property_income) == (13_000, None)

    def test_written_again_it_is_saved_without_a_question(self, village_clerk, autumn, home):
        sent = {"i-wage_work": "13000", "i-wage_other": "8000", "none-property": "on"}
        assert send_sheet(village_clerk, autumn, **sent).status_code == 302
        survey = Survey.objects.get(household=home, year=2018)
        assert (survey.wage_income, survey.property_income) == (21_000, 0)

    def test_a_group_of_this_year_is_not_asked_for_again(self, village_clerk, home):
        survey = start_survey(home, 2018, actor=village_clerk)
        save_income(survey, {"wage_work": (Decimal("13000"), "")}, actor=village_clerk)
        sheet = make_sheets(VILLAGE_A, village_clerk, month=10).sheets.get()
        page = client_of(village_clerk).get(sheet_address(sheet)).content.decode()
        assert "财产性收入、转移性收入、生产经营性支出按2018年的写" in page
        assert "2017年 <b>500.00</b>" in page, "of a group that this year has not answered"
        assert "8,000.00" not in page, "this year's wages are answered"
