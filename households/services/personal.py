"""Seeing personal numbers in full: by right and place, with a purpose, written to the log once a session.

"A clerk needs identity numbers hundreds of times a week: without a lawful way people go back to private
files" (practice.md): so the purpose is asked once for a household or a list and a session, and the log
names the purpose and what was opened, never the number.
"""

from collections.abc import Iterable, MutableMapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.disclosure import disclosure, may
from households.models import Household, Member
from poverty.accounts.phones import RIGHT as CALLS
from poverty.accounts.phones import seen_phone
from poverty.audit.services import record
from poverty.fields.sealed import Sealed

RIGHT = "personal.reveal"
ACTION = "personal.reveal"
PURPOSES = (
    ("insurance", "办理参保登记"),
    ("bank", "开户、核对一卡通账号"),
    ("school", "学籍和教育资助核对"),
    ("register", "核对户口和证件"),
    ("upload", "录入国办系统"),
    ("call", "电话联系农户"),
    ("other", "其他（请写明）"),
)
_FIELDS = {"identity": "证件号码", "bank_account": "银行账号", "phone": "联系电话"}
_LEAST_WORDS = 2
_MOST_KEPT = 500


def check_purpose(key: str, words: str = "") -> str:
    """The purpose in words, as it is logged. ValidationError at "purpose" or "words" when it says nothing."""
    label = dict(PURPOSES).get(key)
    if label is None:
        raise ValidationError({"purpose": "请选择查看用途。"})
    words = words.strip()
    if key != "other":
        return f"{label}：{words}"[:200] if words else label
    if len(words) < _LEAST_WORDS:
        raise ValidationError({"words": "请写明用途，例如“办理临时救助”。"})
    return words[:200]


def asked_purpose(typed) -> str:
    """The purpose of a form with the fields "purpose" and "words"; as check_purpose."""
    return check_purpose(typed.get("purpose", ""), typed.get("words", ""))


@transaction.atomic
def reveal(
    obj: Household | Member,
    field: str,
    *,
    actor,
    purpose: str,
    seen: MutableMapping[str, str] | None = None,
) -> str:
    """The clear text of one personal field of a household or a member ("" when there is none).

    As `reveal_household`; raises KeyError for a field that is not personal.
    """
    household = obj if isinstance(obj, Household) else obj.household
    if household is None:
        raise PermissionDenied("此人不在任何户，不能查看完整号码。")
    _open([household], actor=actor, purpose=purpose, seen=seen, what=_FIELDS[field])
    return _clear(getattr(obj, field))


@transaction.atomic
def reveal_household(
    household: Household, *, actor, purpose: str, seen: MutableMapping[str, str] | None = None
) -> dict[int, str]:
    """Identity numbers of the members now in a household, by member id; "" where there is none.

    `purpose` in words (see check_purpose), empty only when `seen` says that it was given in this session.
    `seen`: what this session has opened already, a mapping kept by the caller; without it every call is
    logged. Raises PermissionDenied without the right at the household, ValidationError at "purpose".
    """
    _open([household], actor=actor, purpose=purpose, seen=seen, what="成员证件号码")
    members = Member.objects.filter(household=household).only("pk", "identity")
    return {one.pk: _clear(one.identity) for one in members}


@transaction.atomic
def reveal_list(
    households: Iterable[Household], *, actor, purpose: str, about: str, key: str, seen=None
) -> dict[int, list[Member]]:
    """Members (with their numbers to be revealed) of the households of a list, by household id.

    One entry in the log for the whole list: how many households, chosen how (`about`, in words), to what
    purpose. `key` names the list within the session. All or nothing: a household without the right refuses
    the list.
    """
    rows = list(households)
    _open(rows, actor=actor, purpose=purpose, seen=seen, what="名单中成员证件号码", about=about, key=key)
    found: dict[int, list[Member]] = {one.pk: [] for one in rows}
    for member in Member.objects.filter(household__in=found).order_by("household_id", "id"):
        found[member.household_id].append(member)
    return found


@transaction.atomic
def reveal_phones(
    households: Iterable[Household], *, actor, purpose: str, about: str, key: str, seen=None
) -> dict[int, str]:
    """Telephone numbers of the households of a list in full, by household id; who has none is missing.

    Right, purpose and one entry in the log as in `reveal_list`.
    """
    rows = list(households)
    _open(rows, actor=actor, purpose=purpose, seen=seen, what="名单中联系电话", about=about, key=key)
    return {one.pk: one.phone.reveal() for one in rows if one.phone is not None}


def phone_of(household: Household, user) -> str:
    """The household's phone in full for who may call it (phone.view, or its helper), else the mask.

    "" when there is none. Calling is daily work: no purpose is asked and nothing is logged.
    """
    if household.phone is None:
        return ""
    own = disclosure(user, household)
    allowed = own.whole and may(user, "phone.view", household, paired=own.paired)
    return household.phone.reveal() if allowed else household.phone.masked


def phone_beside(phone: Sealed | None, household: Household, user) -> str:
    """The telephone of somebody who deals with a household (its teacher, who buys of it): in full for who may call people of
    the place or is its helper, else the mask; "" when there is none.
    """
    paired = phone is not None and user.scope(CALLS).paired
    own = paired and household.pairings.open_on(timezone.localdate()).filter(helper=user.pk).exists()
    return seen_phone(user, phone, household.area_id, own=own)


def phones_of(households: Iterable[Household], user) -> dict[int, str]:
    """The same for the helper's own households, by household id, without asking each for its pairing."""
    allowed = user.scope("phone.view").paired
    return {
        one.pk: one.phone.reveal() if allowed else one.phone.masked
        for one in households
        if one.phone is not None
    }


def _open(households, *, actor, purpose, seen, what, about="", key=""):
    """Check right and place, and log unless this session already has it."""
    visible = Household.objects.visible_to(actor, RIGHT).filter(pk__in=[one.pk for one in households])
    if not households or visible.count() != len({one.pk for one in households}):
        raise PermissionDenied("您没有查看完整号码的权限。")
    key = key or f"household:{households[0].pk}"
    if seen is not None and key in seen:
        return
    if not purpose.strip():
        raise ValidationError({"purpose": "请选择查看用途。"})
    single = households[0] if len(households) == 1 else None
    record(
        ACTION,
        single,
        actor=actor,
        area_code=None if single else _common(one.area_id for one in households),
        summary=f"查看{what}" + (f"：{about}，{len(households)}户" if about else ""),
        purpose=purpose,
    )
    if seen is not None:
        while len(seen) >= _MOST_KEPT:
            seen.pop(next(iter(seen)))
        seen[key] = purpose


def _common(codes: Iterable[str]) -> str:
    """The area that contains all of these: the longest code that is a prefix of each, whole."""
    codes = list(codes)
    return next(
        (codes[0][:n] for n in (12, 9, 6, 4, 2) if all(one.startswith(codes[0][:n]) for one in codes)), ""
    )


def _clear(value: Sealed | None) -> str:
    return value.reveal() if value is not None else ""
