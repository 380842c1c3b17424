"""The income sheet: saved whole, merged item by item, judged at once."""

from decimal import Decimal

import pytest

from households.models import Assessment, IncomeItem, Survey
from households.services.assess import judge_households
from poverty.accounts.roles import Role
from tests.actors import VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.households import make_pairing, make_survey
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db

PAPER = {"happened_on": "2018-09-25", "late_reason": "雨季补录"}


def verdict_of(household):
    return Assessment.objects.get(household=household, year=2018)


def sheet(**amounts):
    return {key: {"amount": amount, "note": ""} for key, amount in amounts.items()}


def test_the_sheet_is_saved_and_judged(ask, helper, household, survey):
    make_pairing(household, helper)
    asker = ask(helper)
    seen = asker.get(f"surveys/{survey.pk}/income/").json()
    assert (seen["items"], seen["none_groups"], seen["net_income"]) == ({}, ["property"], "12000.00")
    body = {
        "items": sheet(wage_work="3000.00", production_planting="1500"),
        "none_groups": ["property"],
        "base": {"items": seen["items"], "none_groups": seen["none_groups"]},
        **PAPER,
    }
    answer = asker.put(f"surveys/{survey.pk}/income/", body)
    assert answer.status_code == 200, answer.json()
    told = answer.json()
    assert told["totals"]["wage_income"] == "3000.00"
    assert told["totals"]["transfer_income"] == "500.00", "imported without items, stays"
    # 3000 + 1500 + 0 + 500 - 1500 = 3500, not more than 3535
    assert told["net_income"] == "3500.00"
    assert verdict_of(household).income == 0


def test_an_item_that_is_not_named_is_taken_away_and_another_s_stays(ask, village_clerk, survey):
    asker = ask(village_clerk)
    IncomeItem.objects.create(survey=survey, item="wage_work", amount=Decimal("4000.00"))
    seen = asker.get(f"surveys/{survey.pk}/income/").json()
    IncomeItem.objects.create(survey=survey, item="wage_village_post", amount=Decimal("600.00"))
    body = {"items": {}, "base": {"items": seen["items"]}, **PAPER}
    body["none_groups"] = body["base"]["none_groups"] = seen["none_groups"]
    answer = asker.put(f"surveys/{survey.pk}/income/", body)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["items"] == {"wage_village_post": {"amount": "600.00", "note": ""}}
    assert answer.json()["totals"]["wage_income"] == "600.00"


class TestJumps:
    """Last year 8,000 yuan of wages and 10,000 net; more than half as much again is asked about."""

    @pytest.fixture(autouse=True)
    def last_year(self, household, survey):
        make_survey(household, 2017, wage_income=Decimal("8000.00"))

    def body(self, **more):
        return {
            "items": sheet(wage_work="16200.00"),
            "none_groups": ["property"],
            "base": {"items": {}, "none_groups": ["property"]},
            **PAPER,
            **more,
        }

    def test_is_asked_about_and_nothing_is_saved(self, ask, village_clerk, survey):
        answer = ask(village_clerk).put(f"surveys/{survey.pk}/income/", self.body())
        assert (answer.status_code, answer.json()["code"]) == (422, "needs_confirmation")
        assert answer.json()["fields"] == {
            "wage_income": ["比上年增加 103%（上年 8,000.00 元，现填 16,200.00 元），请核对。"]
        }
        assert "confirmed_jumps" in answer.json()["message"]
        assert not IncomeItem.objects.exists()
        assert Survey.objects.get(pk=survey.pk).wage_income == Decimal("10000.00")

    def test_is_saved_when_it_is_confirmed(self, ask, village_clerk, survey):
        answer = ask(village_clerk).put(
            f"surveys/{survey.pk}/income/", self.body(confirmed_jumps=["wage_income"])
        )
        assert answer.status_code == 200, answer.json()
        assert answer.json()["totals"]["wage_income"] == "16200.00"

    def test_another_jump_is_asked_about_all_the_same(self, ask, village_clerk, survey):
        answer = ask(village_clerk).put(
            f"surveys/{survey.pk}/income/", self.body(confirmed_jumps=["production_income"])
        )
        assert list(answer.json()["fields"]) == ["wage_income"]

    def test_an_unknown_name_is_refused(self, ask, village_clerk, survey):
        answer = ask(village_clerk).put(f"surveys/{survey.pk}/income/", self.body(confirmed_jumps=["all"]))
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    def test_half_as_much_is_not_asked_about(self, ask, village_clerk, survey):
        body = self.body(items=sheet(wage_work="12000.00"))
        assert ask(village_clerk).put(f"surveys/{survey.pk}/income/", body).status_code == 200

    def test_the_income_per_head_is_asked_about_too(self, ask, village_clerk, household, survey):
        make_standard(year=2017)
        judge_households([household.pk], 2017)
        answer = ask(village_clerk).put(f"surveys/{survey.pk}/income/", self.body())
        assert set(answer.json()["fields"]) == {"wage_income", "per_head"}

    def test_a_total_typed_as_a_fact_is_asked_about(self, ask, village_clerk, survey):
        body = {"changes": {"wage_income": "16200.00"}, "base": {"wage_income": "10000.00"}, **PAPER}
        asker = ask(village_clerk)
        answer = asker.patch(f"surveys/{survey.pk}/", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "needs_confirmation")
        answer = asker.patch(f"surveys/{survey.pk}/", {**body, "confirmed_jumps": ["wage_income"]})
        assert answer.status_code == 200, answer.json()
        assert answer.json()["facts"]["wage_income"] == "16200.00"


