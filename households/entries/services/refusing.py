"""Refusals with their paper (告知书), returns and withdrawals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal as Money

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from households.entries.basis import Figures, figures
from households.entries.models import EntryCase, EntryRefusal
from households.services.case_lists import locked_one
from households.services.decision import Decision
from households.services.refusals import told_in_words
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.files.services import link
from poverty.parameters.services import value_for
from poverty.review.services.papers import check_paper_day
from poverty.sql.locks import hold

REFUSALS = {
    "applied": "refuse_township",
    "compared": "refuse_appraisal",
    "appraised": "refuse_township",
    "checked": "refuse_county",
    "reviewed": "refuse_decision",
    "decided": "refuse_decision",
    "announced": "refuse_decision",
}
RETURNS = {"appraised": "return_township", "checked": "return_county", "reviewed": "return_county"}


@dataclass(frozen=True)
class Grounds:
    """What a 告知书 tells the household: why, the figures (yuan a head; None: income is not the point), the clause, where
    to object.
    """

    reason: str
    clause: str
    contact: str
    issued_by: str
    income: Money | None = None
    line: Money | None = None


def measured_grounds(measured: Figures | None) -> dict[str, Money | None]:
    """Income and line of a paper as the judged year has them; nothing where one of them is not known."""
    if measured is None or measured.income is None or measured.line is None:
        return {}
    return {"income": measured.income, "line": measured.line}


@transaction.atomic
def refuse(case: EntryCase, grounds: Grounds, decision: Decision) -> EntryRefusal:
    """Refuse a case where it stands, and write the paper that the household gets.

    The state of everything else that was measured is kept with it. Raises PermissionDenied, ValidationError by field
    (reason, clause, contact, issued_by, line ...), ChangedMeanwhile.
    """
    case = locked_one(case)
    if case.state not in REFUSALS:
        raise ValidationError(f"该件{case.get_state_display()}，不能再办理。")
    errors = {
        name: text
        for name, text in (
            ("reason", "请写明不予通过的原因，告知书上要告诉农户。"),
            ("clause", "请写明依据的文件和条款。"),
            ("contact", "请写明申诉受理单位和电话。"),
            ("issued_by", "请填写作出决定的单位。"),
        )
        if not getattr(grounds, name).strip()
    }
    if grounds.income is not None and grounds.line is None:
        errors["line"] = "填了核定收入的，须填对照标准。"
    if errors:
        raise ValidationError(errors)
    stage = case.state
    measured = figures(EntryCase.objects.filter(pk=case.pk)).get(case.pk)
    step = decision.fire(REFUSALS[stage], case, comment=grounds.reason.strip())
    county, year = case.area_code[:6], step.happened_on.year
    hold(f"households.refusal:{county}:{year}")
    last = EntryRefusal.objects.filter(county=county, year=year).aggregate(n=Max("number"))["n"] or 0
    paper = EntryRefusal(
        case=case,
        county=county,
        year=year,
        number=last + 1,
        refused_on=step.happened_on,
        stage=stage,
        reason=grounds.reason.strip(),
        income=grounds.income,
        line=grounds.line,
        clause=grounds.clause.strip(),
        contact=grounds.contact.strip(),
        facts_year=measured.year if measured else None,
        states=measured.states if measured else {},
        objection_days=value_for("refusal.appeal_days", case.area_code, step.happened_on),
        issued_by=grounds.issued_by.strip(),
        recorded_by=decision.actor,
    )
    paper.clean_fields(exclude=["case", "recorded_by", "delivery_recorded_by"])
    with told_in_words():
        paper.save(force_insert=True)
    _record(case, "households.entry.refuse", decision.actor, f"不予通过，{paper.title}：{paper.reason}")
    return paper


@transaction.atomic
def send_back(case: EntryCase, decision: Decision) -> EntryCase:
    """Return a case to the village for a new round: compared, appraised and posted again. Needs a reason (comment)."""
    case = locked_one(case)
    if case.state not in RETURNS:
        raise ValidationError(f"该件{case.get_state_display()}，不能退回。")
    decision.fire(RETURNS[case.state], case)
    # Counted by the trigger that every way back to the beginning passes (0035).
    case.refresh_from_db(fields=["round", "said_before"])
    _record(case, "households.entry.return", decision.actor, f"退回：{decision.comment}")
    return case


@transaction.atomic
def withdraw(case: EntryCase, decision: Decision) -> EntryCase:
    """Take an application back, as the applicant asked, as long as the township has not passed it."""
    case = locked_one(case)
    decision.fire("withdraw", case)
    _record(case, "households.entry.withdraw", decision.actor, f"撤回：{decision.comment}")
    return case


@transaction.atomic
def deliver(
    paper: EntryRefusal,
    *,
    actor,
    delivered_on: date,
    receiver: str,
    relation: str,
    receipt: str,
    delivered_by: str,
    receipt_note: str = "",
    late_reason: str = "",
    scan: StoredFile | None = None,
) -> EntryRefusal:
    """Note that a 告知书 was handed over: to whom, when, by whom, signed or refused; once.

    Raises PermissionDenied (register.propose or register.confirm there), ValidationError by field.
    """
    case = EntryCase.objects.select_related("household").get(pk=paper.case_id)
    if not any(
        actor.has_right_at(right, case.area_code) for right in ("register.propose", "register.confirm")
    ):
        raise PermissionDenied("您没有在该区划登记送达的权限。")
    delivered_on, _ = check_paper_day(
        delivered_on, case.area_code, late_reason, field="delivered_on", what="送达日期"
    )
    errors = {}
    if delivered_on < paper.refused_on:
        errors["delivered_on"] = f"送达日期不能早于作出日期 {paper.refused_on}。"
    if not receiver.strip():
        errors["receiver"] = "请填写签收人。"
    if receipt not in EntryRefusal.Receipt.values:
        errors["receipt"] = "请选择签收或拒签。"
    elif receipt == EntryRefusal.Receipt.REFUSED and not receipt_note.strip():
        errors["receipt_note"] = "拒签的，请写明原因和见证人。"
    if not delivered_by.strip():
        errors["delivered_by"] = "请填写送达人。"
    if errors:
        raise ValidationError(errors)
    rows = EntryRefusal.objects.to_deliver().filter(pk=paper.pk)
    changed = rows.update(
        delivered_on=delivered_on,
        receiver=receiver.strip()[:60],
        relation=relation.strip()[:20],
        receipt=receipt,
        receipt_note=receipt_note.strip()[:200],
        delivered_by=delivered_by.strip()[:60],
        delivery_recorded_by=actor,
    )
    if changed != 1:
        raise ValidationError("这份告知书已经登记送达。")
    if scan is not None:
        link(scan, case, role="receipt", actor=actor)
    paper.refresh_from_db()
    _record(
        case,
        "households.entry.deliver",
        actor,
        f"{paper.title}于 {delivered_on} 送达，{paper.get_receipt_display()}",
    )
    return paper


def _record(case: EntryCase, action: str, actor, text: str) -> None:
    record(action, case.household, actor=actor, summary=f"{case.get_kind_display()}：{text}")
