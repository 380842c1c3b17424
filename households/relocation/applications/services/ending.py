"""Applications that do not go on: refused with the reason that the household is told, sent back, withdrawn."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import RelocationApplication
from households.relocation.applications.conditions import CASE, refused_by_village
from households.services.case_lists import locked_one
from households.services.decision import Decision
from households.services.fact_rows import late_words
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile
from poverty.review.models import Step
from poverty.review.services.papers import check_paper_day

# Where it stands -> the step by which township and county refuse it; the village does by its meeting.
_FROM_ABOVE = {"applied": "refuse_township", "appraised": "refuse_township", "reported": "refuse_county"}
RETURNS = {
    "appraised": "return_township",
    "reported": "return_county",
    "approved": "revoke_approval",
    "announced": "revoke_approval",
}


@transaction.atomic
def refuse(case: RelocationApplication, contact: str, decision: Decision) -> RelocationApplication:
    """Refuse an application where it stands, with the reason (the decision's comment) that its household is told.

    `contact`: who takes in an objection to it. What lies with the village is refused by its meeting, or by the township.
    Raises PermissionDenied, ValidationError by field (comment, contact), ChangedMeanwhile.
    """
    case = locked_one(case)
    name = "refuse_village" if _by_village(case, decision.actor) else _FROM_ABOVE.get(case.state)
    if name is None:
        raise ValidationError(f"该件{case.get_state_display()}，不能再办理。")
    errors = {}
    if not decision.comment.strip():
        errors["comment"] = "请写明不予批准的原因，要告知农户。"
    if not contact.strip():
        errors["contact"] = "请写明申诉受理单位和电话。"
    if errors:
        raise ValidationError(errors)
    case.refused_reason, case.contact = decision.comment.strip(), contact.strip()
    case.clean_fields(exclude=["household", "created_by", "told_by"])
    rows = RelocationApplication.objects.filter(pk=case.pk, state=case.state)
    if rows.update(refused_reason=case.refused_reason, contact=case.contact) != 1:
        raise ChangedMeanwhile(case.get_state_display())
    decision.fire(name, case)
    _record(case, "refuse", decision.actor, f"不予批准：{case.refused_reason}")
    return case


@transaction.atomic
def send_back(case: RelocationApplication, decision: Decision) -> RelocationApplication:
    """Send an application back to the village for a new round (退回); an approval is revoked with it. Needs a reason.

    Raises PermissionDenied, ValidationError by field (comment, document_name), ChangedMeanwhile.
    """
    case = locked_one(case)
    if case.state not in RETURNS:
        raise ValidationError(f"该件{case.get_state_display()}，不能退回。")
    step = decision.fire(RETURNS[case.state], case)
    # Counted by the trigger that every way back to the beginning passes.
    case.refresh_from_db(fields=["round", "said_before"])
    label = "撤销批准并退回" if step.transition == "revoke_approval" else "退回"
    _record(case, "return", decision.actor, f"{label}：{decision.comment}")
    return case


@transaction.atomic
def withdraw(case: RelocationApplication, decision: Decision) -> RelocationApplication:
    """Take an application back as its household asked in writing, as long as it has not moved in."""
    case = locked_one(case)
    decision.fire("withdraw", case)
    _record(case, "take_back", decision.actor, f"农户撤回：{decision.comment}")
    return case


@transaction.atomic
def tell(case: RelocationApplication, *, actor, told_on: date, told_to: str, late_reason: str = "") -> None:
    """Note that a refused household was told why: on which day, who took the paper; once.

    Raises PermissionDenied (register.propose or register.confirm there), ValidationError by field.
    """
    case = locked_one(case)
    if not any(
        actor.has_right_at(right, case.area_code) for right in ("register.propose", "register.confirm")
    ):
        raise PermissionDenied("您没有在该区划登记告知的权限。")
    told_on, late_reason = check_paper_day(
        told_on, case.area_code, late_reason, field="told_on", what="告知日期"
    )
    refused_on = refused_day(case)
    errors = {}
    if refused_on is None:
        raise ValidationError(f"该件{case.get_state_display()}，没有要告知的。")
    if told_on < refused_on:
        errors["told_on"] = f"告知日期不能早于决定日期 {refused_on}。"
    if not told_to.strip():
        errors["told_to"] = "请填写接收人。"
    if errors:
        raise ValidationError(errors)
    rows = RelocationApplication.objects.to_tell().filter(pk=case.pk)
    if rows.update(told_on=told_on, told_to=told_to.strip()[:60], told_by=actor) != 1:
        raise ValidationError("已经登记过告知。")
    _record(case, "tell", actor, f"{told_on} 已把不予批准的原因告知农户{late_words(late_reason)}")


def refused_day(case: RelocationApplication) -> date | None:
    """The day on the paper of its refusal; None: it was not refused."""
    if case.state != RelocationApplication.State.REFUSED:
        return None
    return (
        Step.objects.of_case(CASE, case.pk)
        .filter(target=case.state)
        .values_list("happened_on", flat=True)
        .last()
    )


def _by_village(case: RelocationApplication, actor) -> bool:
    """Whether the village's meeting refuses it: what lies there, for who proposes. Who also confirms follows the meeting
    where it has said no, and refuses as the township where it has not.
    """
    if case.state != RelocationApplication.State.APPLIED:
        return False
    if not actor.has_right_at("register.propose", case.area_code):
        return False
    if not actor.has_right_at("register.confirm", case.area_code):
        return True
    return not refused_by_village(RelocationApplication.objects.filter(pk=case.pk))


def _record(case: RelocationApplication, verb: str, actor, text: str) -> None:
    record(f"households.relocation.{verb}", case.household, actor=actor, summary=f"搬迁申请：{text}")
