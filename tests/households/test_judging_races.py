"""Runs beside saves and beside each other, with real connections."""

import threading
import time
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from households.models import Assessment, AssessmentChange, AssessmentRun, CountyYear, Household, Survey
from households.services.assess import assess
from households.services.members import remove_member
from households.services.surveys import save_survey
from households.services.years import close_year
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_year
from tests.factories.standards import make_standard
from tests.households.verdicts import ALL_ROWS

pytestmark = pytest.mark.django_db(transaction=True)

COUNTY = "220503"


class Beside(threading.Thread):
    """A call in a thread with a connection of its own; `result` is what it returned, or what it raised."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call, self.result = call, None
        self.start()

    def run(self):
        try:
            self.result = self.call()
        except Exception as error:
            self.result = error
        finally:
            connection.close()

    def finish(self):
        self.join(30)
        assert not self.is_alive(), "still waiting for a lock"
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class RowLock:
    """Holds a row FOR UPDATE from another connection until let go."""

    def __init__(self, rows):
        self.held, self.free = threading.Event(), threading.Event()
        self.thread = Beside(lambda: self._hold(rows))
        assert self.held.wait(10)

    def _hold(self, rows):
        with transaction.atomic():
            list(rows.select_for_update())
            self.held.set()
            self.free.wait(30)

    def let_go(self):
        self.free.set()
        self.thread.finish()


def wait_until_somebody_waits():
    """Until a backend of this database waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for a lock")


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
