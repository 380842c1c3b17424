"""Runs beside saves and beside each other, with real connections."""

import threading
import time
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import Assessment, AssessmentChange, AssessmentRun, CountyYear, Household, Survey
from households.services.assess import assess
from households.services.members import remove_member
from households.services.persons import update_person
from households.services.places import move_household
from households.services.publishing import publish_and_judge
from households.services.settlements import state_fact
from households.services.surveys import save_survey, start_survey
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.standards.models import Standard
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area, make_settlement
from tests.factories.households import make_household, make_survey, make_year
from tests.factories.standards import make_standard
from tests.households.beside import Beside, RowLock, first_holding, held_open, wait_until_somebody_waits
from tests.households.verdicts import ALL_ROWS

pytestmark = pytest.mark.django_db(transaction=True)

COUNTY = "220503"


@pytest.fixture
def two_households():
    """Two judged households whose facts were then changed past the services, so that a run writes both."""
    with transaction.atomic():
        make_standard(rows=ALL_ROWS)
        first, second = make_household(head="王建国"), make_household(head="李秀英")
    assess(COUNTY, 2018, trigger="command")
    Survey.objects.update(food_ok=False)
    return first, second


def test_a_save_during_a_run_neither_waits_nor_loses_its_verdict(two_households):
    first, second = two_households
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    lock = RowLock(Assessment.objects.filter(household=first))
    # The run has read everything and stops at the first household's result: its snapshot is now old.
    run = Beside(lambda: assess(COUNTY, 2018, trigger="nightly"))
    wait_until_somebody_waits()

    saving = Beside(
        lambda: save_survey(
            second.surveys.get(), {"food_ok": True, "clothing_ok": None}, actor=clerk, late_reason="补录"
        )
    )
    saving.finish()
    assert Assessment.objects.get(household=second).verdict == 1
    lock.let_go()

    run = run.finish()
    result = Assessment.objects.get(household=second)
    assert (result.food, result.clothing, result.verdict) == (2, 1, 1), "judged from the newer facts"
    assert Assessment.objects.get(household=first).verdict == 0
    assert [change.household_id for change in run.changes.all()] == [first.pk]
    assert (run.written, run.changed) == (1, 1)
    assert assess(COUNTY, 2018, trigger="nightly").written == 0


def test_a_save_during_a_run_keeps_a_first_verdict(two_households):
    first, second = two_households
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    Assessment.objects.filter(household=second).delete()
    lock = RowLock(Assessment.objects.filter(household=first))
    run = Beside(lambda: assess(COUNTY, 2018, trigger="command"))
    wait_until_somebody_waits()
    Beside(
        lambda: save_survey(second.surveys.get(), {"food_ok": True}, actor=clerk, late_reason="补录")
    ).finish()
    lock.let_go()
    run.finish()
    assert Assessment.objects.get(household=second).verdict == 2


def test_a_result_taken_back_during_a_run_does_not_return(two_households):
    first, second = two_households
    lock = RowLock(Assessment.objects.filter(household=first))
    # The run has seen the second household with its head, and stops before it writes it.
    run = Beside(lambda: assess(COUNTY, 2018, trigger="command"))
    wait_until_somebody_waits()
    Beside(
        lambda: remove_member(
            second.memberships.get(),
            on=date(2018, 9, 1),
            reason="marriage_out",
            actor=make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A),
        )
    ).finish()
    assert not Assessment.objects.filter(household=second).exists(), "nobody is left in it"
    lock.let_go()

    run = run.finish()
    assert not Assessment.objects.filter(household=second).exists()
    assert (run.written, run.changed) == (1, 1)
    assert [change.household_id for change in run.changes.all()] == [first.pk]
    assert assess(COUNTY, 2018, trigger="nightly").written == 0


def test_two_saves_of_one_county_do_not_wait_for_each_other(two_households):
    first, second = two_households
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    lock = RowLock(Household.objects.filter(pk=first.pk))
    waiting = Beside(
        lambda: save_survey(first.surveys.get(), {"food_ok": True}, actor=clerk, late_reason="补录")
    )
    wait_until_somebody_waits()
    Beside(
        lambda: save_survey(second.surveys.get(), {"food_ok": True}, actor=clerk, late_reason="补录")
    ).finish()
    lock.let_go()
    waiting.finish()
    assert set(Assessment.objects.values_list("verdict", flat=True)) == {2}


