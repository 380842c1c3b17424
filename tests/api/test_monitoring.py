"""Clues, cases and objects of monitoring over the API: read what one sees, answer where one may."""

import pytest

from tests.factories.accounts import make_actor
from tests.factories.monitoring import OPENED, at, make_clue, make_watched, opened, rural

pytestmark = pytest.mark.django_db


def test_a_clue_is_told_without_who_reported_it(ask, actors):
    household = rural()
    with at(OPENED):
        clue = make_clue(household, actors["village_clerk"], informant="邻居", informant_phone="13812345678")
    [row] = ask(actors["township_officer"]).rows("clues/", state="received")
    assert (row["id"], row["household"], row["source"], row["kind"]) == (
        clue.pk,
        household.pk,
        "application",
        "illness",
    )
    assert (row["received_on"], row["due_on"]) == ("2024-03-01", "2024-03-08")
    assert not {name for name in row if name.startswith("informant")}


def test_the_village_answers_a_clue_and_the_township_does_not(ask, actors):
    with at(OPENED):
        clue = make_clue(rural(), actors["village_clerk"])
        sent = {"outcome": "no_risk", "answer": "入户核实无困难"}
        assert ask(actors["township_officer"]).post(f"clues/{clue.pk}/answer/", sent).status_code == 403
        assert ask(actors["village_clerk"]).post(f"clues/{clue.pk}/answer/", sent).status_code == 200
    clue.refresh_from_db()
    assert clue.state == "no_risk"


def test_another_township_sees_nothing(ask, actors):
    household = rural()
    with at(OPENED):
        make_clue(household, actors["village_clerk"])
    make_watched(household)
    other = make_actor("township_officer", "220503101203")
    assert ask(other).rows("clues/") == []
    assert ask(other).rows("monitoring/") == []


def test_cases_and_objects_are_read_with_their_states(ask, actors):
    make_watched(rural(head="甲"))
    case = opened(rural(head="乙"), actors)
    [watched] = ask(actors["leader"]).rows("monitoring/", risk_state="present")
    [row] = ask(actors["leader"]).rows("monitoring-cases/", state="opened")
    assert (watched["category"], watched["risks"]) == ("edge", ["illness"])
    assert (row["id"], row["purpose"], row["category"]) == (case.pk, "identify", "")
