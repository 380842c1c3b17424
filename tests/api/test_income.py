"""The income sheet: saved whole, merged item by item, judged at once."""

from decimal import Decimal

import pytest

from households.models import Assessment, IncomeItem, Survey
from poverty.accounts.roles import Role
from tests.actors import VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.households import make_pairing

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
