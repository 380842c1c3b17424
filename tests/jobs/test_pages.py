import pytest
from django.urls import reverse

from poverty.jobs.models import Job, State
from poverty.jobs.templatetags.jobs import duration
from tests.actors import client_of
from tests.factories.jobs import make_job

NOON = "2026-11-20T12:00:00+08:00"

pytestmark = pytest.mark.django_db


def url(name, job):
    return reverse(f"jobs:{name}", args=[job.pk])


def text(response):
    return response.content.decode()


def test_the_list_shows_the_jobs_of_the_area_newest_first(reviewer):
    make_job(key="1", state=State.DONE, done=3, total=3)
    make_job("test.refuse", key="2", state=State.FAILED, error="本年未发布标准。", created_by=reviewer)
    make_job("test.own", key="3", area_code="140212")
    page = text(client_of(reviewer).get(reverse("jobs:list"))).split("<tbody>")[1]
    assert page.index("拒绝") < page.index("数数")
    assert "本年未发布标准。" in page
    assert "3 / 3" in page
    assert "定时" in page  # nobody's: the timetable's
    assert "我的小事" not in page


def test_the_list_filters(reviewer):
    client = client_of(reviewer)
    done = make_job(key="1", state=State.DONE)
    failed = make_job(key="2", state=State.FAILED, created_by=reviewer)

    def shown(**query):
        return [job for job, place in client.get(reverse("jobs:list"), query).context["rows"]]

    assert shown(state="failed") == [failed]
    assert shown(kind="test.count") == [failed, done]
    assert shown(mine="yes") == [failed]


def test_the_list_costs_the_same_however_long(reviewer, django_assert_max_num_queries):
    client = client_of(reviewer)
    for number in range(60):
        make_job(key=str(number), state=State.DONE, created_by=reviewer)
    with django_assert_max_num_queries(12):
        assert len(client.get(reverse("jobs:list")).context["rows"]) == 50


def test_an_empty_list_says_what_will_be_here(helper):
    assert "没有后台任务" in text(client_of(helper).get(reverse("jobs:list")))


@pytest.fixture
def standing_clock(time_machine):
    """What remains is worked out from the time that has passed: on a busy machine that is more each time."""
    time_machine.move_to(NOON, tick=False)


def test_a_running_job_asks_for_its_progress_until_it_is_over(standing_clock, reviewer):
    client = client_of(reviewer)
    job = make_job(state=State.RUNNING, done=25, total=100)
    part = text(client.get(url("progress", job)))
    assert f'hx-get="{url("progress", job)}" hx-trigger="every 2s"' in part
    assert 'value="25"' in part
    assert "约剩 3 分钟" in part  # 60 seconds for a quarter: 180 to go
    assert "<html" not in part

    Job.objects.filter(pk=job.pk).update(
        state=State.DONE, finished_at=job.heartbeat_at, done=100, result={"counted": 100}
    )
    part = text(client.get(url("progress", job)))
    assert "hx-get" not in part
    assert "数了 100 个" in part
    assert 'href="/counted/"' in part


def test_a_page_that_waits_for_a_job_is_loaded_again_when_it_is_over(reviewer):
    """Its heading and buttons still say that the job is under way."""
    client = client_of(reviewer)
    job = make_job(state=State.RUNNING)
    address = f"{url('progress', job)}?reload=1"
    waiting = client.get(address, headers={"hx-request": "true"})
    assert f'hx-get="{address}"' in text(waiting)
    assert "HX-Refresh" not in waiting
    Job.objects.filter(pk=job.pk).update(state=State.DONE, finished_at=job.heartbeat_at)
    assert client.get(address, headers={"hx-request": "true"})["HX-Refresh"] == "true"
    other = client.get(url("progress", job), headers={"hx-request": "true"})
    assert "HX-Refresh" not in other
    assert other["HX-Trigger"] == "job-over"


