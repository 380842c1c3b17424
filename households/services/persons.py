"""Persons of the register: put on record, corrected. A person is one row in the whole system, found by
number.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Member, Membership, RegisterChange
from households.options.document_types import RESIDENT_ID
from households.options.leave_reasons import DEATH
from households.services.facts import facts_changed, facts_entered
from households.services.heads import name_head
from households.services.locking import households_with, lock_for_members, lock_households
from households.services.refusals import told_in_words
from poverty.audit.services import differences, record
from poverty.fields.identity import EARLIEST_YEAR, Identity, check_against, parse_identity
from poverty.fields.phone import parse_phone
from poverty.fields.pinyin import sort_key
from poverty.parameters.services import value_for

# What may be said of a person. `identity` and `phone` are typed numbers, "" for none.
PERSON_FIELDS = (
    "name",
    "sex",
    "birth_date",
    "ethnic_group",
    "document_type",
    "identity",
    "phone",
    "member_no",
)
ELSEWHERE = "此人已在其他地区登记，请与县扶贫办核对后再办。"


@transaction.atomic
def new_person(data: Mapping[str, Any], *, actor, area_code: str = "") -> Member:
    """Put a person on record, or find the one with this number who belongs to no household now; returns the
    Member.

    `data`: keys of PERSON_FIELDS. Birth date and sex may be left out where the number says them. Without a
    number only a small child is taken (register.without_number_days). `area_code` is where he is to live, for
    the log. Raises ValidationError by field: number faulty, against birth date or sex, or in use: who is a
    member of a household the actor sees is told with that household, else only 已在其他地区登记.
    """
    data = {"identity": "", **_clean(data)}
    identity = parse_identity(data["identity"], data.get("document_type") or None)
    if errors := check_against(identity, data.get("birth_date"), data.get("sex")):
        raise ValidationError(errors)
    known = _known(identity, data["name"], actor) if data["identity"] else None
    member = known or Member(created_by=actor)
    if known is not None and known.memberships.exists():
        # Taken over as he is on record; only what was never told is filled in.
        data = {key: value for key, value in data.items() if value and getattr(known, key) in (None, "")}
    changed = _put(member, data, area_code)
    if known is None or changed:
        with told_in_words():
            member.save()
        record(
            "households.person.create" if known is None else "households.person.update",
            member,
            actor=actor,
            changes=changed,
            area_code=area_code,
            summary=member.name,
        )
    if known is not None and changed:
        facts_changed(households_with(member.pk))
    return member


def lock_returning(people: Iterable[Mapping[str, Any]], *, beside: Iterable[int] = ()) -> None:
    """Lock at once the households of all of `people` (data of new_person) who are on record already, and `beside`.

    Stands before new_person is called for one after the other, which finds each of them locked.
    """
    typed = [parse_identity(one.get("identity") or "", one.get("document_type") or None) for one in people]
    hashes = [one.hash for one in typed if one.hash]
    lock_for_members(
        Member.objects.filter(identity_hash__in=hashes).values_list("pk", flat=True), beside=beside
    )


@transaction.atomic
def update_person(member: Member, data: Mapping[str, Any], *, actor, reason: str = "") -> Member:
    """Correct what is on record about a person (keys of PERSON_FIELDS), numbers logged masked; judges his
    household.

    The actor needs member.edit where the person lives. Raises PermissionDenied, and ValidationError by field.
    """
    locked = lock_for_members([member.pk])
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    household = None
    if member.household_id:
        household = (
            locked.get(member.household_id) or lock_households([member.household_id])[member.household_id]
        )
        if not actor.has_right_at("member.edit", household.area_id):
            raise PermissionDenied("您没有在该区划维护人口基本信息的权限。")
    area_code = household.area_id if household else ""
    changed = _put(member, _clean(data, name=member.name), area_code)
    if not changed:
        return member
    member.version += 1
    with told_in_words():
        member.save()
    record(
        "households.person.update",
        member,
        actor=actor,
        changes=changed,
        area_code=area_code,
        summary=f"更正{member.name}的信息" + (f"：{reason}" if reason else ""),
    )
    if household is not None:
        if household.head_id == member.pk:
            name_head(household, member)
        facts_entered(household.pk, actor)
    facts_changed(households_with(member.pk))
    return member


def _clean(data: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    if unknown := set(data) - set(PERSON_FIELDS):
        raise TypeError(f"Unknown fields of a person: {', '.join(sorted(unknown))}.")
    values = {key: value.strip() if isinstance(value, str) else value for key, value in data.items()}
    values.setdefault("name", name)
    if not values["name"]:
        raise ValidationError({"name": "请填写姓名。"})
    return values


def _put(member: Member, data: dict[str, Any], area_code: str) -> dict[str, list]:
    """Set what differs and return {field: [old, new]} with numbers masked; ValidationError by field."""
    plain = ("name", "sex", "birth_date", "ethnic_group", "document_type", "member_no")
    before = {name: getattr(member, name) for name in plain}
    errors: dict[str, Any] = {}
    for name in ("name", "sex", "ethnic_group", "document_type", "birth_date"):
        if name in data:
            setattr(member, name, data[name] or (None if name == "birth_date" else ""))
    member.document_type = member.document_type or RESIDENT_ID
    if "member_no" in data:
        member.member_no = data["member_no"] or None
    changed = _put_identity(member, data, area_code, errors)
    changed |= _put_phone(member, data, errors)
    today = timezone.localdate()
    if member.birth_date and member.birth_date > today:
        errors.setdefault("birth_date", "出生日期在今天之后，请核对。")
    elif member.birth_date and member.birth_date.year < EARLIEST_YEAR:
        errors.setdefault("birth_date", f"出生日期早于{EARLIEST_YEAR}年，请核对。")
    if not member.sex and "identity" not in errors:  # a right number would say it
        errors.setdefault("sex", "请选择性别。")
    if errors:
        raise ValidationError(errors)
    member.pinyin = sort_key(member.name)
    member.full_clean(
        exclude=["household", "created_by", "identity", "phone"],
        validate_unique=False,
        validate_constraints=False,
    )
    return differences(before, {name: getattr(member, name) for name in plain}) | changed


def _put_identity(member: Member, data: dict, area_code: str, errors: dict) -> dict[str, list]:
    """Set the number with its hashes and faults; complete and compare birth date and sex with it."""
    typed = data.get("identity")
    if typed is None:
        stored = member.identity.reveal() if member.identity is not None else ""
        identity = parse_identity(stored, member.document_type) if stored else None
    else:
        identity = parse_identity(typed, member.document_type)
    changed: dict[str, list] = {}
    if typed:
        if identity.refused:
            errors["identity"] = identity.refused
            return {}
        changed = _store_identity(member, identity, errors)
    elif typed == "":
        if member.identity is not None:
            changed["identity"] = [member.identity.masked, None]
        member.identity = member.identity_hash = member.identity_last4_hash = None
        member.identity_faults = []
        if text := _without_number(member, area_code):
            errors["identity"] = text
    if identity is not None and identity.number:
        if member.birth_date is None:
            member.birth_date = identity.birth_date
        if not member.sex:
            member.sex = identity.sex or ""
        errors.update(check_against(identity, member.birth_date, member.sex))
    return changed


def _store_identity(member: Member, identity: Identity, errors: dict) -> dict[str, list]:
    if member.identity is not None and member.identity.same_as(identity.number):
        return {}
    if Member.objects.filter(identity_hash=identity.hash).exclude(pk=member.pk).exists():
        errors["identity"] = "该证件号码已登记为另一人，请对照户口本核对。"
        return {}
    before = member.identity.masked if member.identity is not None else None
    member.identity = identity.number
    member.document_type = identity.kind
    member.identity_hash, member.identity_last4_hash = identity.hash, identity.last4_hash
    member.identity_faults = list(identity.faults)
    return {"identity": [before, member.identity.masked]}


def _without_number(member: Member, area_code: str) -> str:
    """Why a person may not be on record without a number, or ""."""
    today = timezone.localdate()
    days = value_for("register.without_number_days", area_code, today)
    if member.birth_date is None:
        return "请填写证件号码；没有证件的新生儿先填出生日期，落户后再补号码。"
    if (today - member.birth_date).days > days:
        return f"出生 {days} 天以后须填证件号码；没有证件的新生儿，落户后再补。"
    return ""


def _put_phone(member: Member, data: dict, errors: dict) -> dict[str, list]:
    if "phone" not in data:
        return {}
    before = member.phone
    if not data["phone"]:
        member.phone = member.phone_hash = None
        return {"phone": [before.masked, None]} if before is not None else {}
    phone = parse_phone(data["phone"])
    if phone.refused:
        errors["phone"] = phone.refused
        return {}
    if before is not None and before.same_as(phone.number):
        return {}
    member.phone, member.phone_hash = phone.number, phone.hash
    return {"phone": [before.masked if before is not None else None, member.phone.masked]}


def _known(identity: Identity, name: str, actor) -> Member | None:
    """The person with this number, if he may join a household; None when nobody has it; else
    ValidationError.
    """
    if identity.refused:
        return None
    rows = Member.objects.filter(identity_hash=identity.hash)
    lock_for_members(rows.values_list("pk", flat=True))
    member = rows.select_for_update(of=("self",)).first()
    if member is None:
        return None
    last = member.memberships.select_related("household__area").order_by("-valid_from", "-pk").first()
    waiting = RegisterChange.objects.open().filter(member=member).select_related("household").first()
    if last is not None and last.valid_to is None:
        raise ValidationError({"identity": _told_where(last, actor)})
    if waiting is not None:
        seen = RegisterChange.objects.visible_to(actor).filter(pk=waiting.pk).exists()
        text = (
            f"此人已在{waiting.household.head_name}户的“{waiting.get_kind_display()}”变动中，"
            f"{waiting.get_state_display()}。"
        )
        raise ValidationError({"identity": text if seen else ELSEWHERE})
    if last is not None and last.leave_reason == DEATH:
        seen = Household.objects.visible_to(actor).filter(pk=last.household_id).exists()
        text = f"此人已于 {last.valid_to} 登记为死亡，不能再增加；登记有误的，请与县扶贫办核对。"
        raise ValidationError({"identity": text if seen else ELSEWHERE})
    if last is not None and member.name != name:
        raise ValidationError(
            {"name": "该证件号码已有登记，登记的姓名与所填不同，请对照户口本核对姓名和证件号码。"}
        )
    return member


def _told_where(membership: Membership, actor) -> str:
    """Where a person is on the register, as far as the actor may know."""
    household = membership.household
    if not Household.objects.visible_to(actor).filter(pk=household.pk).exists():
        return ELSEWHERE
    number = household.household_no or household.own_no
    return (
        f"此人已在册于{household.area.name}{household.head_name}户（{number}）。"
        "一人只能在一户，请先在该户办理减少或转户。"
    )
