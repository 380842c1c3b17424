"""Signing in, staying in, getting out."""

from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from poverty import settings as product
from poverty.accounts import services
from poverty.accounts.models import Role, SignInThrottle, User
from poverty.accounts.services.throttle import wait_after
from poverty.audit.models import Entry
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import PASSWORD, make_posting, make_unit, make_user

SIGN_IN = "/sign-in/"


@pytest.fixture
def officer(db):
    user = make_user("王芳", username="wang.fang", password=PASSWORD, unit=make_unit())
    make_posting(user, Role.TOWNSHIP_OFFICER, VILLAGE_A[:9])
    return user


def enter(client, username="wang.fang", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def refusal(response):
    assert response.status_code == 200
    return response.context["form"].non_field_errors()


# --- the form ---------------------------------------------------------------------------------------------


def test_passwords_are_hashed_by_argon2(client, settings, db):
    # Tests hash fast and badly; this one as the product does.
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    user = make_user("王芳", username="wang.fang", password=PASSWORD)
    assert user.password.startswith("argon2$argon2id$")
    assert enter(client).status_code == 302


def test_the_right_password_opens(client, officer):
    response = enter(client, next=reverse("accounts:me"))
    assert response.status_code == 302
    assert response.url == reverse("accounts:me")
    assert client.get(reverse("accounts:me")).status_code == 200


def test_the_account_name_is_read_in_full_width_and_capitals(client, officer):
    assert enter(client, username=" ＷANG.Fang ").status_code == 302


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_sent_elsewhere(client, officer, away):
    response = enter(client, next=away)
    assert response.status_code == 302
    assert response.url == "/"


def test_unknown_name_wrong_password_and_closed_account_sound_the_same(client, officer):
    make_user("赵敏", username="zhao.min", password=PASSWORD, is_active=False)
    on_record = make_user("李强", username="li.qiang")
    assert not on_record.has_usable_password()
    for username, password in (
        ("nobody.here", PASSWORD),
        ("wang.fang", "wrong-password"),
        ("zhao.min", PASSWORD),
        ("li.qiang", PASSWORD),
    ):
        assert refusal(enter(client, username, password)) == ["账号或密码不对。"]
    assert "_auth_user_id" not in client.session


def test_the_unknown_costs_a_hashing_too(officer, monkeypatch):
    hashed = []
    original = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: (hashed.append(raw), original(self, raw))[1])
    assert authenticate(username="nobody.here", password="x" * 12) is None
    assert len(hashed) == 1


def test_the_session_key_is_a_new_one(client, officer):
    client.get(SIGN_IN)
    session = client.session
    session["area_code"] = "22"
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    enter(client)
    assert client.session.session_key != before


def test_the_last_sign_in_is_shown(client, officer, time_machine):
    time_machine.move_to("2026-11-20T18:03:00+08:00", tick=False)
    enter(client)
    client.post(reverse("accounts:sign-out"))
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    enter(client)
    page = client.get(reverse("accounts:me"))
    assert "上次登录：2026-11-20 18:03" in page.content.decode()


def test_demo_accounts_are_named_only_in_the_demo(client, db, settings):
    user = make_user("演示", username="xianban", password=PASSWORD)
    make_posting(user, Role.COUNTY_REVIEWER, COUNTY_A)
    assert "xianban" not in client.get(SIGN_IN).content.decode()
    settings.DEMO = True
    assert "xianban" in client.get(SIGN_IN).content.decode()


# --- the log ----------------------------------------------------------------------------------------------


def test_what_went_wrong_is_logged_without_what_was_typed(client, officer):
    enter(client, password="Geheim-Geheim-1")
    enter(client, username="Geheim-Geheim-2")
    refused = list(Entry.objects.filter(action="accounts.sign_in.refused").order_by("id"))
    assert [(e.actor_id, e.case_id, e.area_code) for e in refused] == [
        (None, officer.pk, "220503"),
        (None, None, ""),
    ]
    assert all("geheim" not in f"{e.summary}{e.changes}{e.purpose}".lower() for e in refused)
    assert refused[0].address == "127.0.0.1"


def test_signing_in_and_out_are_logged(client, officer):
    enter(client)
    client.post(reverse("accounts:sign-out"))
    assert list(Entry.objects.order_by("id").values_list("action", "actor")) == [
        ("accounts.sign_in", officer.pk),
        ("accounts.sign_out", officer.pk),
    ]


