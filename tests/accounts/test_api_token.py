"""`Authorization: Token <key>`: who calls the API."""

import pytest
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory

from poverty.accounts import services
from poverty.accounts.authentication import TokenAuthentication
from poverty.accounts.models import User


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
