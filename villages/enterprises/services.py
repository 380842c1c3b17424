"""Agreements of enterprises with villages: registered, scanned, ended; results of a year, corrected by a version."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.audit.services import record
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from villages.enterprises.results import require_results_held
from villages.models import AgreementResult, EnterpriseAgreement, Village, VillagePost
from villages.options.enterprise_kinds import ENTERPRISE_KINDS
from villages.services.facts import lock_village
from villages.services.versions import replacing, require_current, require_difference, withdraw_version

RIGHT = "post.edit"
ENTERPRISE = "enterprise"
SCAN, PROOF = "scan", "proof"


@transaction.atomic
def register(
    post: VillagePost,
    *,
    kinds: Collection[str],
    document: str,
    signed_on: date,
    period_from: date,
    period_to: date,
    content: str,
    promised: Decimal | None = None,
    number: str = "",
    scan=None,
    actor,
) -> EnterpriseAgreement:
    """Register what an enterprise that helps a village agreed with it; `scan`: an upload. Returns the row.

    Raises PermissionDenied (post.edit in place), ValidationError by field.
    """
    village = lock_village(post.village_id)
    _require_right(village, actor)
    there = VillagePost.objects.select_related("unit").get(pk=post.pk)
    if there.post != ENTERPRISE:
        raise ValidationError("帮扶协议由帮扶企业（万企帮万村）签订。")
    today = timezone.localdate()
    errors = {}
    if there.valid_to is not None:
        raise ValidationError(f"{there.holder}已于 {there.valid_to} 不再帮扶本村。")
    if not kinds or set(kinds) - set(ENTERPRISE_KINDS.keys):
        errors["kinds"] = "请选帮扶方式。"
    if not document.strip():
        errors["document"] = "请填写协议名称。"
    if not content.strip():
        errors["content"] = "请填写帮扶内容。"
    if signed_on > today:
        errors["signed_on"] = "日期在今天之后，请核对。"
    if period_to < period_from:
        errors["period_to"] = "协议期止不能早于协议期起。"
    if promised is not None and promised <= 0:
        errors["promised"] = "承诺投入须大于 0；没有约定金额的不填。"
    if errors:
        raise ValidationError(errors)
    row = EnterpriseAgreement(
        post=there,
        kinds=[key for key in ENTERPRISE_KINDS.keys if key in kinds],
        document=document.strip(),
        number=number.strip(),
        signed_on=signed_on,
        period_from=period_from,
        period_to=period_to,
        promised=promised,
        content=content.strip(),
        scan=_stored(scan, SCAN, village, actor),
        recorded_by=actor,
    )
    row.clean_fields(exclude=["post", "scan", "recorded_by"])
    row.validate_constraints()
    row.save()
    if row.scan is not None:
        link(row.scan, row, role=SCAN, actor=actor, just_stored=True)
    promise = "" if promised is None else f"，承诺 {promised:,.2f} 元"
    _told("add", row, actor, f"{there.holder}：{row.kinds_text}，{period_from}至{period_to}{promise}")
    return row


@transaction.atomic
def add_scan(agreement: EnterpriseAgreement, scan, *, actor) -> EnterpriseAgreement:
    """Bring the scan of an agreement that was registered without it (an upload).

    Raises PermissionDenied, ValidationError at "scan".
    """
    row = _locked(agreement, actor)
    if row.scan_id is not None:
        raise ValidationError({"scan": "扫描件已上传。"})
    row.scan = _stored(scan, SCAN, row.post.village, actor)
    row.save(update_fields=["scan"])
    link(row.scan, row, role=SCAN, actor=actor, just_stored=True)
    _told("scan", row, actor, f"{row.post.holder}：上传协议扫描件")
    return row


@transaction.atomic
def end(agreement: EnterpriseAgreement, *, on: date, reason: str, actor) -> EnterpriseAgreement:
    """End an agreement before its time: on the day `on` it holds no more; its first day withdraws a mistaken one, also
    where that day is to come.

    Raises PermissionDenied, ValidationError by field: on (also where a year that it would hold no more has a result),
    reason.
    """
    row = _locked(agreement, actor)
    if row.ended_on is not None:
        raise ValidationError(f"协议已于 {row.ended_on} 终止。")
    errors = {}
    today = timezone.localdate()
    if on > today and on != row.period_from:
        errors["on"] = "日期在今天之后，请核对。"
    elif on < row.period_from:
        errors["on"] = f"终止日期不能早于协议期起 {row.period_from}。"
    elif on > row.period_to:
        errors["on"] = f"协议到 {row.period_to} 已期满，不用终止。"
    if not reason.strip():
        errors["reason"] = "请写明终止原因。"
    if errors:
        raise ValidationError(errors)
    row.ended_on, row.end_reason = on, reason.strip()
    require_results_held([row])
    row.save(update_fields=["ended_on", "end_reason"])
    _told("end", row, actor, f"{row.post.holder}：{on}终止，{row.end_reason}")
    return row


@transaction.atomic
def set_result(
    agreement: EnterpriseAgreement,
    year: int,
    *,
    amount: Decimal,
    households: int,
    persons: int,
    remark: str = "",
    reason: str = "",
    proof=None,
    actor,
) -> AgreementResult:
    """Note what came of an agreement in a year; where that was noted before, a further version with its `reason`.

    `proof`: an upload. Raises PermissionDenied, ValidationError by field.
    """
    row = _locked(agreement, actor)
    known = AgreementResult.objects.current().filter(agreement=row, year=year).first()
    if year not in row.years_held(timezone.localdate()):
        raise ValidationError({"year": f"{year}年不在协议期内。"})
    said = {"amount": amount, "households": households, "persons": persons, "remark": remark.strip()}
    versions = {"recorded_by": actor}
    if known is not None:
        if not reason.strip():
            raise ValidationError({"reason": told_before(year)})
        if proof is None:
            require_difference(known, said)
        versions = replacing(known, reason, actor)
    made = AgreementResult(agreement=row, year=year, **versions, **said)
    made.clean_fields(exclude=["agreement", "recorded_by", "replaces"])
    made.validate_constraints()
    made.save()
    if proof is not None:
        file = _stored(proof, PROOF, row.post.village, actor)
        link(file, row, role=PROOF, note=f"{year}年度", actor=actor, just_stored=True)
    told = f"{year}年度投入 {amount:,.2f} 元，带动 {households} 户，就业 {persons} 人"
    if known is not None:
        told = f"{told}（第 {made.version} 版，{made.correction}）"
    _told("result", row, actor, f"{row.post.holder}：{told}")
    return made


def told_before(year: int) -> str:
    """What is said to who tells of a year again without a reason."""
    return f"{year}年度成效已登记，有变动请写明更正原因。"


@transaction.atomic
def withdraw_result(result: AgreementResult, *, reason: str, actor) -> AgreementResult:
    """Say that a result does not count (作废). Raises PermissionDenied, ValidationError at "reason"."""
    agreement = _locked(result.agreement, actor)
    row = AgreementResult.objects.get(pk=result.pk)
    require_current(row, "成效")
    withdraw_version(row, reason, actor)
    _told(
        "withdraw",
        agreement,
        actor,
        f"{agreement.post.holder}：{row.year}年度成效作废，{row.withdrawn_reason}",
    )
    return row


def _locked(agreement: EnterpriseAgreement, actor) -> EnterpriseAgreement:
    village = lock_village(agreement.post.village_id, ended=True)
    _require_right(village, actor)
    return EnterpriseAgreement.objects.select_related("post__village", "post__unit").get(pk=agreement.pk)


def _require_right(village: Village, actor) -> None:
    if not actor.has_right_at(RIGHT, village.area_id):
        raise PermissionDenied("您没有在该村登记企业帮扶协议的权限。")


def _stored(upload, field: str, village: Village, actor):
    if upload is None:
        return None
    try:
        return store(upload, actor=actor, area_code=village.area_id, kind=Kind.SCAN)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error


def _told(verb: str, row: EnterpriseAgreement, actor, summary: str) -> None:
    record(f"villages.enterpriseagreement.{verb}", row, actor=actor, summary=summary)
