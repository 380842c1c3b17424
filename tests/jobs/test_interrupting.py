"""Cancelling a job whose statement thinks for minutes: the statement is stopped, not waited for."""

import time

import pytest
from django.db import connection

from poverty.jobs.context import JobContext
from poverty.jobs.heartbeat import Heartbeat
from poverty.jobs.models import Job, State
from poverty.jobs.runners import JobCancelled
from tests.factories.jobs import make_job

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def job():
    return make_job(state=State.RUNNING)


@pytest.fixture
def heartbeat(job):
    beating = Heartbeat(job.pk, every=0.1, throttle=0.05)
    beating.start()
    yield beating
    beating.stop()


def think(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_a_cancelled_statement_ends_at_once(job, heartbeat):
    Job.objects.update(cancel_requested=True)
    began = time.monotonic()

    with pytest.raises(JobCancelled), JobContext(job, heartbeat).interruptible():
        think(30)

    assert time.monotonic() - began < 10
    think(0.3)  # nothing is stopped outside


def test_without_cancelling_it_goes_on(job, heartbeat):
    with JobContext(job, heartbeat).interruptible():
        think(0.5)