def test_an_item_that_both_changed_is_refused(ask, village_clerk, survey):
    asker = ask(village_clerk)
    IncomeItem.objects.create(survey=survey, item="wage_work", amount=Decimal("4000.00"))
    seen = asker.get(f"surveys/{survey.pk}/income/").json()
    IncomeItem.objects.update(amount=Decimal("4100.00"))
    Survey.objects.update(property_income=None)
    body = {
        "items": sheet(wage_work="4200"),
        "none_groups": [],
        "base": {"items": seen["items"], "none_groups": seen["none_groups"]},
        **PAPER,
    }
    answer = asker.put(f"surveys/{survey.pk}/income/", body)
    assert answer.status_code == 409
    assert answer.json()["conflicts"] == {
        "wage_work": {
            "base": {"amount": "4000.00", "note": ""},
            "mine": {"amount": "4200.00", "note": ""},
            "theirs": {"amount": "4100.00", "note": ""},
        }
    }


def test_none_and_not_answered_are_two_things(ask, village_clerk, survey):
    asker = ask(village_clerk)
    seen = asker.get(f"surveys/{survey.pk}/income/").json()
    base = {"items": seen["items"], "none_groups": seen["none_groups"]}
    answer = asker.put(
        f"surveys/{survey.pk}/income/", {"items": {}, "none_groups": [], "base": base, **PAPER}
    )
    assert answer.status_code == 200, answer.json()
    assert answer.json()["totals"]["property_income"] is None
    assert answer.json()["net_income"] is None


@pytest.mark.parametrize(
    ("items", "field"),
    [
        (sheet(wage_work="-1"), "items.wage_work.amount"),
        (sheet(wage_work="x"), "items.wage_work.amount"),
        (sheet(wage_work="1e30"), "items.wage_work.amount"),
        (sheet(lottery="1"), "items.lottery"),
        ({"wage_work": 5}, "items.wage_work"),
        ({"wage_work": {"note": "a"}}, "items.wage_work.amount"),
        (sheet(wage_public_post="5"), "wage_public_post"),  # not on the form of 2018
        ([], "items"),
    ],
)
def test_a_bad_sheet_is_refused(ask, village_clerk, survey, items, field):
    answer = ask(village_clerk).put(
        f"surveys/{survey.pk}/income/", {"items": items, "base": {"items": {}}, **PAPER}
    )
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not IncomeItem.objects.exists()


def test_who_saves_income(ask, household, survey):
    body = {"items": {}, "base": {"items": {}}}
    for role, status in ((Role.LEADER, 403), (Role.BUREAU_OFFICER, 403), (Role.COUNTY_REVIEWER, 403)):
        assert ask(make_actor(role)).put(f"surveys/{survey.pk}/income/", body).status_code == status
    there = make_actor(Role.VILLAGE_CLERK, VILLAGE_B)
    assert ask(there).put(f"surveys/{survey.pk}/income/", body).status_code == 404
