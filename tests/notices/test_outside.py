"""The open web: what everybody may know of a notice, and names only to who comes by the printed sheet."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from poverty.notices.outside import address_of, numbers_in
from poverty.parameters.models import Parameter
from poverty.review.models import Objection, RosterEntry
from poverty.review.services.notices import code_of, hash_of, post_correction, withdraw_notice
from poverty.review.services.rosters import leave_roster
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.areas import make_area

pytestmark = pytest.mark.django_db


def page(client, name, *args):
    response = client.get(reverse(f"notices:{name}", args=args))
    return response, response.content.decode()


# --- what everybody may know ------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["%00", "x", "２２０５", "220503%00"])
def test_a_place_that_is_none_is_not_found(client, typed):
    assert client.get(f"/notices/in/{typed}/").status_code == 404


def test_a_county_lists_what_runs_and_nothing_of_anybody(client, posting):
    posting("王建国", "李桂兰")
    response, text = page(client, "area", COUNTY_A)
    assert response.status_code == 200
    assert "二道沟村2018年拟退出贫困户公示" in text
    assert "2 户" in text
    assert "王建国" not in text


def test_a_notice_says_how_to_object_and_nothing_of_anybody(client, posting):
    notice, code = posting("王建国")
    response, text = page(client, "notice", notice.pk)
    assert response.status_code == 200
    for said in ("村务公开栏", "鸭园镇扶贫办", 'href="tel:04351234567"', 'href="tel:12317"', "1 户"):
        assert said in text
    assert "王建国" not in text
    assert code not in text


def test_one_county_is_shown_at_once_and_two_are_chosen_from(client, posting, actors, strangers):
    posting("王建国")
    response, _ = page(client, "counties")
    assert response.url == reverse("notices:area", args=[COUNTY_A])
    make_area(VILLAGE_B)
    posting("李桂兰", village=VILLAGE_B, actor=strangers["village_clerk"])
    _, text = page(client, "counties")
    assert reverse("notices:area", args=[COUNTY_A]) in text
    assert reverse("notices:area", args=[COUNTY_B]) in text


def test_a_place_shows_its_own_and_those_below(client, posting):
    posting("王建国")
    for code, shown in ((COUNTY_A, True), (TOWNSHIP_A, True), (VILLAGE_A, True), ("220503100", True)):
        assert ("拟退出贫困户公示" in page(client, "area", code)[1]) is shown
    make_area("220503200200")
    assert "拟退出贫困户公示" not in page(client, "area", "220503200200")[1]


def test_an_unknown_place_is_not_found(client, db):
    assert page(client, "area", "999999")[0].status_code == 404
    assert page(client, "area", "x' or 1")[0].status_code == 404


def test_what_has_ended_is_not_told_any_more(client, posting):
    notice, _ = posting("王建国")
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=False):
        assert "拟退出贫困户公示" not in page(client, "area", COUNTY_A)[1]
        response, text = page(client, "notice", notice.pk)
        assert response.status_code == 410
        assert "已经期满" in text
        assert notice.title not in text


def test_what_was_withdrawn_was_never_there(client, posting, actors):
    notice, code = posting("王建国")
    withdraw_notice(notice, reason="日期写错", actor=actors["village_clerk"])
    for name, args in (("notice", [notice.pk]), ("names", [notice.pk, code]), ("object", [notice.pk])):
        assert page(client, name, *args)[0].status_code == 404


def test_a_kind_that_is_never_told_outside_is_not_there(client, posting, untold):
    notice, code = posting("王建国")
    assert "拟退出贫困户公示" not in page(client, "area", COUNTY_A)[1]
    for name, args in (("notice", [notice.pk]), ("names", [notice.pk, code]), ("object", [notice.pk])):
        assert page(client, name, *args)[0].status_code == 404
    sent = client.post(reverse("notices:object", args=[notice.pk]), {"number": "1", "text": "有车"})
    assert sent.status_code == 404
    assert not Objection.objects.exists()


# --- names ------------------------------------------------------------------------------------------------


def test_the_code_of_the_sheet_shows_the_list(client, posting):
    notice, code = posting("王建国", "李桂兰")
    response, text = page(client, "names", notice.pk, code)
    assert response.status_code == 200
    assert "王建国" in text
    assert "李桂兰" in text


def test_the_code_can_be_typed(client, posting):
    notice, code = posting("王建国")
    spaced = " ".join((code[:4], code[4:])).upper()
    response = client.post(reverse("notices:notice", args=[notice.pk]), {"code": spaced})
    assert response.url == reverse("notices:names", args=[notice.pk, code])
    wrong = client.post(reverse("notices:notice", args=[notice.pk]), {"code": "abcd efgh"})
    assert wrong.status_code == 422
    assert "查询码不对" in wrong.content.decode()
    assert "abcd efgh" in wrong.content.decode()


def test_typing_wrong_codes_is_slowed_down(client, posting):
    notice, code = posting("王建国")
    url = reverse("notices:notice", args=[notice.pk])
    for _ in range(20):
        client.post(url, {"code": "wrong"})
    assert "试的次数太多" in client.post(url, {"code": code}).content.decode()


@pytest.mark.parametrize("wrong", ["x", "a" * 16, "%00", "..", "码", "a" * 500])
def test_a_wrong_code_shows_nothing(client, posting, wrong):
    notice, _ = posting("王建国")
    url = reverse("notices:names", args=[notice.pk, "CODE"]).replace("CODE", wrong)
    response = client.get(url)
    assert response.status_code == 404
    assert "王建国" not in response.content.decode()


def test_the_code_of_another_notice_is_a_wrong_one(client, posting):
    first, code_of_first = posting("王建国")
    second, code_of_second = posting("李桂兰")
    assert code_of_first != code_of_second
    for notice, code in ((first, code_of_second), (second, code_of_first), (first, first.token_hash)):
        assert page(client, "names", notice.pk, code)[0].status_code == 404


def test_the_code_of_the_first_notice_does_not_open_the_second_of_the_same_list(client, posting, actors):
    notice, code = posting("王建国")
    withdraw_notice(notice, reason="贴错了", actor=actors["village_clerk"])
    again, new_code = posting("李桂兰")
    assert new_code != code
    assert page(client, "names", again.pk, code)[0].status_code == 404


def test_a_code_is_long_and_is_stored_as_a_hash_alone(posting):
    notice, code = posting("王建国")
    assert len(code) == 16
    assert len(set(code)) > 4
    assert notice.token_hash == hash_of(code)
    assert code_of(notice) == code


def test_when_the_notice_has_ended_the_code_shows_nothing(client, posting):
    notice, code = posting("王建国")
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        assert page(client, "names", notice.pk, code)[0].status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=False):
        for tried in (code, "wrong"):
            response, text = page(client, "names", notice.pk, tried)
            assert response.status_code == 410
            assert "王建国" not in text


def test_a_monitored_household_is_never_named(client, posting):
    notice, code = posting("王建国", "监测户")
    _, text = page(client, "names", notice.pk, code)
    assert "王建国" in text
    assert "监测户" not in text
    assert "另有 1 户按规定不在网上列名" in text


def test_who_has_left_the_list_is_not_named_any_more(client, posting, actors):
    notice, code = posting("王建国", "李桂兰")
    entry = RosterEntry.objects.get(roster=notice.roster, position=1)
    leave_roster(entry, reason="异议成立：有车", actor=actors["township_officer"])
    _, text = page(client, "names", notice.pk, code)
    assert "第 1 号" not in text
    assert "第 2 号" in text
    assert "有车" not in text


def test_a_place_may_keep_all_names_off_the_web(client, posting):
    notice, code = posting("王建国")
    Parameter.objects.create(
        code="notice.names_on_web",
        area_code=COUNTY_A,
        valid_from=timezone.localdate(),
        value="false",
        document_name="区扶贫办通知",
    )
    assert page(client, "names", notice.pk, code)[0].status_code == 404
    assert "网上不显示" in page(client, "notice", notice.pk)[1]
    assert 'name="code"' not in page(client, "notice", notice.pk)[1]


# --- not kept, not found ----------------------------------------------------------------------------------


def test_nobody_on_the_way_keeps_or_indexes_it(client, posting):
    notice, code = posting("王建国")
    for name, args in (
        ("area", [COUNTY_A]),
        ("notice", [notice.pk]),
        ("names", [notice.pk, code]),
        ("object", [notice.pk]),
    ):
        response, text = page(client, name, *args)
        assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in response["Cache-Control"]
        assert '<meta name="robots" content="noindex, nofollow, noarchive">' in text
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_reading_leaves_no_session(posting):
    notice, code = posting("王建国")
    client = Client()
    response, _ = page(client, "names", notice.pk, code)
    assert "sessionid" not in response.cookies


def test_addresses_and_numbers(posting, settings):
    notice, code = posting("王建国")
    assert address_of(notice, code, "https://a.example/") == (
        f"https://a.example/notices/{notice.pk}/list/{code}/"
    )
    settings.PUBLIC_ADDRESS = "https://gongshi.example.gov.cn"
    assert address_of(notice, code, "https://a.example/").startswith(
        "https://gongshi.example.gov.cn/notices/"
    )
    text = "镇扶贫办 0435-1234567、13800138000，纪委 12345"
    assert list(numbers_in(text)) == [("0435-1234567", "04351234567"), ("13800138000", "13800138000")]


def test_a_correction_has_a_code_of_its_own(client, posting, actors):
    notice, code = posting("王建国", "李桂兰")
    entry = RosterEntry.objects.get(roster=notice.roster, position=1)
    leave_roster(entry, reason="异议成立：有车", actor=actors["township_officer"])
    correction, other = post_correction(notice, actor=actors["village_clerk"])
    assert page(client, "names", correction.pk, code)[0].status_code == 404
    _, text = page(client, "names", correction.pk, other)
    assert "李桂兰" in text
    assert "王建国" not in text