def test_the_page_shows_the_same_without_javascript(standing_clock, reviewer):
    job = make_job(state=State.RUNNING, done=25, total=100)
    page = text(client_of(reviewer).get(url("job", job)))
    assert 'value="25"' in page
    assert "约剩 3 分钟" in page
    assert "二道江区" in page


def test_a_silent_job_says_so_before_the_sweep_does(reviewer):
    job = make_job(state=State.RUNNING)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=job.started_at.replace(year=2020))
    assert "可能已中断" in text(client_of(reviewer).get(url("job", job)))
    assert Job.objects.get().state == "running"  # looking changes nothing


def test_a_failed_job_says_why_and_can_be_run_again(reviewer):
    client = client_of(reviewer)
    job = make_job(state=State.FAILED, error="本年未发布标准，请先发布标准。", error_id="1121-7F3K9Q")
    page = text(client.get(url("job", job)))
    assert "本年未发布标准，请先发布标准。" in page
    assert "1121-7F3K9Q" in page
    assert f'action="{url("retry", job)}"' in page

    response = client.post(url("retry", job))
    new = Job.objects.exclude(pk=job.pk).get()
    assert response.headers["Location"] == url("job", new)
    assert (new.state, new.created_by) == ("queued", reviewer)


def test_retry_of_what_cannot_be_retried_says_so(reviewer):
    response = client_of(reviewer).post(url("retry", make_job(state=State.DONE)), follow=True)
    assert "只有失败或已取消的任务可以重新运行。" in text(response)
    assert Job.objects.count() == 1


def test_cancelling_comes_back_to_the_page_it_was_asked_from(reviewer):
    address = f"{url('cancel', make_job())}?next=/ledgers/exports/1/"
    client = client_of(reviewer)
    assert 'href="/ledgers/exports/1/">不做，返回' in text(client.get(address))
    assert client.post(address, {"confirmed": "1"}).headers["Location"] == "/ledgers/exports/1/"


def test_cancel_asks_first(reviewer):
    client = client_of(reviewer)
    job = make_job()
    assert "已写入的结果保留" in text(client.get(url("cancel", job)))
    job.refresh_from_db()
    assert job.state == "queued"
    assert "已取消" in text(client.post(url("cancel", job), follow=True))
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert "任务已经结束" in text(client.post(url("cancel", job), follow=True))


@pytest.mark.parametrize(
    ("next_url", "target"), [("/standards/", "/standards/"), ("https://evil.example/", None)]
)
def test_after_a_button_it_goes_back_to_our_own_pages_only(reviewer, next_url, target):
    job = make_job()
    response = client_of(reviewer).post(url("cancel", job), {"next": next_url})
    assert response.headers["Location"] == (target or url("job", job))


@pytest.mark.parametrize("name", ["retry", "cancel"])
def test_who_sees_a_job_without_the_right_cannot_steer_it(auditor, name):
    client = client_of(auditor)
    job = make_job(state=State.FAILED if name == "retry" else State.QUEUED)
    assert url(name, job) not in text(client.get(url("job", job)))
    assert client.post(url(name, job)).status_code == 403
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "method"), [("job", "get"), ("progress", "get"), ("retry", "post"), ("cancel", "post")]
)
def test_out_of_place_is_not_there(neighbour, helper, name, method):
    job = make_job(state=State.FAILED)
    for user in (neighbour, helper):
        assert getattr(client_of(user), method)(url(name, job)).status_code == 404
    assert getattr(client_of(None), method)(url(name, job)).status_code == 302


def test_a_link_cannot_retry(reviewer):
    assert client_of(reviewer).get(url("retry", make_job(state=State.FAILED))).status_code == 405


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.4, "0 秒"),
        (59, "59 秒"),
        (60, "1 分钟"),
        (61, "2 分钟"),
        (3541, "1 小时 0 分"),
        (7500, "2 小时 5 分"),
    ],
)
def test_duration_in_words(seconds, words):
    assert duration(seconds) == words