def test_two_runs_of_a_county_take_turns_and_note_a_change_once(two_households):
    runs = [Beside(lambda: assess(COUNTY, 2018, trigger="command")) for _ in range(2)]
    finished = [one.finish() for one in runs]
    assert sorted(run.written for run in finished) == [0, 2]
    assert sorted(run.changed for run in finished) == [0, 2]
    assert AssessmentChange.objects.count() == 2
    assert {run.assessed for run in finished} == {2}


def test_a_year_is_not_closed_under_a_run(two_households, time_machine):
    first, _ = two_households
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    lock = RowLock(Assessment.objects.filter(household=first))
    run = Beside(lambda: assess(COUNTY, 2018, trigger="command"))
    wait_until_somebody_waits()
    closing = Beside(
        lambda: close_year(
            make_year(),
            actor=reviewer,
            document_name="年度关闭通知",
            happened_on=date(2018, 12, 1),
            late_reason="补录",
        )
    )
    time.sleep(0.3)
    assert CountyYear.objects.get().state == "open"
    lock.let_go()
    assert run.finish().written == 2
    closing.finish()
    assert CountyYear.objects.get().state == "closed"
    with pytest.raises(ValidationError, match="已关闭"):
        assess(COUNTY, 2018, trigger="command")


def test_a_run_that_is_cancelled_half_way_leaves_nothing_behind(two_households):
    class Stop(Exception):
        pass

    def progress(done, total):
        if done:
            raise Stop

    with pytest.raises(Stop):
        assess(COUNTY, 2018, trigger="command", progress=progress)
    assert AssessmentRun.objects.count() == 1, "only the first one"
    assert set(Assessment.objects.values_list("verdict", flat=True)) == {2}
    assert not AssessmentChange.objects.exists()


def test_a_year_is_not_closed_under_a_correction_of_a_person(two_households):
    first, _ = two_households
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    officer = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    assess(COUNTY, 2018, trigger="command")  # the closing finds nothing to write
    lock = RowLock(Assessment.objects.filter(household=first))
    # Corrected, and about to be judged in a year that is open.
    correcting = Beside(
        lambda: update_person(first.head, {"name": "王建军"}, actor=officer, reason="户口本为王建军")
    )
    wait_until_somebody_waits()
    closing = Beside(lambda: close_2018(reviewer))
    closing.join(3)
    assert closing.is_alive(), "it waits for the correction"
    lock.let_go()
    assert correcting.finish().name == "王建军"
    closing.finish()
    assert CountyYear.objects.get().state == "closed"


def test_a_save_that_waited_for_the_closing_is_told_so(two_households):
    first, _ = two_households
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    done, go_on = threading.Event(), threading.Event()

    def close():
        with transaction.atomic():
            close_2018(reviewer)
            done.set()
            go_on.wait(30)

    closing = Beside(close)
    assert done.wait(30)
    saving = Beside(
        lambda: save_survey(first.surveys.get(), {"food_ok": True}, actor=clerk, late_reason="补录")
    )
    wait_until_somebody_waits()
    go_on.set()
    closing.finish()
    with pytest.raises(ValidationError) as refused:
        saving.finish()
    assert "2018年度已关闭" in refused.value.message_dict["year"][0]


def test_a_save_that_has_its_household_when_the_year_is_closed_comes_first(two_households):
    """The closing judges the household and waits for it; the save goes on to ask for the year."""
    first, _ = two_households
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    saving, go_on = first_holding(
        [first],
        lambda: save_survey(first.surveys.get(), {"food_ok": True}, actor=clerk, late_reason="补录"),
    )
    closing = Beside(lambda: close_2018(reviewer))
    wait_until_somebody_waits()
    go_on()
    saving.finish()
    assert closing.finish().state == "closed"
    assert set(Assessment.objects.values_list("household__head_name", "verdict")) == {
        ("王建国", 2),
        ("李秀英", 0),
    }


