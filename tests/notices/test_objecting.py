"""Objecting without an account: what is asked, what is kept, what a flood meets."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from households.models import Household
from poverty.accounts.models import SignInThrottle
from poverty.audit.models import Entry
from poverty.notices.services.objecting import FREE
from poverty.review.models import Objection, RosterEntry
from poverty.review.objection_holds import objection_refusals
from poverty.review.services.objections import give_receipt
from tests.actors import client_of
from tests.notices.conftest import TYPE

pytestmark = pytest.mark.django_db
CAR = "家里有小汽车，村里人都知道"


@pytest.fixture
def notice(posting):
    return posting("王建国", "李桂兰")[0]


def send(notice, client=None, **typed):
    typed = {"number": "1", "about": "", "text": CAR, "name": "", "phone": ""} | typed
    return (client or Client()).post(reverse("notices:object", args=[notice.pk]), typed)


def test_nobody_has_to_say_who_he_is(notice):
    response = send(notice)
    objection = Objection.objects.get()
    assert (objection.channel, objection.state) == ("web", "received")
    assert (objection.name, objection.phone, objection.recorded_by) == ("", None, None)
    assert objection.about == "第1号"
    assert objection.received_on == timezone.localdate()
    text = Client().get(response.url).content.decode()
    assert objection.number in text
    assert "您没有留姓名和电话" in text
    assert CAR not in text


def test_it_concerns_the_household_under_the_number_and_holds_it_alone(notice):
    send(notice, number="2")
    entry = RosterEntry.objects.get(roster=notice.roster, position=2)
    assert Objection.objects.get().case_id == entry.case_id
    ids = list(notice.roster.entries.order_by("position").values_list("case_id", flat=True))
    later = notice.last_day + timedelta(days=1)
    held = objection_refusals(TYPE, Household.objects.filter(pk__in=ids), later)
    assert held == {ids[1]: "对该户的异议还没有核查答复。"}


def test_without_a_number_it_waits_for_somebody_to_read_whom_it_means(notice):
    send(notice, number="", about="漏了五组赵大爷")
    objection = Objection.objects.get()
    assert objection.case_id is None
    assert objection.about == "漏了五组赵大爷"


def test_name_and_phone_are_kept_and_the_phone_is_sealed(notice):
    send(notice, name="赵秀兰", phone="13800138000")
    objection = Objection.objects.get()
    assert objection.name == "赵秀兰"
    assert str(objection.phone) != "13800138000"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM review_objection")
        assert b"13800138000" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "异议内容"),
        ({"text": "   "}, "异议内容"),
        ({"text": "字" * 1001}, "1000"),
        ({"number": "3"}, "公示单上没有第 3 号"),
        ({"number": "0"}, "公示单上没有第 0 号"),
        ({"number": "-1"}, "不能为负数"),
        ({"number": "一号"}, "请填整数"),
        ({"number": "99999999999999999999"}, "公示单上的序号"),
        ({"number": "", "about": " "}, "请填公示单上的序号"),
        ({"phone": "12"}, "联系电话"),
        ({"text": "a\x00b"}, "异议内容"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(notice, typed, said):
    sent = {"number": "2", "text": CAR, "name": "赵秀兰"} | typed
    response = send(notice, **sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert said in text
    assert "没有保存" in text
    assert 'value="赵秀兰"' in text
    if "text" not in typed:
        assert CAR in text
    assert not Objection.objects.exists()


def test_markup_that_is_typed_is_text(notice, actors):
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    send(notice, text=evil, name="<b>x</b>", number="", about="<i>y</i>")
    objection = Objection.objects.get()
    assert objection.text == evil
    officer = client_of(actors["township_officer"])
    for name, key in (("review:objection", objection.pk), ("review:notice", notice.pk)):
        text = officer.get(reverse(name, args=[key])).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<i>y</i>" not in text
        assert "&lt;i&gt;y" in text
    kept = send(notice, text=evil, number="77").content.decode()
    assert "<script>alert" not in kept
    assert "&lt;script&gt;alert" in kept


def test_a_form_of_another_site_is_refused(notice):
    strict = Client(enforce_csrf_checks=True)
    assert send(notice, strict).status_code == 403
    assert not Objection.objects.exists()
    page = strict.get(reverse("notices:object", args=[notice.pk]))
    token = page.context["csrf_token"]
    assert send(notice, strict, csrfmiddlewaretoken=str(token)).status_code == 302


def test_after_the_last_day_it_is_a_complaint(notice):
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        assert send(notice).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=False):
        assert send(notice, number="2").status_code == 410
    assert Objection.objects.count() == 1


def test_the_log_knows_that_it_came_and_not_from_where(notice):
    send(notice, name="赵秀兰")
    entry = Entry.objects.get(action="review.objection.receive")
    assert entry.actor is None
    assert entry.address is None
    assert "赵秀兰" not in entry.summary
    assert CAR not in entry.summary
    assert not any("127.0.0.1" in row.key for row in SignInThrottle.objects.all())


def test_a_flood_from_one_address_waits_and_loses_nothing(notice):
    for _ in range(FREE["address"]):
        assert send(notice).status_code == 302
    refused = send(notice, name="赵秀兰")
    assert refused.status_code == 429
    text = refused.content.decode()
    assert "请等" in text
    assert CAR in text
    assert 'value="赵秀兰"' in text
    assert Objection.objects.count() == FREE["address"]
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        assert send(notice).status_code == 302


def test_a_flood_from_many_addresses_meets_the_limit_of_the_notice(notice, posting):
    other, _ = posting("赵二")
    for number in range(FREE["notice"]):
        assert send(notice, Client(REMOTE_ADDR=f"203.0.113.{number}")).status_code == 302
    assert send(notice, Client(REMOTE_ADDR="203.0.113.200")).status_code == 429
    assert send(other, Client(REMOTE_ADDR="203.0.113.200")).status_code == 302, "the others stay open"


def test_what_is_refused_for_its_words_costs_nothing(notice):
    for _ in range(FREE["address"] + 5):
        send(notice, text="")
    assert send(notice).status_code == 302


def test_the_receipt_tells_how_far_it_is_and_no_more(notice, actors):
    url = send(notice).url
    objection = Objection.objects.get()
    assert "前受理" in Client().get(url).content.decode()
    give_receipt(objection, actor=actors["village_clerk"])
    assert "已受理" in Client().get(url).content.decode()


@pytest.mark.parametrize("token", ["1", "x" * 40, "gAAAAA" + "b" * 90])
def test_a_receipt_is_not_guessed(db, token):
    assert Client().get(reverse("notices:received", args=[token])).status_code == 404


def test_the_number_of_a_household_can_come_with_the_address(notice):
    url = reverse("notices:object", args=[notice.pk])
    assert 'value="2"' in Client().get(url, {"number": "2"}).content.decode()
    assert "<script" not in Client().get(url, {"number": '"><script>'}).content.decode().split("</head>")[1]


@pytest.mark.django_db(transaction=True)
def test_a_flood_at_one_moment_is_counted_one_by_one(posting):
    with transaction.atomic():
        notice, _ = posting("王建国")

    def one():
        try:
            send(notice)
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(FREE["address"] + 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Objection.objects.count() == FREE["address"]
