"""Pages of duties: numbers with their lists, reminders, a diary written from the records, forms that keep what was typed."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from households.duties.diary import diary_of
from households.duties.models import DiaryNote, Duty, Leave, Presence
from households.duties.services.presence import add_days
from poverty.areas.models import Area
from poverty.areas.names import short_names
from tests.actors import client_of
from tests.factories.accounts import make_unit, make_user
from tests.factories.duties import make_visit
from tests.factories.households import make_household, make_pairing
from tests.factories.posts import make_post
from tests.factories.villages import make_village

pytestmark = pytest.mark.django_db
VILLAGE = "220503100204"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2018-11-22T10:00+08:00", tick=False):
        yield


@pytest.fixture
def helper(actors):
    return actors["helper"]


@pytest.fixture
def household(helper):
    """Poor, visited in September last."""
    made = make_household(head="王建国", survey=False)
    make_pairing(made, helper)
    make_visit(
        made, helper, date(2018, 9, 12), remark="家中正常。", problems="院墙松动。", next_promise="联系维修。"
    )
    return made


def page(user, name, *args, **query):
    answer = client_of(user).get(reverse(f"households:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_figures_lead_to_their_lists(actors, household):
    officer = actors["township_officer"]
    answer = client_of(officer).get(reverse("households:duties"), {"month": "2018-10", "by": "village"})
    [(one, _, urls)] = answer.context["lines"]
    assert (one.owed, one.done, one.late) == (1, 0, 1)
    listed = client_of(officer).get(urls["late"])
    assert listed.context["count"] == 1
    assert "王建国" in listed.content.decode()
    assert client_of(officer).get(urls["done"]).context["count"] == 0


def test_helpers_without_a_unit_lead_to_their_own_households(actors, helper, household):
    helper.unit = make_unit("区财政局")
    helper.save()
    alone = make_household(head="李秀英", survey=False)
    make_pairing(alone, make_user("无单位"))
    county = client_of(actors["county_reviewer"])
    answer = county.get(reverse("households:duties"), {"month": "2018-10", "by": "unit"})
    lines = {name: (one.owed, urls["owed"]) for one, name, urls in answer.context["lines"]}
    assert {name: owed for name, (owed, _) in lines.items()} == {"区财政局": 1, "（单位未填）": 1}
    for name, head in (("区财政局", "王建国"), ("（单位未填）", "李秀英")):
        listed = county.get(lines[name][1])
        assert [one.household.head_name for one, _, _ in listed.context["lines"]] == [head]
        assert name in listed.content.decode()


def test_a_helper_sees_his_own_figures_only(helper, household):
    other = make_household(head="李秀英", survey=False)
    make_pairing(other)
    answer = client_of(helper).get(reverse("households:duties"), {"month": "2018-10"})
    assert answer.context["total"]["owed"] == 1
    assert "李秀英" not in page(helper, "duty-list", month="2018-10")


def test_a_stranger_sees_nothing_of_it(stranger, household):
    text = page(stranger("county_reviewer"), "duties-late")
    assert "王建国" not in text
    assert "没有逾期的户" in text


def test_what_is_late_is_told_with_its_days(actors, household):
    text = page(actors["county_reviewer"], "duties-late")
    assert "王建国" in text
    assert "22 天" in text  # October's last day was 22 days ago


def test_an_unknown_month_is_this_month(actors, household):
    for text in ("2018-13", "abc", "2019-01", "0000-01"):
        answer = client_of(actors["leader"]).get(reverse("households:duties"), {"month": text})
        assert answer.context["month"] == date(2018, 11, 1)


def test_my_work_reminds_the_helper_and_counts_for_the_county(actors, helper, household):
    assert "逾期 22 天" in client_of(helper).get("/").content.decode()
    text = client_of(actors["county_reviewer"]).get("/").content.decode()
    for words in ("今天的走访", "逾期未走访的户", "照片久未到齐的走访", "没有答复的诉求"):
        assert words in text


def test_the_diary_is_written_from_the_records(helper, household):
    place = short_names([VILLAGE])[VILLAGE]
    found = diary_of(helper, date(2018, 9, 1), helper)
    assert found.diary_text == (
        f"{helper.name} 民情日记 2018年9月\n"
        f"9月12日 入户走访：{place}王建国户；家中正常；问题：院墙松动；下一步：联系维修"
    )
    assert dict(found.paragraphs) == {
        "走访": "应走访 1 户，本期已完成 1 户。实际走访 1 户次，其中入户 1 户次。",
        "发现问题": "王建国户：院墙松动。",
        "下一步": "王建国户：联系维修。",
    }


def test_the_diary_tells_a_reader_only_of_what_he_sees(actors, helper, household):
    elsewhere = make_household(village="140212100201", head="赵外县", survey=False)
    make_pairing(elsewhere, helper)
    make_visit(elsewhere, helper, date(2018, 9, 20))
    assert "赵外县" in page(helper, "diary", helper.pk, month="2018-09")
    text = page(actors["township_officer"], "diary", helper.pk, month="2018-09")
    assert "王建国" in text
    assert "赵外县" not in text
    assert "实际走访 1 户次" in text


def test_days_in_the_village_stand_in_record_and_summary(helper, household):
    add_days(
        helper,
        Area.objects.get(pk=VILLAGE),
        [date(2018, 11, 20), date(2018, 11, 21)],
        actor=helper,
        work="走访",
    )
    text = page(helper, "diary", helper.pk)
    assert "驻村 2 天（要求 20 天）。" in text
    assert "11月20日" in text


def test_own_words_are_added_and_kept(actors, helper, household):
    url = reverse("households:diary", args=[helper.pk])
    sent = {"identity": uuid4(), "book": "summary", "day": "", "text": "下月重点看取暖"}
    for _ in range(2):  # pressed twice
        assert client_of(helper).post(url, sent).status_code == 302
    assert DiaryNote.objects.count() == 1
    assert "下月重点看取暖" in page(actors["township_officer"], "diary", helper.pk)
    assert (
        client_of(actors["township_officer"]).post(url, {"book": "summary", "text": "代写"}).status_code
        == 403
    )


def test_a_refused_form_keeps_what_was_typed(helper, household):
    url = reverse("households:presence-person", args=[helper.pk])
    answer = client_of(helper).post(url, {"village": VILLAGE, "days": [], "work": "参加村民会议"})
    assert answer.status_code == 422
    assert "参加村民会议" in answer.content.decode()
    assert not Presence.objects.exists()


def test_a_month_before_anything_was_asked_names_who_stood_there(actors):
    make_post(make_village(VILLAGE), since=date(2015, 8, 1))
    answer = client_of(actors["county_reviewer"]).get(reverse("households:presence"), {"month": "2015-09"})
    assert answer.status_code == 200
    [line] = answer.context["lines"]
    assert (line["days"], line["asked"]) == (0, None)
    assert "不要求" in answer.content.decode()


def test_telling_days_on_the_page(helper, household):
    url = reverse("households:presence-person", args=[helper.pk])
    sent = {"village": VILLAGE, "days": ["2018-11-20", "2018-11-21"], "work": "走访"}
    assert client_of(helper).post(url, sent).status_code == 302
    assert Presence.objects.count() == 2
    # A day that stands is offered no more, and one to come never was.
    for day in ("2018-11-21", "2018-11-23"):
        assert client_of(helper).post(url, {**sent, "days": [day]}).status_code == 422


def test_leave_from_asking_to_granting(actors, helper, household):
    sent = {
        "village": VILLAGE,
        "person": helper.pk,
        "kind": "sick",
        "starts_on": "2018-11-26",
        "ends_on": "2018-11-27",
        "reason": "看病",
    }
    assert client_of(helper).post(reverse("households:leave-new"), sent).status_code == 302
    leave = Leave.objects.get()
    url = reverse("households:leave", args=[leave.pk])
    assert client_of(helper).post(url, {"agreed": "yes"}).status_code == 403
    assert client_of(actors["township_officer"]).post(url, {"agreed": "no", "comment": ""}).status_code == 422
    assert client_of(actors["township_officer"]).post(url, {"agreed": "yes"}).status_code == 302
    leave.refresh_from_db()
    assert leave.state == "approved"


def test_more_than_thirty_days_a_year_is_said_to_be_a_ground_for_recall(actors, helper, household):
    client_of(helper).post(
        reverse("households:leave-new"),
        {
            "village": VILLAGE,
            "person": helper.pk,
            "kind": "sick",
            "starts_on": "2018-11-26",
            "ends_on": "2018-12-26",
            "reason": "手术",
        },
    )
    text = page(actors["county_reviewer"], "leave", Leave.objects.get().pk)
    assert "累计请假 31 天，超过 30 天" in text


def test_the_county_changes_a_duty_on_its_page(actors):
    url = reverse("households:duty-rule", args=["visit_exited"])
    sent = {
        "valid_from": "2018-12-01",
        "every_months": "1",
        "times": "1",
        "least_days": "10",
        "document": "县文件",
    }
    county = client_of(actors["county_reviewer"])
    wrong = county.post(url, {**sent, "valid_from": "2018-12-05"})
    assert wrong.status_code == 422
    assert "该月1日" in wrong.content.decode()
    assert county.post(url, sent).status_code == 302
    assert Duty.objects.get().every_months == 1
    assert client_of(actors["township_officer"]).post(url, sent).status_code == 403
    assert county.get(reverse("households:duty-rule", args=["nothing"])).status_code == 404


def test_days_in_a_village_are_asked_by_the_month_on_the_page_too(actors):
    url = reverse("households:duty-rule", args=["presence"])
    county = client_of(actors["county_reviewer"])
    sent = {"valid_from": "2018-12-01", "every_months": "3", "times": "30", "document": "县文件"}
    wrong = county.post(url, sent)
    assert wrong.status_code == 422
    assert "驻村按月要求天数" in wrong.content.decode()
    assert not Duty.objects.exists()
    assert county.post(url, {**sent, "every_months": "1", "times": "22"}).status_code == 302


def test_the_api_tells_the_same_rows(actors, helper, household):
    answer = client_of(actors["township_officer"]).get(
        "/api/v1/duties/", {"month": "2018-10", "state": "late"}
    )
    [row] = answer.json()["results"]
    assert (row["household"], row["helper"], row["last_day"], row["days_late"]) == (
        household.pk,
        helper.pk,
        "2018-10-31",
        22,
    )
    assert (
        client_of(actors["township_officer"]).get("/api/v1/duties/", {"month": "2018-13"}).status_code == 400
    )
    assert client_of(make_user("无任职", username="nobody1")).get("/api/v1/duties/").status_code == 403
