import logging
import re
import threading
import time

import pytest
from django.db import connection

from poverty.areas.models import Area
from poverty.jobs.models import Job, State
from poverty.jobs.services import queue, running
from tests.factories.areas import make_area
from tests.factories.jobs import make_job

pytestmark = pytest.mark.django_db


def outcome(job):
    job.refresh_from_db()
    return job.state, job.error


def test_a_job_runs_to_its_end():
    job = make_job(params={"to": 3})
    assert running.run(job.pk) == State.DONE
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {"counted": 3})
    assert job.started_at <= job.heartbeat_at <= job.finished_at
    assert job.worker
    assert (job.percent, job.error) == (100, "")


def test_the_runner_knows_who_asked(reviewer):
    job = make_job("test.own", created_by=reviewer)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"actor": reviewer.pk}


def test_delivered_twice_it_runs_once():
    make_area("220503200")
    job = make_job("test.write", params={"code": "220503200299"})
    assert running.run(job.pk) == State.DONE
    Area.objects.filter(code="220503200299").update(name="桦树村")
    assert running.run(job.pk) is None
    assert Area.objects.get(code="220503200299").name == "桦树村"


@pytest.mark.parametrize("state", ["running", "done", "failed", "cancelled"])
def test_only_what_is_in_line_is_started(state):
    job = make_job(state=state)
    assert running.run(job.pk) is None
    assert outcome(job)[0] == state


def test_an_unknown_number_is_no_job():
    assert running.run(0) is None


def test_a_runner_says_why_it_failed():
    job = make_job("test.refuse")
    assert running.run(job.pk) == State.FAILED
    assert outcome(job) == ("failed", "本年未发布标准，请先发布标准。")


def test_a_failed_check_is_told_in_its_own_words():
    job = make_job("test.invalid")
    running.run(job.pk)
    assert outcome(job) == ("failed", "年度已关闭。；请联系县级。")


def test_an_accident_leaves_an_id_and_no_personal_data(caplog):
    job = make_job("test.break")
    with caplog.at_level(logging.ERROR):
        running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert re.fullmatch(r"\d{4}-[A-Z2-9]{6}", job.error_id)
    assert job.error == f"处理时发生意外错误，请联系系统管理员并告知错误编号 {job.error_id}。"
    assert job.error_id in caplog.text
    assert "RuntimeError" in caplog.text
    assert "in broken" in caplog.text  # the place in the program
    assert "王建国" not in caplog.text + job.error
    assert "220503199001011234" not in caplog.text + job.error


def test_a_kind_that_is_gone_fails_in_words():
    job = make_job("test.gone")
    assert running.run(job.pk) == State.FAILED
    assert "不支持" in outcome(job)[1]


def test_a_runner_that_stops_is_cancelled_and_keeps_what_it_reports():
    job = make_job("test.stop")
    assert running.run(job.pk) == State.CANCELLED
    job.refresh_from_db()
    assert job.result == {"so_far": 3}


def test_one_more_run_follows_when_asked_for():
    job = make_job(key="k", state=State.RUNNING, again_with={"to": 9})
    assert running.finish(job.pk, state=State.DONE)
    job.refresh_from_db()
    new = Job.objects.exclude(pk=job.pk).get()
    assert (job.state, job.again_with) == ("done", None)
    assert (new.state, new.key, new.params, new.created_by) == ("queued", "k", {"to": 9}, job.created_by)


def test_a_cancelled_job_has_no_follow_up():
    job = make_job(state=State.RUNNING, again_with={"to": 9})
    assert running.finish(job.pk, state=State.CANCELLED)
    assert Job.objects.count() == 1


def test_an_end_is_written_once():
    job = make_job(state=State.FAILED, error="运行被中断")
    assert not running.finish(job.pk, state=State.DONE)
    assert outcome(job) == ("failed", "运行被中断")


def test_percent_and_remaining_time():
    job = make_job(state=State.RUNNING, done=25, total=100)  # running for 60 s: 25 in 60 s, 75 to go
    assert job.percent == 25
    assert 179 <= job.remaining_seconds <= 181
    job.done = 0
    assert (job.percent, job.remaining_seconds) == (0, None)
    job.total = None
    assert (job.percent, job.remaining_seconds) == (None, None)
    job.done, job.total = 100, 100
    assert job.percent == 99  # not over yet


def in_thread(job_id):
    """Run a job as a worker would, beside the test."""

    def work():
        try:
            running.run(job_id)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_and_progress_shows_during_one_long_statement(monkeypatch):
    job = make_job("test.statement", params={"seconds": 5})
    thread = in_thread(job.pk)
    wait_until(lambda: Job.objects.filter(pk=job.pk, done=1, total=4, state="running").exists())
    first = Job.objects.get(pk=job.pk).heartbeat_at
    assert first > Job.objects.get(pk=job.pk).started_at
    thread.join()
    assert outcome(job)[0] == "done"


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_running_job_stops_when_asked_to(reviewer):
    job = make_job("test.wait", created_by=reviewer)
    thread = in_thread(job.pk)
    wait_until(lambda: Job.objects.filter(pk=job.pk, state="running").exists())
    queue.cancel(Job.objects.get(pk=job.pk), actor=reviewer)
    thread.join(15)
    assert not thread.is_alive()
    assert outcome(job)[0] == "cancelled"


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_runner_that_was_given_up_stops_and_changes_nothing(reviewer):
    job = make_job("test.wait")
    thread = in_thread(job.pk)
    wait_until(lambda: Job.objects.filter(pk=job.pk, state="running").exists())
    assert running.finish(job.pk, state=State.FAILED, error=running.INTERRUPTED)
    thread.join(15)
    assert not thread.is_alive()
    assert outcome(job) == ("failed", running.INTERRUPTED)


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_one_job_once():
    make_area("220503200")
    job = make_job("test.write", params={"code": "220503200299"})
    ends, start = [], threading.Barrier(4)

    def work():
        start.wait()
        try:
            ends.append(running.run(job.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends, key=str) == [None, None, None, "done"]
