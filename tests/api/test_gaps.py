"""Gaps, measures and needs over the API: read what one sees; take a need in once, answer what is put to oneself."""

import pytest

from households.models import Need
from tests.factories.accounts import make_actor
from tests.factories.gaps import DAY, a_measure, a_need, judged
from tests.factories.households import make_household
from tests.factories.monitoring import at
from tests.households.test_judging_one_and_many import ALL_ROWS

pytestmark = pytest.mark.django_db
IDENTITY = "6f1c1f0a-5d8e-4d3c-9b35-2b9d6a1f0001"


@pytest.fixture(autouse=True)
def today():
    with at(DAY):
        yield


def test_gaps_of_a_year_with_who_and_until_when(ask, actors):
    household = judged(make_household(survey={"water_solved": None, "food_ok": False}), rows=ALL_ROWS)
    rows = ask(actors["township_officer"]).rows("gaps/", year=2018, open=True)
    assert {(one["household"], one["indicator"], one["party"], one["due_on"]) for one in rows} == {
        (household.pk, "water", "water", "2018-11-18"),
        (household.pk, "food", "village", "2019-01-02"),
    }
    assert [one["indicator"] for one in ask(actors["bureau_officer"]).rows("gaps/", year=2018)] == ["water"]
    assert ask(make_actor("leader", "140212100201")).rows("gaps/", year=2018) == []


def test_measures_with_their_state(ask, actors):
    measure = a_measure(make_household(), actors["village_clerk"])
    [row] = ask(actors["auditor"]).rows("measures/", state="planned")
    assert (row["id"], row["group"], row["planned_until"], row["ends_on"]) == (
        measure.pk,
        "industry",
        "2018-12-31",
        None,
    )


def test_a_need_is_taken_in_once(ask, actors):
    household = make_household()
    sent = {
        "household": household.pk,
        "kind": "water",
        "text": "泵坏了",
        "whom": "water",
        "identity": IDENTITY,
    }
    first = ask(actors["village_clerk"]).post("needs/", sent)
    again = ask(actors["village_clerk"]).post("needs/", sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    other = ask(actors["village_clerk"]).post("needs/", {**sent, "text": "别的"})
    assert (other.status_code, "identity" in other.content.decode()) == (other.status_code, True)
    assert Need.objects.count() == 1


def test_who_may_not_is_told_so(ask, actors):
    household = make_household()
    sent = {"household": household.pk, "kind": "water", "text": "泵坏了", "whom": "water"}
    assert ask(actors["leader"]).post("needs/", sent).status_code == 403
    assert ask(actors["helper"]).post("needs/", sent).status_code == 404  # not his household
    need = a_need(household, actors["village_clerk"], whom="water")
    answer = {"action": "answer", "reply": "周五来修"}
    assert ask(actors["village_clerk"]).post(f"needs/{need.pk}/answer/", answer).status_code == 403
    assert ask(actors["bureau_officer"]).post(f"needs/{need.pk}/answer/", answer).status_code == 200
    need.refresh_from_db()
    assert need.state == "answered"


def test_a_misspelt_name_is_refused(ask, actors):
    sent = {"household": make_household().pk, "kind": "water", "txt": "泵坏了", "whom": "water"}
    assert 400 <= ask(actors["village_clerk"]).post("needs/", sent).status_code < 500
    assert not Need.objects.exists()
