"""Applications: by the household, or proposed by the village."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.entries import conditions
from households.entries.models import EntryCase
from households.models import Household
from households.options.regimes import REGISTRATION, regime_on
from households.services.decision import Decision
from households.services.locking import lock_households, require_open
from households.services.refusals import told_in_words
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.files.services import link
from poverty.review.errors import constraint_of

STATED = ("stated_income", "house_safe", "at_school", "insured", "water_safe")
TOO_LATE = "2014年至2020年期间才能申请识别或返贫；其他时间按防止返贫监测办理。"


@transaction.atomic
def apply(
    kind: str,
    household: Household,
    *,
    actor,
    applied_by: str,
    applicant: str,
    applied_on: date,
    reason: str,
    document_name: str,
    cause: str = "",
    ground: str = "",
    authorised_on: date | None = None,
    stated: Mapping[str, Any] | None = None,
    scans: Mapping[str, StoredFile] | None = None,
    late_reason: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> EntryCase:
    """Enter the application of a household (a key of EntryCase.Kind) and return its case; it waits for comparison.

    `cause` for 新识别 and 返贫, `ground` for 户清退; `stated`: keys of STATED, absent or None: not said (yuan a head;
    yes or no). `scans` by role ("application", "authorisation"). A household whose record waits for the township may
    apply; it must be registered before the township checks the case. Raises PermissionDenied (register.propose at the
    village), ValidationError by field: outside the regime of 建档立卡, a status that does not fit, an open case.
    """
    household = lock_households([household.pk])[household.pk]
    require_open(household)
    stated = dict(stated or {})
    if unknown := set(stated) - set(STATED):
        raise TypeError(f"Nobody states {', '.join(sorted(unknown))}.")
    _check(kind, applied_on, authorised_on, reason, applicant, cause, ground)
    case = EntryCase(
        kind=kind,
        household=household,
        applied_by=applied_by,
        applicant="".join(applicant.split()),
        applied_on=applied_on,
        reason=reason.strip(),
        cause="" if kind == EntryCase.Kind.CLEARANCE else cause,
        ground=ground if kind == EntryCase.Kind.CLEARANCE else "",
        authorised_on=authorised_on,
        size=household.size,
        created_by=actor,
        **stated,
    )
    case.clean_fields(exclude=["household", "created_by"])
    try:
        with told_in_words():
            case.save()
    except IntegrityError as error:
        if constraint_of(error) != "one_open_entry_of_a_household":
            raise
        raise ValidationError("该户已有一件识别、返贫或清退在办理中。") from error
    # Set-based rules look at stored rows; what does not fit is rolled back with the row.
    if text := conditions.unfit(EntryCase.objects.filter(pk=case.pk)).get(case.pk):
        raise ValidationError(text)
    Decision(actor, document_name, applied_on, "", late_reason, decided_by, decided_by_name).fire(
        "apply", case
    )
    for role, scan in (scans or {}).items():
        link(scan, case, role=role, actor=actor)
    record(
        "households.entry.apply",
        household,
        actor=actor,
        summary=f"{case.get_kind_display()}：{case.get_applied_by_display()}，{applied_on}，{case.reason}",
    )
    return case


@transaction.atomic
def authorise(case: EntryCase, *, actor, on: date, scan: StoredFile | None = None) -> None:
    """Note that the household has signed the authorisation (授权书) to compare its data; once."""
    if not actor.has_right_at("register.propose", case.area_code):
        raise ValidationError("由村里登记农户的授权。")
    if on > timezone.localdate():
        raise ValidationError({"authorised_on": "授权日期不能晚于今天。"})
    rows = EntryCase.objects.filter(pk=case.pk, state=EntryCase.State.APPLIED, authorised_on=None)
    if rows.update(authorised_on=on) != 1:
        raise ValidationError("授权已经登记，或该户已经比对。")
    if scan is not None:
        link(scan, case, role="authorisation", actor=actor)
    record("households.entry.authorise", case.household, actor=actor, summary=f"{on} 签署信息核对授权书")


def _check(kind, applied_on, authorised_on, reason, applicant, cause, ground) -> None:
    errors: dict[str, str] = {}
    if kind not in EntryCase.Kind.values:
        raise ValidationError({"kind": "请选择新识别、返贫或户清退。"})
    if not reason.strip():
        errors["reason"] = "请写明理由。"
    if not applicant.strip():
        errors["applicant"] = "请填写申请人或提出人。"
    if kind == EntryCase.Kind.CLEARANCE:
        if not ground:
            errors["ground"] = "请选择清退情形。"
    else:
        if not cause:
            errors["cause"] = "请选择致贫（返贫）原因。"
        if regime_on(applied_on) != REGISTRATION:
            errors["applied_on"] = TOO_LATE
    if authorised_on and authorised_on > timezone.localdate():
        errors["authorised_on"] = "授权日期不能晚于今天。"
    if errors:
        raise ValidationError(errors)
