"""Rounds of looking: whom they must reach, whom they reached, by village and group; closed, they stand."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from households.models import MustVisit, RoundVisit
from households.monitoring.rounds import close_round, coverage, note_visits, open_round
from poverty.audit.models import Entry
from tests.factories.accounts import make_actor
from tests.factories.areas import make_settlement
from tests.factories.monitoring import at, make_clue, make_watched, rural

pytestmark = pytest.mark.django_db
START, DAY = date(2024, 4, 1), date(2024, 4, 3)


def start(actors, area="220503100"):
    with at(START):
        return open_round(
            area,
            kind="full",
            title="2024年第一次集中排查",
            starts_on=START,
            ends_on=date(2024, 4, 30),
            document_name="工作方案",
            actor=actors["township_officer"],
        )


def test_the_must_visit_list_says_why(actors):
    plain, watched, told = rural(head="甲"), rural(head="乙"), rural(head="丙")
    make_watched(watched)
    with at(START):
        make_clue(told, actors["village_clerk"])
    start(actors)
    assert set(MustVisit.objects.values_list("household", "reason")) == {
        (watched.pk, "monitored"),
        (told.pk, "open_clue"),
    }
    assert plain.pk not in MustVisit.objects.values_list("household", flat=True)


def test_coverage_counts_households_of_every_kind_by_group(actors):
    group = make_settlement(name="一组")
    in_group = [rural(head=f"甲{number}", settlement=group) for number in range(3)]
    alone = rural(head="乙")
    make_watched(in_group[0])
    one = start(actors)
    with at(DAY):
        note_visits(one, [in_group[0].pk, in_group[1].pk], visited_on=DAY, actor=actors["village_clerk"])
        note_visits(
            one, [alone.pk], visited_on=DAY, way="phone", whole_away=True, actor=actors["village_clerk"]
        )
    rows = [
        (row.settlement_id, row.households, row.reached, row.called, row.must, row.must_reached)
        for row in coverage(one)
    ]
    assert rows == [(group.pk, 3, 2, 0, 1, 1), (None, 1, 1, 1, 0, 0)]


def test_a_call_counts_only_for_a_household_that_is_away(actors):
    household, one = rural(), start(actors)
    with at(DAY), pytest.raises(ValidationError, match="整户外出"):
        note_visits(one, [household.pk], visited_on=DAY, way="phone", actor=actors["village_clerk"])
    with pytest.raises(DatabaseError, match="called_only"), transaction.atomic():
        RoundVisit.objects.create(
            round=one,
            household=household,
            visited_on=DAY,
            way="phone",
            visitor_name="张强",
            recorded_by=actors["village_clerk"],
        )


def test_who_was_noted_stays_as_noted(actors):
    household, one = rural(), start(actors)
    with at(DAY):
        assert note_visits(one, [household.pk], visited_on=DAY, actor=actors["village_clerk"]) == 1
        assert note_visits(one, [household.pk], visited_on=DAY, actor=actors["village_clerk"]) == 0
    assert Entry.objects.filter(action="households.round.visit").count() == 1, (
        "nothing new, nothing in the log"
    )


def test_a_clue_found_in_a_round_notes_the_household_as_reached(actors):
    household, away, one = rural(head="甲"), rural(head="乙"), start(actors)
    with at(DAY):
        clue = make_clue(household, actors["village_clerk"], source="round", round=one)
        make_clue(away, actors["village_clerk"], source="round", round=one, way="phone", whole_away=True)
    assert clue.round == one
    assert list(RoundVisit.objects.order_by("pk").values_list("household", "found", "way", "visited_on")) == [
        (household.pk, "clue", "home", DAY),
        (away.pk, "clue", "phone", DAY),
    ]


def test_a_clue_that_cannot_be_noted_is_not_taken_in(actors):
    household, one = rural(), start(actors)
    with at(DAY):
        with pytest.raises(ValidationError) as refusal, transaction.atomic():
            make_clue(
                household, actors["village_clerk"], source="round", round=one, received_on=date(2024, 3, 31)
            )
        assert list(refusal.value.message_dict) == ["received_on"]
        close_round(one, actor=actors["township_officer"])
        with pytest.raises(ValidationError, match="已经结束"), transaction.atomic():
            make_clue(household, actors["village_clerk"], source="round", round=one)
    assert not household.clues.exists()


def test_a_clue_after_the_visit_is_written_to_it(actors):
    household, one = rural(), start(actors)
    with at(DAY):
        note_visits(one, [household.pk], visited_on=date(2024, 4, 2), actor=actors["village_clerk"])
        make_clue(household, actors["village_clerk"], source="round", round=one)
    assert Entry.objects.filter(action="households.round.visit", case_id=household.pk).count() == 2
    visit = RoundVisit.objects.get()
    assert (visit.found, visit.visited_on) == ("clue", date(2024, 4, 2))


def test_of_whom_a_clue_waits_nobody_says_that_nothing_was_found(actors):
    told, plain, one = rural(head="甲"), rural(head="乙"), start(actors)
    with at(DAY):
        make_clue(told, actors["village_clerk"])
        note_visits(one, [told.pk, plain.pk], visited_on=DAY, actor=actors["village_clerk"])
    assert dict(RoundVisit.objects.values_list("household", "found")) == {
        told.pk: "clue",
        plain.pk: "nothing",
    }


def test_a_closed_round_takes_no_more_and_keeps_its_figures(actors):
    household, one = rural(), start(actors)
    with at(DAY):
        close_round(one, actor=actors["township_officer"])
        with pytest.raises(ValidationError, match="已经结束"):
            note_visits(one, [household.pk], visited_on=DAY, actor=actors["village_clerk"])
    rural(head="后来登记")
    one.refresh_from_db()
    assert [(row.households, row.reached) for row in coverage(one)] == [(1, 0)]


def test_a_day_outside_the_round_is_refused(actors):
    household, one = rural(), start(actors)
    with at(DAY), pytest.raises(ValidationError, match="2024-04-01 至 2024-04-03"):
        note_visits(one, [household.pk], visited_on=date(2024, 3, 31), actor=actors["village_clerk"])


def test_households_of_another_village_are_out_of_reach(actors):
    elsewhere, one = rural("220503100205"), start(actors)
    with at(DAY), pytest.raises(PermissionDenied):
        note_visits(one, [elsewhere.pk], visited_on=DAY, actor=actors["village_clerk"])


def test_another_township_opens_no_round_here(actors):
    other = make_actor("township_officer", "220503101203")
    with pytest.raises(PermissionDenied):
        start({**actors, "township_officer": other})
