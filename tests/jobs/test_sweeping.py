from datetime import timedelta

import pytest
from django.utils import timezone

from poverty.jobs.models import Job, State
from poverty.jobs.services import running, sweeping
from tests.factories.jobs import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_queue(settings):
    settings.CELERY_TASK_DEFAULT_QUEUE = "test_nobody_listens"


def ago(seconds):
    return timezone.now() - timedelta(seconds=seconds)


def test_a_silent_job_is_failed_with_words_that_say_what_to_do():
    job = make_job(state=State.RUNNING, heartbeat_at=ago(91))
    assert sweeping.sweep()["failed"] == 1
    job.refresh_from_db()
    assert (job.state, job.error, job.finished_at is not None) == ("failed", running.INTERRUPTED, True)
    assert "可以重新运行" in job.error


def test_a_beating_job_is_left_alone():
    job = make_job(state=State.RUNNING, heartbeat_at=ago(80))
    assert sweeping.sweep()["failed"] == 0
    job.refresh_from_db()
    assert job.state == "running"


def test_the_follow_up_of_a_silent_job_is_not_lost():
    make_job(state=State.RUNNING, heartbeat_at=ago(91), again_with={"to": 9})
    sweeping.sweep()
    assert Job.objects.get(state="queued").params == {"to": 9}


def test_what_waits_too_long_is_sent_again_each_minute():
    never = make_job(key="1")
    Job.objects.filter(pk=never.pk).update(created_at=ago(61))
    lost = make_job(key="2", sent_at=ago(61))
    recent = make_job(key="3", sent_at=ago(30))
    new = make_job(key="4")
    assert sweeping.sweep()["sent"] == 2
    assert sweeping.sweep()["sent"] == 0
    sent = {job.key: job.sent_at for job in Job.objects.all()}
    assert sent["1"] > ago(10)
    assert sent["2"] > ago(10)
    assert sent["3"] == recent.sent_at
    assert sent["4"] is new.sent_at is None
    assert lost.state == State.QUEUED


def test_without_a_broker_the_silent_are_failed_all_the_same(broker_is_away):
    make_job(key="1", sent_at=ago(61))
    job = make_job(key="2", state=State.RUNNING, heartbeat_at=ago(91))
    assert sweeping.sweep() == {"failed": 1, "sent": 0, "scheduled": 0}
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_job_shows_its_silence_before_the_sweep_comes():
    assert make_job(key="1", state=State.RUNNING, heartbeat_at=ago(91)).is_silent
    assert not make_job(key="2", state=State.RUNNING, heartbeat_at=ago(80)).is_silent
    assert not make_job(key="3", state=State.DONE, heartbeat_at=ago(91)).is_silent
