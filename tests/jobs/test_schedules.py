from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from poverty.jobs import schedules
from poverty.jobs.models import Job, ScheduledRun
from poverty.jobs.services import queue

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day, hour, minute=0):
    return datetime(2020, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def started(monkeypatch):
    """A timetable with one entry, daily at 02:30, that notes its due moments."""
    dues = []
    monkeypatch.setattr(schedules, "_daily", {})
    schedules.register("test.nightly", time(2, 30), dues.append)
    return dues


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(3, 2, 29), at(2, 2, 30)),
        (at(3, 2, 30), at(3, 2, 30)),
        (at(3, 23, 59), at(3, 2, 30)),
        (at(1, 0, 0), datetime(2020, 10, 31, 2, 30, tzinfo=SHANGHAI)),
    ],
)
def test_the_last_due_moment(now, due):
    assert schedules.last_due(time(2, 30), now) == due


def test_first_seen_waits_for_its_next_moment(started):
    with time_machine.travel(at(1, 10)):
        assert schedules.run_due() == 0
    with time_machine.travel(at(2, 2, 29)):
        assert schedules.run_due() == 0
    with time_machine.travel(at(2, 2, 31)):
        assert schedules.run_due() == 1
        assert schedules.run_due() == 0
    assert started == [at(2, 2, 30)]


def test_what_fell_while_beat_was_off_is_caught_up_once(started):
    ScheduledRun.objects.create(name="test.nightly", last_due=at(1, 2, 30))
    with time_machine.travel(at(5, 9)):
        assert schedules.run_due() == 1
        assert schedules.run_due() == 0
    assert started == [at(5, 2, 30)]


def test_what_could_not_be_started_is_tried_again(started, monkeypatch):
    def fail(due):
        queue.enqueue("test.own", area_code="", key="nightly", params={}, actor=None)
        raise RuntimeError

    ScheduledRun.objects.create(name="test.nightly", last_due=at(1, 2, 30))
    monkeypatch.setitem(schedules._daily, "test.nightly", (time(2, 30), fail))
    with time_machine.travel(at(2, 3)):
        assert schedules.run_due() == 0
        assert not Job.objects.exists()
        monkeypatch.setitem(schedules._daily, "test.nightly", (time(2, 30), started.append))
        assert schedules.run_due() == 1
    assert started == [at(2, 2, 30)]


def test_one_entry_that_fails_does_not_hold_up_the_next(started, monkeypatch):
    def fail(due):
        raise RuntimeError

    monkeypatch.setattr(schedules, "_daily", {"test.bad": (time(1), fail), **schedules._daily})
    for name in ("test.bad", "test.nightly"):
        ScheduledRun.objects.create(name=name, last_due=at(1, 0))
    with time_machine.travel(at(2, 3)):
        assert schedules.run_due() == 1
    assert started == [at(2, 2, 30)]


def test_two_entries_of_one_name_are_refused(started):
    with pytest.raises(ValueError, match=r"test\.nightly"):
        schedules.register("test.nightly", time(3), print)
