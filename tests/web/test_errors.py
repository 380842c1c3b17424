"""Error pages, the content security policy, and JSON for the API."""

import logging
import re

import pytest
from django.test import Client, override_settings


@pytest.fixture
def quiet(client):
    client.raise_request_exception = False
    return client


@pytest.fixture(autouse=True)
def _urls():
    with override_settings(ROOT_URLCONF="tests.web.styleguide.urls"):
        yield


def test_no_right_says_which_and_who_has_it(client, db):
    response = client.get("/styleguide/403/")
    html = response.content.decode()
    assert response.status_code == 403
    assert "没有权限" in html
    assert "有此权限的角色" in html
    assert "县扶贫办" in html
    assert "standard.publish" not in html


def test_a_reason_is_shown(client, db):
    assert "核查人不能再录入" in client.get("/styleguide/denied/").content.decode()


@pytest.mark.parametrize("path", ["/styleguide/404/", "/nowhere/"])
def test_not_found_does_not_say_whether_it_exists(client, db, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "不在您的管辖范围内" in response.content.decode()


def test_our_fault_has_a_number_that_stands_in_the_log(quiet, db, caplog):
    with caplog.at_level(logging.ERROR, logger="poverty.errors"):
        response = quiet.get("/styleguide/500/")
    assert response.status_code == 500
    number = re.search(r'error-id">([^<]+)<', response.content.decode()).group(1)
    assert re.fullmatch(r"\d{4}-[2-9A-HJ-NP-Z]{6}", number)
    assert number in caplog.text


def test_the_error_page_needs_no_database(quiet):
    # No db fixture: any query fails, as when the database is away.
    response = quiet.get("/styleguide/500/")
    assert response.status_code == 500
    assert "错误编号" in response.content.decode()


def test_the_api_gets_json(quiet, db):
    denied = quiet.get("/api/styleguide/403/")
    assert denied.status_code == 403
    assert denied.json()["message"].startswith("没有权限：")
    broken = quiet.get("/api/styleguide/500/")
    assert broken.status_code == 500
    assert broken.json()["error_id"] in broken.json()["message"]
    assert quiet.get("/api/nowhere/").json() == {
        "code": "not_found",
        "message": "没有找到，或不在您的范围内。",
        "fields": {},
        "error_id": None,
    }


def test_a_form_without_its_token_gets_a_page_in_chinese(db):
    response = Client(enforce_csrf_checks=True).post("/styleguide/form/")
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_the_policy_forbids_everything_inline(client, db):
    policy = client.get("/styleguide/404/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert rules["default-src"] == "'self'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["object-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
