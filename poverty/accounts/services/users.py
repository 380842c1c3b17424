"""People: put on record, given an account, switched off. Nobody is deleted: what they did stays theirs."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.accounts.account_names import account_name
from poverty.accounts.models import User
from poverty.accounts.services.guards import (
    hold_administrators,
    require_administrator_left,
    require_another,
    require_may_manage,
    require_right_at,
)
from poverty.accounts.services.passwords import end_sessions, set_first_password
from poverty.audit.services import differences, record
from poverty.fields.identity import check_against, parse_identity
from poverty.fields.phone import parse_phone
from poverty.fields.pinyin import initials, sort_key

# What forms.md 3.1 asks of a person; identity and phone are typed numbers, "" for none.
PROFILE = (
    "name",
    "unit",
    "sex",
    "document_type",
    "identity",
    "phone",
    "political_status",
    "education",
    "rank",
    "position",
    "skills",
    "is_resident_team",
)


@transaction.atomic
def create_user(
    *,
    actor,
    name,
    unit=None,
    username=None,
    password=None,
    must_change_password=True,
    recorded_by=None,
    **profile,
) -> User:
    """Put a person on record and return the User; with `username` and `password` also an account.

    Without `username` the person is on record only (a helper from a list) and cannot sign in. Only the system
    may leave `unit` out: the unit's area is what makes the person visible to the administrator. `recorded_by`: whom
    the log names where the system acts for somebody who has another right (on_record.py). Raises ValidationError by
    field: account name taken or malformed, password too weak, number faulty or already on record.
    """
    if actor is not None and unit is None:
        raise ValidationError({"unit": "请选单位：人员按单位所在区划管理。"})
    if unit is not None:
        require_right_at(actor, "user.edit", unit.area_id)
    user = User(is_active=False, username=None)
    _put(user, {"name": name, "unit": unit, **profile})
    user.set_unusable_password()
    if username:
        _open_account(user, username, password, must_change_password)
    _save(user)
    record("accounts.user.create", user, actor=recorded_by or actor, summary=_who(user))
    return user


@transaction.atomic
def update_user(user, *, actor, **profile) -> User:
    """Change what is on record about a person (keys of PROFILE). Numbers are logged masked."""
    user = _locked(user)
    require_may_manage(actor, user)
    before = _facts(user)
    unit = profile.get("unit", user.unit)
    if "unit" in profile and unit != user.unit:
        if unit is None and actor is not None:
            raise ValidationError({"unit": "请选单位：人员按单位所在区划管理。"})
        if unit is not None:
            require_right_at(actor, "user.edit", unit.area_id)
    _put(user, profile)
    changed = differences(before, _facts(user))
    if changed:
        _save(user)
        record("accounts.user.update", user, actor=actor, summary=_who(user), changes=changed)
    return user


@transaction.atomic
def give_account(user, *, actor, username, password) -> User:
    """Give a person on record an account with a first password that must be changed."""
    user = _locked(user)
    require_may_manage(actor, user)
    if user.has_account:
        raise ValidationError("该人员已有账号。")
    _open_account(user, username, password, must_change_password=True)
    _save(user)
    record("accounts.user.give_account", user, actor=actor, summary=_who(user))
    return user


@transaction.atomic
def deactivate_user(user, *, actor, reason) -> User:
    """Switch an account off at once: sessions and keys end, postings stay as they were."""
    hold_administrators()
    user = _locked(user)
    require_may_manage(actor, user)
    require_another(actor, user, "停用账号")
    if not user.is_active:
        raise ValidationError("该账号已停用。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明停用原因。"})
    require_administrator_left(user, timezone.localdate())
    user.is_active = False
    end_sessions(user)
    user.save()
    user.forget_rights()
    record(
        "accounts.user.deactivate",
        user,
        actor=actor,
        summary=f"{_who(user)}：{reason.strip()}",
        changes={"is_active": [True, False]},
    )
    return user


@transaction.atomic
def reactivate_user(user, *, actor, password) -> User:
    """Switch an account on again, with a new first password: others may have learnt the old one."""
    user = _locked(user)
    require_may_manage(actor, user)
    if user.is_active:
        raise ValidationError("该账号未停用。")
    if not user.has_account:
        raise ValidationError("该人员还没有账号。")
    user.is_active = True
    set_first_password(user, password)
    user.save()
    user.forget_rights()
    record(
        "accounts.user.reactivate",
        user,
        actor=actor,
        summary=_who(user),
        changes={"is_active": [False, True]},
    )
    return user


def may_manage(actor, user) -> bool:
    """Whether the pages should offer the actor to change this account."""
    try:
        require_may_manage(actor, user)
    except PermissionDenied:
        return False
    return True


# --- parts ------------------------------------------------------------------------------------------------


def _locked(user):
    """The person's row, locked: two changes of one account come one after the other."""
    return User.objects.select_for_update(of=("self",)).select_related("unit").get(pk=user.pk)


