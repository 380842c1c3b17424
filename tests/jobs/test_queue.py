import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from poverty.audit.models import Entry
from poverty.jobs.models import Job, State
from poverty.jobs.services import queue
from tests.factories.jobs import make_job

pytestmark = pytest.mark.django_db


def enqueue(actor=None, key="count:220503", **fields):
    values = {"area_code": "220503", "params": {"to": 3}, **fields}
    return queue.enqueue("test.count", key=key, actor=actor, **values)


def test_a_job_is_put_in_line(reviewer):
    job = enqueue(reviewer, params={"to": 3, "on": date(2020, 9, 30), "areas": ["220503200"], "all": True})
    job.refresh_from_db()
    assert (job.kind, job.area_code, job.state, job.created_by) == (
        "test.count",
        "220503",
        "queued",
        reviewer,
    )
    assert job.params == {"to": 3, "on": "2020-09-30", "areas": ["220503200"], "all": True}
    assert (job.attempts, job.done, job.total, job.sent_at, job.heartbeat_at) == (1, 0, None, None, None)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_taken_key_gives_the_live_job(state):
    live = make_job(key="count:220503", state=state)
    assert enqueue(params={"to": 9}) == live
    assert Job.objects.get().params == {"to": 3}


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_a_job_that_is_over_frees_its_key(state):
    over = make_job(key="count:220503", state=state)
    assert enqueue().pk > over.pk


def test_the_database_allows_one_live_job_per_key():
    make_job(key="k", state=State.RUNNING)
    with pytest.raises(IntegrityError, match="one_live_job_per_key"), transaction.atomic():
        make_job(key="k")


@pytest.mark.parametrize(
    "params",
    [
        {"name": "王建国"},
        {"identity": "220503199001011234"},
        {"identity": 220503199001011234},
        {"rows": [{"phone_and_more": "a b"}]},
        {"share": 0.5},
        {"long": "a" * 65},
    ],
)
def test_params_that_could_be_personal_data_are_refused(params):
    with pytest.raises(ValueError, match="params"):
        enqueue(params=params)
    assert not Job.objects.exists()


def test_a_kind_without_runner_is_refused():
    with pytest.raises(ValueError, match=r"test\.nothing"):
        queue.enqueue("test.nothing", area_code="", key="k", params={}, actor=None)


def test_again_is_noted_on_a_running_job_only():
    running = make_job(key="a", state=State.RUNNING)
    assert enqueue(key="a", params={"to": 9}, again=True) == running
    running.refresh_from_db()
    assert running.again_with == {"to": 9}

    queued = make_job(key="b")
    assert enqueue(key="b", again=True) == queued
    queued.refresh_from_db()
    assert queued.again_with is None  # it will read what is there when it starts


def test_sent_after_commit_and_not_before(django_capture_on_commit_callbacks, settings):
    settings.CELERY_TASK_DEFAULT_QUEUE = "test_nobody_listens"
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue()
        job.refresh_from_db()
        assert job.sent_at is None
    job.refresh_from_db()
    assert job.sent_at is not None


def test_without_a_broker_the_job_waits(django_capture_on_commit_callbacks, broker_is_away):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue()
    job.refresh_from_db()
    assert (job.state, job.sent_at) == ("queued", None)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_retry_makes_a_new_job_with_the_same_params_and_logs_it(reviewer, state):
    old = make_job(state=state, params={"to": 7}, error="…", attempts=2)
    new = queue.retry(old, actor=reviewer)
    new.refresh_from_db()
    assert (new.key, new.params, new.state, new.attempts) == (old.key, {"to": 7}, "queued", 3)
    assert (new.retry_of, new.created_by, new.error) == (old, reviewer, "")
    entry = Entry.objects.get(action="jobs.retry")
    assert (entry.actor, entry.case_type, entry.case_id) == (reviewer, "jobs.job", new.pk)
    assert entry.area_code == "220503"


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_only_what_failed_or_was_cancelled_is_retried(reviewer, state):
    with pytest.raises(ValidationError, match="只有失败或已取消的任务"):
        queue.retry(make_job(state=state), actor=reviewer)


def test_retry_twice_gives_one_job(reviewer):
    old = make_job(state=State.FAILED)
    assert queue.retry(old, actor=reviewer) == queue.retry(old, actor=reviewer)
    assert Job.objects.count() == 2
    assert Entry.objects.filter(action="jobs.retry").count() == 1


def test_a_kind_that_is_gone_cannot_be_retried(helper):
    old = make_job(kind="test.gone", state=State.FAILED, created_by=helper)
    with pytest.raises(ValidationError, match="不再支持"):
        queue.retry(old, actor=helper)


def test_cancel_ends_a_queued_job_at_once(reviewer):
    job = queue.cancel(make_job(), actor=reviewer)
    assert (job.state, job.finished_at is not None) == ("cancelled", True)
    assert Entry.objects.get().action == "jobs.cancel"


def test_cancel_asks_a_running_job_to_stop_and_drops_its_follow_up(reviewer):
    job = queue.cancel(make_job(state=State.RUNNING, again_with={"to": 9}), actor=reviewer)
    assert (job.state, job.cancel_requested, job.again_with) == ("running", True, None)


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_what_is_over_cannot_be_cancelled(reviewer, state):
    with pytest.raises(ValidationError, match="任务已经结束"):
        queue.cancel(make_job(state=state), actor=reviewer)


@pytest.mark.parametrize("who", ["neighbour", "township", "helper"])
@pytest.mark.parametrize("act", [queue.retry, queue.cancel])
def test_without_the_right_at_the_place_nobody_steers(request, who, act):
    user = request.getfixturevalue(who)
    job = make_job(state=State.FAILED if act is queue.retry else State.QUEUED, created_by=user)
    with pytest.raises(PermissionDenied):
        act(job, actor=user)


def test_a_kind_without_rights_is_steered_by_who_started_it(helper, reviewer):
    job = make_job(kind="test.own", state=State.FAILED, created_by=helper)
    with pytest.raises(PermissionDenied):
        queue.retry(job, actor=reviewer)
    assert queue.retry(job, actor=helper).created_by == helper


def test_visible_are_own_jobs_and_those_of_the_area(reviewer, neighbour, township, helper):
    county = make_job(key="1", area_code="220503")
    village = make_job(key="2", area_code="220503100204")
    elsewhere = make_job(key="3", area_code="140212")
    make_job(key="4", area_code="")  # the whole country
    own = make_job(key="5", area_code="220503200", created_by=helper)

    def seen(user):
        return set(Job.objects.visible_to(user))

    assert seen(reviewer) == {county, village, own}
    assert seen(neighbour) == {elsewhere}
    assert seen(township) == {village}
    assert seen(helper) == {own}


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_the_same_job(settings):
    settings.CELERY_TASK_DEFAULT_QUEUE = "test_nobody_listens"
    found, start = [], threading.Barrier(8)

    def put():
        start.wait()
        try:
            found.append(enqueue().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert Job.objects.count() == 1
