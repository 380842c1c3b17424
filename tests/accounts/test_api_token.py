"""`Authorization: Token <key>`: who calls the API."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory

from poverty.accounts import services
from poverty.accounts.authentication import TokenAuthentication
from poverty.accounts.models import User
from tests.actors import client_of


def authenticate(header):
    return TokenAuthentication().authenticate(APIRequestFactory().get("/api/v1/", HTTP_AUTHORIZATION=header))


def test_the_api_knows_tokens_first_and_sessions():
    # The first one answers 401 with the way to sign in; sessions alone would answer 403.
    assert [TokenAuthentication, SessionAuthentication] == api_settings.DEFAULT_AUTHENTICATION_CLASSES
    assert TokenAuthentication().authenticate_header(None) == "Token"


def test_a_key_is_its_owner(township_officer):
    _, key = services.create_token(township_officer, actor=township_officer, name="导出")
    user, token = authenticate(f"Token {key}")
    assert user == township_officer
    assert user.has_right("household.view")
    assert token.name == "导出"
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_no_header_is_left_to_the_session(db):
    assert TokenAuthentication().authenticate(APIRequestFactory().get("/api/v1/")) is None


@pytest.mark.parametrize("header", ["Token wrong", "Token", "Token a b", "Token \u00e4"])
def test_a_wrong_key_is_refused(db, header):
    with pytest.raises(AuthenticationFailed):
        authenticate(header)


def test_the_key_of_a_closed_account_is_refused(township_officer):
    _, key = services.create_token(township_officer, actor=township_officer, name="导出")
    User.objects.update(is_active=False)
    with pytest.raises(AuthenticationFailed, match="无效或已过期"):
        authenticate(f"Token {key}")


# --- made and revoked by their owner -----------------------------------------------------------------------


@pytest.fixture
def officer(township_officer):
    return township_officer


def test_a_key_is_shown_once_stored_as_a_hash_and_works(client, officer):
    client.force_login(officer)
    response = client.post(reverse("accounts:token-add"), {"name": "每周导出", "days": "30"})
    key = response.context["key"]
    assert key in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    token = officer.api_tokens.get()
    assert key not in str(vars(token))
    assert key not in client.get(reverse("accounts:me")).content.decode()
    assert services.tokens.find_token(key).user == officer
    assert services.tokens.find_token(key + "x") is None


def test_a_key_ends_by_date_by_revoking_and_with_the_account(officer, administrator, time_machine):
    time_machine.move_to("2026-11-21T08:00:00+08:00", tick=False)
    _, short = services.create_token(officer, actor=officer, name="短", days=1)
    long, key = services.create_token(officer, actor=officer, name="长", days=30)
    time_machine.shift(timedelta(days=1))
    assert services.tokens.find_token(short) is None
    assert services.tokens.find_token(key) == long
    services.revoke_token(long, actor=officer)
    assert services.tokens.find_token(key) is None
    _, last = services.create_token(officer, actor=officer, name="末", days=30)
    services.deactivate_user(officer, actor=administrator, reason="调离")
    assert services.tokens.find_token(last) is None


def test_keys_are_one_s_own(officer, county_reviewer):
    with pytest.raises(PermissionDenied, match="自己"):
        services.create_token(officer, actor=county_reviewer, name="x")
    token, _ = services.create_token(officer, actor=officer, name="x")
    with pytest.raises(PermissionDenied, match="自己"):
        services.revoke_token(token, actor=county_reviewer)
    revoke = reverse("accounts:token-revoke", args=[token.pk])
    assert client_of(county_reviewer).post(revoke).status_code == 404
    assert client_of(officer).get(revoke).status_code == 200
    assert client_of(officer).post(revoke).status_code == 302
    assert not officer.api_tokens.exists()


@pytest.mark.parametrize(("name", "days"), [("", "30"), ("x", "0"), ("x", "366"), ("x", "")])
def test_a_key_wants_a_purpose_and_an_end(client, officer, name, days):
    client.force_login(officer)
    response = client.post(reverse("accounts:token-add"), {"name": name, "days": days})
    assert response.status_code == 422
    assert response.context["token_form"].errors


def test_five_keys_are_enough(officer):
    for n in range(5):
        services.create_token(officer, actor=officer, name=str(n))
    with pytest.raises(ValidationError, match="最多"):
        services.create_token(officer, actor=officer, name="6")
