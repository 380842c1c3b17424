"""Certificates of the bureaus (行业部门证明): what each says of its indicators of a village, with its document."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from poverty.accounts.options.sectors import SECTORS
from poverty.audit.services import record
from poverty.review.errors import constraint_of
from poverty.review.services import note_fact_entry
from villages.exit_readiness import requirements_of, sectors_of
from villages.models import Certificate, ExitCase
from villages.rounds import CASE_TYPE, open_round_of
from villages.services.exiting import lock_case

# Certificates are given before the township says its word; afterwards only together with a return.
_WHEN = (ExitCase.State.PLANNED, ExitCase.State.SELFCHECKED)


def may_certify(actor, case: ExitCase, sector: str) -> bool:
    """Whether somebody may enter a certificate: the bureau its own, the county office one that came on paper."""
    place = case.village.area_id
    own = actor.scope("sector.edit").sectors_at(place)
    return own is None or sector in own or actor.has_right_at("village.decide", place[:6])


@transaction.atomic
def certify(
    case: ExitCase,
    sector: str,
    *,
    certified: bool,
    document_name: str,
    issued_on: date,
    signed_by: str,
    actor,
    document_number: str = "",
    note: str = "",
) -> Certificate:
    """Enter what a bureau certifies of a village in this round.

    Who enters it counts as a maker of the facts: he does not check the village. Raises PermissionDenied (another
    bureau's), ValidationError by field: a bureau that the standard does not ask, a second certificate, a refusal without
    reason, no document or signer, a day to come.
    """
    row = lock_case(case.pk)
    if not may_certify(actor, row, sector):
        raise PermissionDenied("您只能出具本行业部门的证明。")
    if row.state not in _WHEN:
        raise ValidationError(f"现在是“{row.get_state_display()}”，行业部门证明应在乡镇审核前出具。")
    if sector not in sectors_of(requirements_of(row)):
        raise ValidationError({"sector": "本地标准没有该行业部门的指标，或该村还没有判定。"})
    errors = {}
    if not document_name.strip():
        errors["document_name"] = "请填写证明文件名称。"
    if not signed_by.strip():
        errors["signed_by"] = "请填写签发人。"
    if issued_on > timezone.localdate():
        errors["issued_on"] = "出具日期不能晚于今天。"
    if not certified and not note.strip():
        errors["note"] = "不予认定的请写明原因。"
    if errors:
        raise ValidationError(errors)
    paper = Certificate(
        case=row,
        round=open_round_of(row.pk),
        sector=sector,
        certified=certified,
        note=note.strip()[:200],
        document_name=document_name.strip()[:200],
        document_number=document_number.strip()[:60],
        issued_on=issued_on,
        signed_by=signed_by.strip()[:60],
        recorded_by=actor,
    )
    try:
        with transaction.atomic():
            paper.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) != "one_certificate_of_a_sector_in_a_round":
            raise
        raise ValidationError({"sector": "该行业部门本轮已出具证明，请先撤回再重新出具。"}) from error
    note_fact_entry(CASE_TYPE, row.pk, actor)
    word = "认定达标" if certified else "不予认定"
    record(
        "villages.exit.certify",
        row,
        actor=actor,
        summary=f"{SECTORS.label(sector)}{word}：{paper.document_name}，{issued_on}",
    )
    return paper


@transaction.atomic
def withdraw_certificate(paper: Certificate, *, reason: str, actor) -> None:
    """Take a certificate back before the township's review; it stays readable. ValidationError without a reason."""
    row = lock_case(paper.case_id)
    if not may_certify(actor, row, paper.sector):
        raise PermissionDenied("您只能撤回本行业部门的证明。")
    if row.state not in _WHEN:
        raise ValidationError("乡镇已经审核，不能再撤回证明；确需更正的，请由乡镇或县退回。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回的原因。"})
    rows = Certificate.objects.filter(pk=paper.pk, withdrawn_on__isnull=True)
    if rows.update(withdrawn_on=timezone.localdate(), withdrawn_reason=reason.strip()[:200]) != 1:
        raise ValidationError("这份证明已经撤回，请刷新后查看。")
    note_fact_entry(CASE_TYPE, row.pk, actor)
    record(
        "villages.exit.withdraw_certificate",
        row,
        actor=actor,
        summary=f"撤回{SECTORS.label(paper.sector)}证明：{reason.strip()}",
    )
