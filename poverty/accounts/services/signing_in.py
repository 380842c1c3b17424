"""Signing in and out. What went wrong is logged for the administrator and not told to whoever tries."""

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError

from poverty.accounts.account_names import normalised
from poverty.accounts.models import User
from poverty.accounts.services.throttle import charge, give_back
from poverty.audit.services import record

WRONG = "账号或密码不对。"


def check_sign_in(username: str, password: str, *, address: str | None) -> User:
    """The person with this account name and password, or ValidationError.

    The message is the same for an unknown name, a wrong password and an account that is switched off, and
    takes the same time; code "wait" says how long to wait after several wrong attempts.
    """
    username = normalised(username)
    refusal = charge(username, address)
    if refusal is not None:
        _record_refusal(username, "连续多次不对，仍在等待时间内")
        raise ValidationError(f"连续多次不对，请等 {refusal.words}后再试。", code="wait")
    user = authenticate(username=username, password=password)
    if user is None:
        _record_refusal(username, "账号或密码不对")
        raise ValidationError(WRONG, code="wrong")
    give_back(username, address)
    record("accounts.sign_in", user, actor=user)
    return user


def record_sign_out(user: User) -> None:
    """Log that somebody signed out."""
    record("accounts.sign_out", user, actor=user)


def _record_refusal(username, why):
    # What was typed as the name is not logged: people type their password into the wrong box.
    user = User.objects.filter(username=username).select_related("unit").first()
    record("accounts.sign_in.refused", user, actor=None, summary=why)