# --- the throttle -----------------------------------------------------------------------------------------


def test_waits_grow():
    assert [wait_after(n, 5).total_seconds() for n in (1, 4, 5, 6, 7, 8, 9, 10, 50)] == [
        0, 0, 30, 60, 120, 240, 480, 900, 900
    ]  # fmt: skip


def test_after_five_wrong_ones_the_right_one_waits_too(client, officer, time_machine):
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    for _ in range(5):
        assert refusal(enter(client, password="wrong")) == ["账号或密码不对。"]
    assert refusal(enter(client)) == ["连续多次不对，请等 30 秒后再试。"]
    time_machine.shift(29)
    assert refusal(enter(client)) == ["连续多次不对，请等 1 秒后再试。"]
    time_machine.shift(1)
    assert enter(client).status_code == 302


def test_impatience_does_not_lengthen_the_wait_but_another_wrong_one_does(client, officer, time_machine):
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    for _ in range(5):
        enter(client, password="wrong")
    for _ in range(10):
        enter(client, password="wrong")
    assert refusal(enter(client)) == ["连续多次不对，请等 30 秒后再试。"]
    time_machine.shift(30)
    assert refusal(enter(client, password="wrong")) == ["账号或密码不对。"]
    assert refusal(enter(client)) == ["连续多次不对，请等 60 秒后再试。"]


def test_a_right_one_clears_the_account(client, officer):
    for _ in range(4):
        enter(client, password="wrong")
    enter(client)
    client.post(reverse("accounts:sign-out"))
    for _ in range(4):
        enter(client, password="wrong")
    assert enter(client).status_code == 302


def test_a_name_that_does_not_exist_is_throttled_like_one_that_does(client, db):
    for _ in range(5):
        enter(client, username="nobody.here")
    assert refusal(enter(client, username="nobody.here")) == ["连续多次不对，请等 30 秒后再试。"]


def test_one_address_that_tries_many_names_waits_and_others_do_not(client, officer):
    for n in range(30):
        enter(client, username=f"name{n}")
    assert refusal(enter(client))[0].startswith("连续多次不对")
    assert enter(Client(REMOTE_ADDR="10.0.0.7")).status_code == 302


def test_wrong_ones_are_forgotten_after_a_day(client, officer, time_machine):
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    for _ in range(4):
        enter(client, password="wrong")
    time_machine.shift(timedelta(hours=24))
    for _ in range(4):
        enter(client, password="wrong")
    assert enter(client).status_code == 302
    assert SignInThrottle.objects.count() == 2


def test_neither_names_nor_addresses_are_stored_in_clear(client, officer):
    enter(client, password="wrong")
    keys = "".join(SignInThrottle.objects.values_list("key", flat=True))
    assert "wang" not in keys
    assert "127.0" not in keys


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_one_by_one():
    make_user("王芳", username="wang.fang", password=PASSWORD)
    outcomes = []

    def guess():
        try:
            services.check_sign_in("wang.fang", "wrong", address=None)
        except ValidationError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["wait"] * 7 + ["wrong"] * 5


# --- the first password -----------------------------------------------------------------------------------


@pytest.fixture
def newcomer(client, db):
    make_user("刘洋", username="liu.yang", password=PASSWORD, must_change_password=True)
    enter(client, "liu.yang")
    return client


def change(client, new, old=PASSWORD, again=None):
    data = {"old": old, "new": new, "again": new if again is None else again}
    return client.post(reverse("accounts:change-password"), data)


def test_a_first_password_opens_only_the_page_that_changes_it(newcomer):
    wanted = reverse("accounts:change-password")
    for path in ("accounts:me", "accounts:users", "accounts:units"):
        response = newcomer.get(reverse(path))
        assert (response.status_code, response.get("Location")) == (302, wanted), path
    assert newcomer.get(wanted).status_code == 200