def test_a_closing_waits_for_a_publication_and_freezes_by_what_it_brings(two_households):
    reviewer, publisher = (make_actor(Role.COUNTY_REVIEWER, VILLAGE_A) for _ in range(2))
    with transaction.atomic():
        draft = make_standard(
            rows={**ALL_ROWS, "income": "99999"}, status="draft", corrects=Standard.objects.get(), version=2
        )
    publishing, end = held_open(lambda: publish_and_judge(draft, actor=publisher))
    closing = Beside(lambda: close_2018(reviewer))
    wait_until_somebody_waits()
    end()
    published, _ = publishing.finish()
    assert closing.finish().state == "closed"
    assert {row.standard for row in Assessment.objects.select_related("standard")} == {published}
    assert set(Assessment.objects.values_list("income", flat=True)) == {0}


def test_two_who_close_a_year_do_not_wait_in_a_circle(two_households):
    reviewers = [make_actor(Role.COUNTY_REVIEWER, VILLAGE_A) for _ in range(2)]
    closings = [Beside(lambda one=one: close_2018(one)) for one in reviewers]
    for one in closings:
        one.join(30)
    refused = [one.result for one in closings if isinstance(one.result, Exception)]
    assert [type(one) for one in refused] == [ValidationError], refused
    assert CountyYear.objects.get().state == "closed"


def close_2018(reviewer):
    return close_year(
        CountyYear.objects.get(),
        actor=reviewer,
        document_name="年度关闭通知",
        happened_on=date(2018, 12, 1),
        late_reason="补录",
    )


PAPER = {"document_name": "水质检测报告", "document_date": date(2018, 3, 1)}
ASKED = {"water_solved": None, "has_power": None, "has_broadcasting": None, "road_reached": None}


@pytest.fixture
def group():
    with transaction.atomic():
        for year in (2018, 2019):
            make_standard(year=year, rows=ALL_ROWS)
        return make_settlement(make_area(VILLAGE_A))


def test_a_survey_started_while_a_fact_is_stated_is_judged_by_it(group):
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        one = make_household(settlement=group, survey=False)
    stating, end = held_open(
        lambda: state_fact(group, "water", actor=clerk, reached=True, on=date(2018, 5, 1), **PAPER)
    )
    starting = Beside(lambda: start_survey(one, 2018, actor=clerk))
    wait_until_somebody_waits()
    end()
    stating.finish()
    starting.finish()
    assert Assessment.objects.get(household=one).water == 2


def test_a_household_that_comes_while_a_fact_is_stated_is_judged_by_it(group):
    """It lived elsewhere when the fact was stated, so that nobody held it."""
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        one = make_household(survey=ASKED)
    stating, end = held_open(
        lambda: state_fact(group, "water", actor=clerk, reached=True, on=date(2018, 5, 1), **PAPER)
    )
    moving = Beside(
        lambda: move_household(
            one, one.area, group, on=date(2018, 6, 1), reason="更正", document="户口本", actor=clerk
        )
    )
    wait_until_somebody_waits()
    end()
    stating.finish()
    moving.finish()
    assert Assessment.objects.get(household=one).water == 2


def test_a_fact_stated_while_a_survey_is_started_waits_and_reaches_it(group):
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        make_year(year=2019)
        one = make_household(settlement=group, survey=ASKED)
    starting, end = held_open(lambda: start_survey(one, 2019, actor=clerk))
    stating = Beside(
        lambda: state_fact(group, "water", actor=clerk, reached=True, on=date(2018, 5, 1), **PAPER)
    )
    wait_until_somebody_waits()
    end()
    starting.finish()
    stating.finish()
    assert set(Assessment.objects.values_list("year", "water")) == {(2018, 2), (2019, 2)}


def test_facts_of_two_settlements_with_the_same_households_take_turns(group):
    """Each household has one year in this settlement and one in the other."""
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with transaction.atomic():
        other = make_settlement(make_area(VILLAGE_A), "二组")
        for head, now, before in (("王建国", group, other), ("李秀英", other, group)):
            home = make_household(head=head, settlement=now, survey=False)
            make_survey(home, 2019, **ASKED)
            home.settlement = before
            make_survey(home, 2018, **ASKED)
    on = date(2018, 5, 1)
    both = [
        Beside(lambda place=place: state_fact(place, "water", actor=clerk, reached=True, on=on, **PAPER))
        for place in (group, other)
    ]
    for one in both:
        one.finish()
    assert set(Assessment.objects.values_list("water", flat=True)) == {2}
    assert Assessment.objects.count() == 4
