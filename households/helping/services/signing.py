"""Responsibility documents: registered, signed by both sides with the scan, corrected by a further version, withdrawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Responsibility
from households.options.responsibility_kinds import AGREEMENT, RESPONSIBILITY_KINDS
from households.services.locking import lock_open
from poverty.accounts.models import Unit, User
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.sql.locks import hold

RIGHT = "responsibility.edit"
ROLE = "scan"
# What a correction may change; the kind and the household stay, else it is another paper.
SAID = ("year", "person", "unit", "other_side", "targets", "period_from", "period_to", "number")


@transaction.atomic
def register(
    kind: str,
    *,
    year: int,
    area: Area,
    targets: str,
    period_from: date,
    period_to: date,
    household: Household | None = None,
    person: User | None = None,
    unit: Unit | None = None,
    other_side: str = "",
    number: str = "",
    actor,
) -> Responsibility:
    """Register a paper of two sides, not signed yet; returns it.

    An agreement is between a helper (`person`) and a `household`, whose village is `area`; the others are between a
    unit or a person and the office of a place. Raises PermissionDenied, ValidationError by field.
    """
    if household is not None:
        household = lock_open(household)
        area, other_side = household.area, other_side.strip() or f"{household.head_name}户"
    _require_right(area.code, actor)
    if kind not in RESPONSIBILITY_KINDS:
        raise ValidationError({"kind": "请选种类。"})
    if kind == AGREEMENT:
        _require_helper(household, person)
    hold(f"households.responsibility:{area.code}:{kind}:{year}")
    row = Responsibility(
        kind=kind,
        year=year,
        area=area,
        household=household,
        person=person,
        unit=unit if unit is not None or person is None else person.unit,
        other_side=other_side.strip(),
        targets=targets.strip(),
        period_from=period_from,
        period_to=period_to,
        number=number.strip(),
        recorded_by=actor,
    )
    _save(row)
    _told("add", row, actor, f"{_named(row)}：{row.side}与{row.other_side}")
    return row


@transaction.atomic
def sign(
    paper: Responsibility,
    *,
    signed_on: date | None,
    other_signed_on: date | None,
    scan=None,
    actor,
) -> Responsibility:
    """Note on which days the sides have signed, with the scan (an upload) once both have; returns the row.

    None: that side has not signed yet. A day that is noted stays; who wrote a wrong one registers a correction. Raises
    PermissionDenied, ValidationError by field (signed_on, other_signed_on, scan).
    """
    row = _locked(paper, actor)
    _require_current(row)
    errors: dict[str, str] = {}
    days = {"signed_on": signed_on, "other_signed_on": other_signed_on}
    for field, day in days.items():
        known = getattr(row, field)
        if known is not None and day != known:
            errors[field] = f"已登记为 {known}，不能改；写错了请用“更正”。"
        elif day is not None and day > timezone.localdate():
            errors[field] = "日期在今天之后，请核对。"
        elif day is not None and not row.period_from.year - 1 <= day.year <= row.period_to.year + 1:
            errors[field] = "签订日期与责任期相差太远，请核对。"
    if not errors and all(getattr(row, field) == day for field, day in days.items()):
        errors["signed_on"] = "没有新的签订日期。"
    if signed_on and other_signed_on and scan is None:
        errors["scan"] = "双方都签了，请上传签字盖章的扫描件或照片。"
    if errors:
        raise ValidationError(errors)
    file = None
    if scan is not None:
        try:
            file = store(scan, actor=actor, area_code=row.area_id, kind=Kind.SCAN)
        except ValidationError as error:
            raise ValidationError({"scan": error.messages}) from error
    row.signed_on, row.other_signed_on, row.scan = signed_on, other_signed_on, file or row.scan
    row.save(update_fields=["signed_on", "other_signed_on", "scan"])
    if file is not None:
        link(file, row, role=ROLE, actor=actor)
    _told("sign", row, actor, f"{_named(row)}：{row.standing}")
    return row


@transaction.atomic
def correct(paper: Responsibility, changes: Mapping[str, Any], *, reason: str, actor) -> Responsibility:
    """Replace a paper by a further version with what differs (keys of SAID); signed anew. Returns the new version.

    The old one stays as it was and counts no more. Raises PermissionDenied, ValidationError by field.
    """
    row = _locked(paper, actor)
    _require_current(row)
    if unknown := set(changes) - set(SAID):
        raise ValidationError(dict.fromkeys(unknown, "没有这一项。"))
    if not reason.strip():
        raise ValidationError({"reason": "请写明更正原因。"})
    said = {name: changes.get(name, getattr(row, name)) for name in SAID}
    if all(said[name] == getattr(row, name) for name in SAID) and not row.is_signed:
        raise ValidationError("没有改动任何内容。")
    if row.kind == AGREEMENT:
        _require_helper(row.household, said["person"])
    Responsibility.objects.filter(pk=row.pk).update(is_current=False)
    new = Responsibility(
        kind=row.kind,
        area=row.area,
        household=row.household,
        version=row.version + 1,
        replaces=row,
        correction=reason.strip(),
        recorded_by=actor,
        **said,
    )
    _save(new)
    _told("correct", new, actor, f"{_named(new)}：第 {new.version} 版，{new.correction}")
    return new


@transaction.atomic
def withdraw(paper: Responsibility, *, on: date, reason: str, actor) -> Responsibility:
    """Say that a paper does not count (作废) from a day on. Raises PermissionDenied, ValidationError by field."""
    row = _locked(paper, actor)
    _require_current(row)
    errors = {}
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    if not reason.strip():
        errors["reason"] = "请写明作废原因。"
    if errors:
        raise ValidationError(errors)
    row.is_current, row.withdrawn_on, row.withdrawn_reason = False, on, reason.strip()
    row.save(update_fields=["is_current", "withdrawn_on", "withdrawn_reason"])
    _told("withdraw", row, actor, f"{_named(row)}：{row.side}与{row.other_side}，{row.withdrawn_reason}")
    return row


def _locked(paper: Responsibility, actor) -> Responsibility:
    """The paper as it stands now, held until the transaction ends; its right is asked where it lies."""
    rows = Responsibility.objects.select_for_update(of=("self",))
    row = rows.select_related("area", "household__area", "person__unit", "unit").get(pk=paper.pk)
    _require_right(row.household.area_id if row.household_id else row.area_id, actor)
    return row


def _require_current(row: Responsibility) -> None:
    if not row.is_current:
        raise ValidationError(f"该{row.get_kind_display()}{row.standing}，不能再办理；请看最新的一版。")


def _require_helper(household: Household | None, person: User | None) -> None:
    """An agreement is signed by who helps the household."""
    if household is None:
        raise ValidationError({"household": "结对帮扶协议须填户。"})
    if person is None or not household.pairings.open_on(timezone.localdate()).filter(helper=person).exists():
        raise ValidationError(
            {"person": "结对帮扶协议由该户现在的帮扶责任人签订，原协议作废后，由现在的帮扶责任人另签。"}
        )


def _require_right(area_code: str, actor) -> None:
    if not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("您没有在该区划登记责任书的权限。")


def _save(row: Responsibility) -> None:
    """What the database refuses anyway, said in words first."""
    row.clean_fields(exclude=["area", "household", "person", "unit", "scan", "replaces", "recorded_by"])
    row.validate_constraints()
    row.save()


def _named(row: Responsibility) -> str:
    return f"{row.year}年度{row.get_kind_display()}"


def _told(verb: str, row: Responsibility, actor, summary: str) -> None:
    record(f"households.responsibility.{verb}", row, actor=actor, summary=summary)
