"""The income sheet, with sums worked out by hand: groups, net, per head, blank against none, what does not count."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from households.income_sheet import group_totals, jump, jump_words, net_of, per_head
from households.models import Assessment
from households.services.surveys import save_income
from poverty.audit.models import Entry
from poverty.fields.states import MET, UNKNOWN, UNMET
from tests.factories.accounts import make_user
from tests.factories.households import make_household
from tests.factories.standards import make_standard
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

UNANSWERED = {
    "wage_income": None,
    "production_income": None,
    "property_income": None,
    "transfer_income": None,
    "production_expense": None,
}
# 12,000.00 + 3,000.50 + 0 + 1,200 - 800.25 = 15,400.25; over three persons 5,133.4166… = 5,133.42
SHEET = {
    "wage_work": "12000.00",
    "production_planting": "2000.25",
    "production_breeding": "1000.25",
    "transfer_pension": "1200",
    "expense_planting": "800.25",
}
TOTALS = ("12000.00", "3000.50", "0.00", "1200.00", "800.25")


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def actor():
    return make_user("赵信息")


@pytest.fixture
def household():
    return make_household(
        survey=UNANSWERED,
        members=[
            {"name": "李秀英", "relation": "spouse", "sex": "female"},
            {"name": "王小明", "birth_date": date(1999, 5, 1)},
        ],
    )


def amounts(**typed):
    return {key: (None if value is None else Decimal(value), "") for key, value in typed.items()}


def totals_of(survey):
    survey.refresh_from_db()
    return tuple(
        str(value) if value is not None else None
        for value in (
            survey.wage_income,
            survey.production_income,
            survey.property_income,
            survey.transfer_income,
            survey.production_expense,
        )
    )


def saved(household, actor, *, none=("property",), **typed):
    survey = household.surveys.get(year=2018)
    return save_income(survey, amounts(**typed), none_groups=none, actor=actor)


class TestSums:
    def test_net_and_per_head_by_hand(self, household, actor):
        make_standard()
        survey = saved(household, actor, **SHEET)
        assert totals_of(survey) == TOTALS
        result = Assessment.objects.get(household=household, year=2018)
        assert (result.members, result.net_income_per_head) == (3, Decimal("5133.42"))
        assert result.income == MET  # 5,133.42 > 3,535.00

    def test_the_page_and_the_database_agree(self, household, actor):
        make_standard()
        survey = saved(household, actor, **SHEET)
        totals = {name: getattr(survey, name) for name in UNANSWERED}
        assert net_of(totals) == Decimal("15400.25")
        assert per_head(net_of(totals), 3) == Decimal("5133.42")

    @pytest.mark.parametrize(
        ("net", "members", "expected"),
        [
            ("0.01", 2, "0.01"),  # 0.005
            ("-0.01", 2, "-0.01"),
            ("10.04", 8, "1.26"),  # 1.255
            ("100", 3, "33.33"),
            ("200", 3, "66.67"),
        ],
    )
    def test_half_a_fen_goes_away_from_zero(self, household, actor, net, members, expected):
        assert per_head(Decimal(net), members) == Decimal(expected)

    def test_nobody_to_divide_by(self):
        assert per_head(Decimal(100), 0) is None

    def test_equal_to_the_line_is_not_above_it(self, household, actor):
        make_standard()
        # 3 x 3,535 = 10,605
        saved(household, actor, none=("property", "transfer", "production", "expense"), wage_work="10605")
        assert Assessment.objects.get(household=household).income == UNMET
        saved(household, actor, none=("property", "transfer", "production", "expense"), wage_work="10605.03")
        assert Assessment.objects.get(household=household).income == MET  # 3,535.01

    def test_a_subsidy_reduces_the_expense(self):
        found = group_totals({"expense_planting": Decimal("800.25"), "expense_subsidy": Decimal("300.25")})
        assert found == {"production_expense": Decimal("500.00")}

    def test_what_does_not_count_goes_into_no_group(self, household, actor):
        survey = saved(household, actor, **SHEET, beside_house_repair="20000", beside_self_paid="900")
        assert totals_of(survey) == TOTALS
        assert survey.income_items.get(item="beside_house_repair").amount == 20000

    def test_a_loss_is_negative(self):
        totals = dict.fromkeys(UNANSWERED, Decimal(0)) | {"production_expense": Decimal("900")}
        assert per_head(net_of(totals), 2) == Decimal("-450.00")


class TestBlankIsNotZero:
    def test_one_unanswered_group_leaves_the_income_unknown(self, household, actor):
        make_standard()
        survey = saved(household, actor, none=(), **SHEET)
        assert totals_of(survey) == ("12000.00", "3000.50", None, "1200.00", "800.25")
        result = Assessment.objects.get(household=household)
        assert (result.net_income_per_head, result.income) == (None, UNKNOWN)

    def test_none_is_zero(self, household, actor):
        assert totals_of(saved(household, actor, **SHEET))[2] == "0.00"

    def test_none_taken_back_is_unknown_again(self, household, actor):
        saved(household, actor, **SHEET)
        assert totals_of(saved(household, actor, none=(), **SHEET))[2] is None

    def test_an_item_of_zero_is_an_answer(self, household, actor):
        assert totals_of(saved(household, actor, none=(), **SHEET, property_land="0"))[2] == "0.00"

    def test_the_last_item_taken_away_leaves_it_unknown(self, household, actor):
        saved(household, actor, **SHEET)
        survey = saved(household, actor, wage_work=None)
        assert totals_of(survey)[0] is None
        assert not survey.income_items.filter(item="wage_work").exists()

    def test_items_that_are_not_named_stay(self, household, actor):
        saved(household, actor, **SHEET)
        survey = household.surveys.get()
        save_income(survey, amounts(wage_village_post="500"), actor=actor)
        assert totals_of(survey) == ("12500.00", "3000.50", "0.00", "1200.00", "800.25")

    def test_an_imported_total_stays_until_an_item_is_entered(self, actor):
        household = make_household(survey={"wage_income": "10000.00", "transfer_income": "500.00"})
        survey = saved(household, actor, none=("property",), transfer_pension="700")
        assert totals_of(survey)[0] == "10000.00"
        assert totals_of(survey)[3] == "700.00"
        assert totals_of(saved(household, actor, wage_work="9000"))[0] == "9000.00"


class TestTraces:
    def test_the_log_tells_items_and_totals(self, household, actor):
        saved(household, actor, **SHEET)
        survey = household.surveys.get()
        save_income(survey, {"wage_work": (Decimal("13000"), "下半年换厂")}, actor=actor)
        entry = Entry.objects.filter(action="households.income.save").latest("pk")
        assert entry.changes == {
            "务工收入": ["12000.00", "13000.00（下半年换厂）"],
            "wage_income": ["12000.00", "13000.00"],
        }

    def test_each_group_gets_its_source(self, household, actor):
        survey = household.surveys.get()
        save_income(
            survey, amounts(wage_work="12000"), actor=actor, source="visit", happened_on=date(2018, 11, 1)
        )
        survey.refresh_from_db()
        assert survey.source_of("wage_income") == ("visit", "2018-11-01")
        assert survey.version == 2

    def test_the_same_again_writes_nothing(self, household, actor):
        saved(household, actor, **SHEET)
        assert saved(household, actor, **SHEET).version == 2
        assert Entry.objects.filter(action="households.income.save").count() == 1

    def test_facts_are_newer_than_any_running_judgement(self, household, actor):
        before = household.facts_version
        saved(household, actor, **SHEET)
        household.refresh_from_db()
        assert household.facts_version == before + 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("typed", "field", "words"),
        [
            ({"wage_work": "-0.01"}, "wage_work", "不能为负数"),
            ({"wage_work": "10000000000"}, "wage_work", "金额太大"),
            ({"wage_work": "1.005"}, "wage_work", "最多两位小数"),
            ({"wage_work": "NaN"}, "wage_work", "请填金额"),
            ({"wage_work": "Infinity"}, "wage_work", "请填金额"),
            ({"wage_lottery": "1"}, "wage_lottery", "没有这个收入项目"),
            ({"wage_public_post": "1"}, "wage_public_post", "2018年度的表没有"),  # since 2021
            ({"expense_planting": None, "expense_subsidy": "1"}, "expense_subsidy", "2018年度的表没有"),
            ({"wage_other": "9999999999.99"}, "wage_income", "金额太大"),
        ],
    )
    def test_what_cannot_be(self, household, actor, typed, field, words):
        told = refused(saved, household, actor, **{**SHEET, **typed})
        assert list(told) == [field]
        assert words in told[field][0]
        assert household.surveys.get().wage_income is None
        assert not household.surveys.get().income_items.exists()

    def test_none_beside_an_amount(self, household, actor):
        told = refused(saved, household, actor, none=("wage",), **SHEET)
        assert "不能同时选" in told["wage_income"][0]

    def test_a_remark_without_an_amount(self, household, actor):
        survey = household.surveys.get()
        told = refused(save_income, survey, {"wage_work": (None, "打零工")}, actor=actor)
        assert "请把金额也填上" in told["wage_work"][0]

    def test_a_subsidy_above_the_expense(self, actor):
        household = make_household(year=2021, survey=UNANSWERED)
        with time_machine.travel("2021-11-03"):
            told = refused(
                save_income,
                household.surveys.get(),
                amounts(expense_planting="100", expense_subsidy="100.01"),
                actor=actor,
            )
        assert "不能大于支出" in told["expense_subsidy"][0]


class TestJumps:
    @pytest.mark.parametrize(
        ("now", "before", "expected"),
        [
            ("15001", "10000", "0.5001"),
            ("15000", "10000", None),
            ("4999", "10000", "-0.5001"),
            ("5000", "10000", None),
            ("100", "0", None),
            ("0", "10000", "-1"),
        ],
    )
    def test_more_than_half_is_asked_about(self, now, before, expected):
        found = jump(Decimal(now), Decimal(before), Decimal("0.5"))
        assert found == (None if expected is None else Decimal(expected))

    def test_nothing_to_compare_with(self):
        assert jump(None, Decimal(1), Decimal("0.5")) is None
        assert jump(Decimal(1), None, Decimal("0.5")) is None

    def test_the_words(self):
        told = jump_words(Decimal("0.62"), Decimal("16200"), Decimal("10000"))
        assert told == "比上年增加 62%（上年 10,000.00 元，现填 16,200.00 元），请核对。"