def test_signing_in_leads_straight_to_the_change(client, db):
    make_user("刘洋", username="liu.yang", password=PASSWORD, must_change_password=True)
    assert enter(client, "liu.yang").url == reverse("accounts:change-password")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("Kurz-1", "10"),
        ("1234567890123", "数字"),
        ("password1234", "常见"),
        ("liu.yang.1", "相似"),
        (PASSWORD, "新密码不能与原密码相同。"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(newcomer, new, message):
    response = change(newcomer, new)
    assert response.status_code == 200
    assert message in "".join(response.context["form"].errors["new"])
    assert User.objects.get(username="liu.yang").must_change_password


def test_the_old_one_must_be_right_and_both_new_ones_the_same(newcomer):
    assert change(newcomer, "Fen-Shui-Ling-8", old="x").context["form"].errors["old"] == ["原密码不对。"]
    response = change(newcomer, "Fen-Shui-Ling-8", again="Fen-Shui-Ling-9")
    assert response.context["form"].errors["again"] == ["两次输入的新密码不一样。"]


def test_after_the_change_this_session_goes_on_and_the_others_end(newcomer):
    other = Client()
    enter(other, "liu.yang")
    assert change(newcomer, "Fen-Shui-Ling-8").status_code == 302
    assert newcomer.get(reverse("accounts:me")).status_code == 200
    assert other.get(reverse("accounts:me")).status_code == 302
    assert enter(Client(), "liu.yang", "Fen-Shui-Ling-8").status_code == 302


# --- the end of a session ---------------------------------------------------------------------------------


def test_idle_too_long_ends_the_session_and_says_so(client, officer, settings, time_machine):
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    enter(client)
    time_machine.shift(settings.SESSION_COOKIE_AGE - 60)
    assert client.get(reverse("accounts:me")).status_code == 200
    time_machine.shift(settings.SESSION_COOKIE_AGE - 60)
    assert client.get(reverse("accounts:me")).status_code == 200, "each request begins the time anew"
    time_machine.shift(settings.SESSION_COOKIE_AGE + 1)
    del client.cookies["sessionid"]  # a browser drops it by itself
    response = client.get(reverse("accounts:me"), follow=True)
    assert response.redirect_chain[0][0] == f"{SIGN_IN}?next=/me/"
    assert "因长时间未操作已退出" in response.content.decode()
    assert "因长时间未操作已退出" not in client.get(SIGN_IN).content.decode()


def test_the_session_is_written_once_a_minute_not_with_every_page(client, officer, settings, time_machine):
    settings.SESSION_WRITTEN_EVERY = product.SESSION_WRITTEN_EVERY
    time_machine.move_to("2026-11-21T08:00:05+08:00", tick=False)
    enter(client)
    client.get(reverse("accounts:me"))
    ends = Session.objects.get().expire_date
    time_machine.shift(50)
    client.get(reverse("accounts:me"))
    assert Session.objects.get().expire_date == ends
    time_machine.shift(10)
    client.get(reverse("accounts:me"))
    assert Session.objects.get().expire_date == ends + timedelta(seconds=60)


def test_an_expired_session_is_of_no_use_to_whoever_kept_the_cookie(client, officer, settings, time_machine):
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    enter(client)
    time_machine.shift(settings.SESSION_COOKIE_AGE + 1)
    assert client.get(reverse("accounts:me")).status_code == 302


@pytest.mark.parametrize("what", ["deactivate", "reset", "posting"])
def test_what_an_administrator_ends_is_over_at_once(client, officer, administrator, what):
    enter(client)
    assert client.get(reverse("accounts:me")).status_code == 200
    if what == "deactivate":
        services.deactivate_user(officer, actor=administrator, reason="调离")
    elif what == "reset":
        services.reset_password(officer, actor=administrator)
    else:
        services.end_posting(
            officer.postings.get(), actor=administrator, on=timezone.localdate(), reason="调离"
        )
    response = client.get(reverse("accounts:me"), follow=True)
    assert response.redirect_chain[0][0].startswith(SIGN_IN)
    assert "登录已失效" in response.content.decode()


def test_signing_out_is_a_post(client, officer):
    enter(client)
    assert client.get(reverse("accounts:sign-out")).status_code == 405
    assert client.post(reverse("accounts:sign-out")).status_code == 302
    response = client.get(reverse("accounts:me"), follow=True)
    assert "长时间未操作" not in response.content.decode()


def test_a_posting_that_ended_gives_nothing_from_the_next_request(client, officer):
    enter(client)
    assert client.get(reverse("accounts:units")).status_code == 200
    officer.postings.update(valid_to=timezone.localdate())
    assert client.get(reverse("accounts:units")).status_code == 403
