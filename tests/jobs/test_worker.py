"""Real worker processes on the real Redis, killed and started again."""

import os
import signal
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from poverty.areas.models import Area
from poverty.celery import app as celery_app
from poverty.jobs import beat
from poverty.jobs.models import Job, State
from poverty.jobs.services import queue, running, sweeping
from tests.factories.areas import make_area
from tests.factories.jobs import make_job

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


class Workers:
    """Starts worker processes that listen to a queue of their own and use the test database."""

    def __init__(self, name, log):
        self.name, self.log, self.running = name, log, []

    def start(self):
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path="/" + connection.settings_dict["NAME"])),
            "JOB_QUEUE": self.name,
        }
        options = ["--queues", self.name, "--include", "tests.jobs.runners", "--concurrency", "1"]
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "poverty", "worker", "--loglevel", "INFO", *options],
            env=environment,
            cwd=django_settings.BASE_DIR,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def kill(self, process):
        """As the kernel does when memory runs out, or a cut of the power: no chance to say anything."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def workers(settings, tmp_path):
    settings.CELERY_TASK_DEFAULT_QUEUE = name = f"test_{uuid.uuid4().hex}"
    with (tmp_path / "worker.log").open("wb") as log:
        workers = Workers(name, log)
        yield workers
        for process in workers.running:
            if process.poll() is None:
                workers.kill(process)
    with celery_app.connection_for_write() as broker:
        broker.default_channel.queue_purge(name)


def wait_for(state, job, seconds=40):
    end = time.monotonic() + seconds
    while True:
        job.refresh_from_db()
        if job.state == state:
            return job
        assert time.monotonic() < end, f"{job.state}, not {state}"
        time.sleep(0.1)


def test_a_killed_worker_leaves_a_job_that_fails_and_runs_again(workers, reviewer):
    process = workers.start()
    job = queue.enqueue("test.wait", area_code="220503", key="w", params={"seconds": 600}, actor=reviewer)
    wait_for(State.RUNNING, job)
    workers.kill(process)

    # 91 seconds later, as far as the row can tell
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=91))
    assert sweeping.sweep()["failed"] == 1
    assert wait_for(State.FAILED, job).error == running.INTERRUPTED

    Job.objects.filter(pk=job.pk).update(params={"seconds": 0})
    job.refresh_from_db()
    again = queue.retry(job, actor=reviewer)
    workers.start()
    assert wait_for(State.DONE, again).attempts == 2
    job.refresh_from_db()
    assert job.state == "failed"  # what the killed worker had not acknowledged does not come back to life


def test_a_job_put_in_line_while_no_worker_runs_is_done_once_when_one_starts(workers):
    make_area("220503200")
    params = {"code": "220503200299"}
    job = queue.enqueue("test.write", area_code="220503", key="w", params=params, actor=None)
    for _ in range(3):  # delivered four times
        queue.send(job)
    assert Area.objects.filter(code="220503200299").count() == 0
    workers.start()
    wait_for(State.DONE, job)
    assert Area.objects.filter(code="220503200299").count() == 1
    assert Job.objects.count() == 1


def test_a_job_whose_message_was_lost_is_found_when_a_worker_starts(workers):
    make_area("220503200")
    job = make_job(
        "test.write", params={"code": "220503200299"}, sent_at=timezone.now() - timedelta(minutes=5)
    )
    workers.start()
    wait_for(State.DONE, job)


def test_beat_sweeps_in_its_own_process_even_without_a_broker(broker_is_away):
    job = make_job(state=State.RUNNING, heartbeat_at=timezone.now() - timedelta(seconds=91))
    scheduler = beat.RowScheduler(celery_app, schedule={})
    assert "sweep" in scheduler.schedule
    entry = scheduler.schedule["sweep"]
    entry.last_run_at = entry.default_now() - timedelta(seconds=21)
    scheduler.tick()
    assert wait_for(State.FAILED, job, 1).error == running.INTERRUPTED
    scheduler.close()


def test_the_sweep_comes_often_enough_for_two_minutes():
    interval = django_settings.CELERY_BEAT_SCHEDULE["sweep"]["schedule"]
    assert 90 + interval <= 120