def _open_account(user, username, password, must_change_password):
    user.username = account_name(username)
    user.is_active = True
    if password is None:
        user.must_change_password = True
        user.set_unusable_password()
        return
    set_first_password(user, password)
    user.must_change_password = must_change_password


def _put(user, profile):
    """Set profile fields, numbers normalised with hashes and faults. Raises ValidationError by field."""
    profile = dict(profile)
    unknown = set(profile) - set(PROFILE)
    if unknown:
        raise TypeError(f"Unknown profile fields: {', '.join(sorted(unknown))}.")
    identity = profile.pop("identity", None)
    phone = profile.pop("phone", None)
    for field, value in profile.items():
        setattr(user, field, value.strip() if isinstance(value, str) else value)
    if "name" in profile:
        user.pinyin, user.initials = sort_key(user.name), initials(user.name)
    if identity is not None:
        _put_identity(user, identity)
    if phone is not None:
        _put_phone(user, phone)


def _put_identity(user, text):
    if not text.strip():
        user.identity = user.identity_hash = user.identity_last4_hash = None
        user.identity_faults = []
        return
    found = parse_identity(text, user.document_type or None)
    if found.refused:
        raise ValidationError({"identity": found.refused})
    contradictions = check_against(found, None, user.sex)
    if contradictions:
        raise ValidationError(contradictions)
    user.identity = found.number
    user.document_type = found.kind
    user.identity_hash, user.identity_last4_hash = found.hash, found.last4_hash
    user.identity_faults = list(found.faults)
    if not user.sex and found.sex:
        user.sex = found.sex


def _put_phone(user, text):
    if not text.strip():
        user.phone = user.phone_hash = None
        return
    found = parse_phone(text)
    if found.refused:
        raise ValidationError({"phone": found.refused})
    user.phone, user.phone_hash = found.number, found.hash


def _save(user):
    same = User.objects.filter(identity_hash=user.identity_hash).exclude(pk=user.pk)
    if user.identity_hash and same.exists():
        raise ValidationError({"identity": "该证件号码已登记给另一名人员，请在人员名册中查找后再办理。"})
    user.full_clean(exclude=["password"])
    user.save()


def _facts(user):
    """What the log compares. A Sealed equals only itself, so numbers are compared by their hashes and shown
    by their masks."""
    facts = {field: getattr(user, field) for field in PROFILE if field not in ("identity", "phone")}
    facts["identity"] = _Masked(user.identity, user.identity_hash)
    facts["phone"] = _Masked(user.phone, user.phone_hash)
    return facts


class _Masked:
    """A personal number for the log: equal by hash, printed as its mask."""

    def __init__(self, sealed, digest):
        self.text = "" if sealed is None else sealed.masked
        self.digest = None if digest is None else bytes(digest)

    def __eq__(self, other):
        return isinstance(other, _Masked) and self.digest == other.digest

    __hash__ = None

    def __str__(self):
        return self.text


def _who(user):
    return f"{user.name}（{user.username}）" if user.username else user.name
