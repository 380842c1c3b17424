"""Refusals have one shape, in Chinese; nobody asks without end; sessions keep their cross-site check."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from rest_framework.test import APIClient
from rest_framework.throttling import AnonRateThrottle

from poverty.accounts.services.tokens import create_token
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def shape(answer, status, code):
    """The body of a refusal, checked."""
    assert answer.status_code == status, answer.content.decode()
    body = answer.json()
    assert {"code", "message", "fields", "error_id"} <= set(body)
    assert body["code"] == code
    assert CHINESE.search(body["message"]), body
    return body


def test_nobody_is_told_how_to_sign_in(ask):
    answer = ask().get("households/")
    shape(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_wrong_key(ask):
    client = APIClient(HTTP_AUTHORIZATION="Token nonsense")
    shape(client.get("/api/v1/households/"), 401, "not_authenticated")


def test_a_key_reads_and_begins_no_session(village_clerk, household):
    _, key = create_token(village_clerk, actor=village_clerk, name="导出")
    client = APIClient(HTTP_AUTHORIZATION=f"Token {key}")
    answer = client.get("/api/v1/households/", {"year": 2018})
    assert [row["id"] for row in answer.json()["results"]] == [household.pk]
    assert client.get("/api/v1/households/").status_code == 200
    assert "sessionid" not in answer.cookies


def test_a_first_password_must_be_changed_on_the_page(ask):
    body = shape(ask(make_user(must_change_password=True)).get("jobs/"), 403, "forbidden")
    assert "修改首次密码" in body["message"]


def test_a_missing_right_is_named(ask, leader, survey):
    body = shape(ask(leader).patch(f"surveys/{survey.pk}/", {}), 403, "forbidden")
    assert body["message"] == "没有权限：需要“采集年度信息”或“填报本行业指标”。"


def test_what_is_not_there_and_what_is_elsewhere_look_alike(ask, village_clerk, stranger, household):
    here = shape(ask(village_clerk).get("households/999999/"), 404, "not_found")
    elsewhere = shape(ask(stranger("village_clerk")).get(f"households/{household.pk}/"), 404, "not_found")
    nowhere = shape(ask(village_clerk).get("nothing/"), 404, "not_found")
    assert here == elsewhere == nowhere


def test_methods_types_and_formats(ask, village_clerk):
    asker = ask(village_clerk)
    shape(asker.post("areas/", {}), 405, "method_not_allowed")
    shape(asker.client.options("/api/v1/surveys/"), 405, "method_not_allowed")
    shape(asker.client.post("/api/v1/surveys/", {"year": 1}), 415, "unsupported_media_type")
    shape(asker.client.get("/api/v1/areas/", HTTP_ACCEPT="text/html"), 406, "not_acceptable")
    shape(asker.get("areas/", format="xml"), 400, "bad_query")
    shape(asker.client.get("/api/v1/areas/?level=9&level=12"), 400, "bad_query")


def test_a_session_keeps_its_cross_site_check(village_clerk, household):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(village_clerk)
    body = {"household": household.pk, "year": 2018}
    refused = shape(client.post("/api/v1/surveys/", body, format="json"), 403, "forbidden")
    assert "X-CSRFToken" in refused["message"]
    page = client.get(reverse("accounts:me"))
    token = page.cookies["csrftoken"].value
    answer = client.post("/api/v1/surveys/", body, format="json", HTTP_X_CSRFTOKEN=token)
    assert answer.status_code == 200


def test_a_key_needs_no_cross_site_token(village_clerk, household):
    _, key = create_token(village_clerk, actor=village_clerk, name="导出")
    client = APIClient(enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Token {key}")
    body = {"household": household.pk, "year": 2018}
    assert client.post("/api/v1/surveys/", body, format="json").status_code == 200


def test_whoever_is_not_signed_in_does_not_ask_without_end(ask, village_clerk, monkeypatch):
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "3/min"})
    where = {"REMOTE_ADDR": "192.0.2.77"}
    cache.delete("throttle_anon_192.0.2.77")
    nobody = ask(**where)
    assert [nobody.get("areas/").status_code for _ in range(4)] == [401, 401, 401, 429]
    wrong = ask(HTTP_AUTHORIZATION="Token wrong", **where)
    answer = wrong.get("areas/")
    shape(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert [ask(village_clerk, **where).get("areas/").status_code for _ in range(5)] == [200] * 5
    cache.delete("throttle_anon_192.0.2.77")


def test_without_redis_nobody_is_counted(ask, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert ask(REMOTE_ADDR="192.0.2.78").get("areas/").status_code == 401


def test_our_own_fault_has_a_number(ask, village_clerk, household, monkeypatch):
    def fail(*args):
        raise RuntimeError("a secret")

    monkeypatch.setattr("households.api.households.explain", fail)
    asker = ask(village_clerk)
    asker.client.raise_request_exception = False
    body = shape(asker.get(f"households/{household.pk}/explanation/"), 500, "server_error")
    assert re.fullmatch(r"\d{4}-[2-9A-HJ-NP-Z]{6}", body["error_id"])
    assert "secret" not in str(body)


# --- strange headers ---

HEADERS = [
    {"HTTP_ACCEPT": ";;;"},
    {"HTTP_ACCEPT": "application/json; q=x; indent=9999999"},
    {"HTTP_ACCEPT": "*/*" * 1000},
    {"HTTP_AUTHORIZATION": "Token"},
    {"HTTP_AUTHORIZATION": "Token a b c"},
    {"HTTP_AUTHORIZATION": "Token \xff\xfe"},
    {"HTTP_AUTHORIZATION": "Basic x"},
    {"HTTP_COOKIE": "sessionid=\x00; csrftoken=" + "x" * 5000},
    {"HTTP_X_FORWARDED_FOR": "x" * 5000},
    {"HTTP_HOST": "evil.example"},
    {"CONTENT_LENGTH": "x"},
    {"CONTENT_LENGTH": "-5"},
    {"HTTP_ACCEPT_LANGUAGE": ",;q=" * 500},
]


@pytest.mark.parametrize("headers", HEADERS, ids=[f"{name}-{n}" for n, h in enumerate(HEADERS) for name in h])
def test_headers(village_clerk, household, headers):
    signed = APIClient()
    signed.force_login(village_clerk)
    for client in (signed, APIClient()):
        assert client.get("/api/v1/households/", **headers).status_code < 500
        assert (
            client.post("/api/v1/surveys/", b"{}", content_type="application/json", **headers).status_code
            < 500
        )
