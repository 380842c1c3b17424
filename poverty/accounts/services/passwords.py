"""Passwords: the first one is given once and must be changed; a change ends every other session."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from poverty.accounts.models import User
from poverty.accounts.services.guards import require_another, require_may_manage
from poverty.audit.services import record

# Without what is confused when read aloud or from paper: 0 O 1 l I, and easily doubled signs.
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_DIGITS = "23456789"


def one_time_password() -> str:
    """A random first password of four groups, easy to read aloud (about 73 bits): kmpr-4827-xwqe-hd36."""
    groups = ["".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def set_first_password(user: User, password: str) -> None:
    """Set a password that must be changed at the next sign-in; sessions and keys end. Saves nothing."""
    _check(password, user)
    user.set_password(password)
    user.must_change_password = True
    end_sessions(user)


def end_sessions(user: User) -> None:
    """End all sessions and API keys of a person. Raises the epoch on the object; the caller saves it."""
    user.session_epoch += 1
    if user.pk:
        user.api_tokens.all().delete()


@transaction.atomic
def reset_password(user, *, actor, password=None) -> str:
    """Give a person a new first password and return it: it is shown once and kept nowhere."""
    user = User.objects.select_for_update().get(pk=user.pk)
    require_may_manage(actor, user)
    require_another(actor, user, "重置密码")
    if not user.has_account:
        raise ValidationError("该人员还没有账号。")
    if not user.is_active:
        raise ValidationError("该账号已停用，先启用。")
    password = password or one_time_password()
    set_first_password(user, password)
    user.save(update_fields=["password", "must_change_password", "session_epoch"])
    record("accounts.password.reset", user, actor=actor, summary=f"{user.name}（{user.username}）")
    return password


@transaction.atomic
def change_password(user, *, actor, old, new) -> User:
    """Change one's own password. Raises ValidationError by field: old (wrong), new (weak or the same).

    Returns the user with the new values, from which the caller renews the session in hand; all others end.
    """
    if actor.pk != user.pk:
        raise ValidationError("只能修改自己的密码。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.check_password(old):
        raise ValidationError({"old": "原密码不对。"})
    if user.check_password(new):
        raise ValidationError({"new": "新密码不能与原密码相同。"})
    _check(new, user, field="new")
    user.set_password(new)
    user.must_change_password = False
    end_sessions(user)
    user.save(update_fields=["password", "must_change_password", "session_epoch"])
    record("accounts.password.change", user, actor=actor)
    return user


def _check(password, user, field="password"):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
