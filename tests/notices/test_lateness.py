"""Who is late with notices: lists not posted, sheets still up, no photo of the wall, no correction; and the calendar."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from poverty.files.models import FileLink
from poverty.files.services import link
from poverty.notices import lateness
from poverty.notices.calendar import month_beginning, month_of, neighbours
from poverty.parameters.models import Parameter
from poverty.review.models import Notice, Roster
from poverty.review.services.notices import post_correction, take_down
from poverty.review.services.rosters import leave_roster
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.exits import Walk
from tests.factories.files import make_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def after(days):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def of(question):
    return set(question(Notice.objects.all(), timezone.localdate()).values_list("pk", flat=True))


def set_days(code, area_code, days):
    Parameter.objects.create(
        code=code,
        area_code=area_code,
        valid_from=date(2018, 1, 1),
        value=str(days),
        document_name="区扶贫办通知",
    )


# --- sheets still up --------------------------------------------------------------------------------------


def test_a_sheet_is_late_from_the_fourth_day_after_its_last(posting, actors):
    notice, _ = posting("王建国")
    with after(6 + 3):
        assert of(lateness.still_up) == set()
    with after(6 + 4):
        assert of(lateness.still_up) == {notice.pk}
        take_down(notice, actor=actors["village_clerk"])
        assert of(lateness.still_up) == set()


def test_the_days_of_the_nearest_place_count(posting):
    near, _ = posting("王建国")
    set_days("notice.down_days", COUNTY_A, 1)
    with after(6 + 2):
        assert of(lateness.still_up) == {near.pk}
        set_days("notice.down_days", VILLAGE_A, 10)
        assert of(lateness.still_up) == set()
    with after(6 + 11):
        assert of(lateness.still_up) == {near.pk}


# --- the photo --------------------------------------------------------------------------------------------


def test_a_notice_without_a_photo_is_late_from_the_third_day(posting, actors):
    notice, _ = posting("王建国")
    with after(2):
        assert of(lateness.without_photo) == set()
    with after(3):
        assert of(lateness.without_photo) == {notice.pk}
        clerk = actors["village_clerk"]
        link(make_file(clerk, area_code=VILLAGE_A), notice, role="wall", actor=clerk)
        assert of(lateness.without_photo) == set()
        assert lateness.photographed([notice.pk, 0]) == {notice.pk}
        FileLink.objects.update(removed_at=timezone.now(), removed_by=clerk, removed_reason="拍糊了")
        assert of(lateness.without_photo) == {notice.pk}


# --- corrections ------------------------------------------------------------------------------------------


def test_who_left_while_it_hangs_wants_a_correction(posting, actors):
    notice, _ = posting("王建国", "李桂兰")
    assert of(lateness.uncorrected) == set()
    leave_roster(notice.roster.entries.get(position=1), reason="异议成立", actor=actors["township_officer"])
    assert of(lateness.uncorrected) == {notice.pk}
    post_correction(notice, actor=actors["village_clerk"])
    assert of(lateness.uncorrected) == set()


def test_what_has_ended_wants_no_correction(posting, actors):
    notice, _ = posting("王建国", "李桂兰")
    with after(8):
        leave_roster(notice.roster.entries.get(position=1), reason="办结", actor=actors["township_officer"])
        assert of(lateness.uncorrected) == set()


# --- lists that should hang -------------------------------------------------------------------------------


@pytest.fixture
def walk(db):
    with time_machine.travel(date(2018, 12, 31), tick=False):
        yield Walk(3)


def unposted(on):
    return [(one.roster.pk, one.kind, one.cases, one.since, one.due_on) for one in _found(on)]


def _found(on):
    return lateness.unposted(Roster.objects.all(), on)


def test_a_list_waits_for_its_notice_when_the_steps_before_are_done(walk):
    walk.to("verified")
    assert unposted(date(2018, 12, 31)) == []
    walk.sign()
    # Signed on 7 December, three days to post.
    assert unposted(date(2018, 12, 10)) == []
    assert unposted(date(2018, 12, 11)) == [
        (walk.roster.pk, "first", 3, date(2018, 12, 7), date(2018, 12, 10))
    ]
    walk.post()
    assert unposted(date(2018, 12, 31)) == []


def test_a_checked_list_waits_for_the_second_notice(walk):
    walk.to("checked")
    assert [row[1] for row in unposted(date(2018, 12, 31))] == ["second"]


def test_a_decided_list_waits_for_its_announcement(walk):
    walk.to("approved")
    # Decided on 25 December, three days to announce.
    assert unposted(date(2018, 12, 28)) == []
    assert unposted(date(2018, 12, 29)) == [
        (walk.roster.pk, "announcement", 3, date(2018, 12, 25), date(2018, 12, 28))
    ]
    walk.announce()
    assert unposted(date(2018, 12, 31)) == []


def test_many_lists_cost_as_much_as_one(walk, django_assert_max_num_queries):
    walk.to("agreed")
    # The days, then one query for each kind of notice of each procedure, and one more where lists wait.
    with django_assert_max_num_queries(16):
        assert len(_found(date(2018, 12, 31))) == 1


# --- pages ------------------------------------------------------------------------------------------------


def test_the_page_counts_each_and_lists_one(posting, actors):
    notice, _ = posting("王建国", title="二道沟村公示")
    with after(12):
        client = client_of(actors["township_officer"])
        text = client.get(reverse("notices:late")).content.decode()
        assert "没有逾期未贴的名单" in text
        for what in ("down", "photo"):
            text = client.get(reverse("notices:late"), {"what": what}).content.decode()
            assert "二道沟村公示" in text
            assert "逾期" in text
        assert "没有逾期的" in client.get(reverse("notices:late"), {"what": "correction"}).content.decode()
        assert client.get(reverse("notices:late"), {"what": "x"}).status_code == 200
    assert notice.taken_down_on is None


def test_another_county_sees_nothing_of_it(posting, strangers):
    posting("王建国", title="二道沟村公示")
    with after(12):
        client = client_of(strangers["county_reviewer"])
        for url in (reverse("notices:late") + "?what=down", reverse("notices:calendar")):
            assert "二道沟村公示" not in client.get(url).content.decode()


def test_the_page_of_unposted_lists(walk):
    walk.to("agreed")
    text = client_of(walk.township).get(reverse("notices:late")).content.decode()
    assert walk.roster.title in text
    assert "村内公示" in text


def test_the_calendar_counts_what_hangs_on_each_day(posting):
    with time_machine.travel(date(2018, 11, 28), tick=False):
        notice, _ = posting("王建国")
    days = {day.on: day for week in month_of(date(2018, 11, 1), Notice.objects.all()) for day in week}
    assert days[date(2018, 11, 27)].hanging == 0
    assert days[date(2018, 11, 28)].hanging == days[date(2018, 11, 30)].hanging == 1
    assert days[date(2018, 11, 28)].posted == [notice]
    december = {day.on: day for week in month_of(date(2018, 12, 1), Notice.objects.all()) for day in week}
    assert december[date(2018, 12, 1)].hanging == december[date(2018, 12, 4)].hanging == 1
    assert december[date(2018, 12, 4)].ending == [notice]
    assert december[date(2018, 12, 5)].hanging == 0


def test_a_month_is_typed_or_that_of_today():
    today = date(2018, 11, 22)
    assert month_beginning("2018-02", today) == date(2018, 2, 1)
    for wrong in (None, "", "2018-13", "x", "0000-01", "2018"):
        assert month_beginning(wrong, today) == date(2018, 11, 1)
    assert neighbours(date(2018, 12, 1)) == (date(2018, 11, 1), date(2019, 1, 1))
    assert neighbours(date(2018, 1, 1)) == (date(2017, 12, 1), date(2018, 2, 1))


def test_the_calendar_page_opens_for_any_month(posting, actors):
    posting("王建国")
    client = client_of(actors["county_reviewer"])
    assert "张贴" in client.get(reverse("notices:calendar")).content.decode()
    for month in ("0001-01", "9999-12", "x"):
        assert client.get(reverse("notices:calendar"), {"month": month}).status_code == 200
