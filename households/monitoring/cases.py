"""One pass of the procedure: opened by a clue, visited, compared, and moved on step by step (workflow.py).

Meetings, notices and announcements act on lists: village_lists.py.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.models import CaseComparison, CaseRisk, Clue, Household, Monitoring, MonitoringCase
from households.monitoring.conditions import CASE_TYPE, LINE, visit_gaps
from households.monitoring.deadlines import decision_due
from households.monitoring.effects import take_effect
from households.monitoring.workflow import MONITORING_CASE
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from households.services.locking import lock_open, require_registered
from poverty.audit.services import record
from poverty.parameters.services import value_for
from poverty.review.errors import constraint_of
from poverty.review.services import fire, messages_of, note_fact_entry

VISIT_FIELDS = (
    "visited_on",
    "visitors",
    "authorized_on",
    "authorized_by",
    "signer_relation",
    "category",
    "net_income_per_head",
    "self_paid",
    "education_issue",
    "insurance_issue",
    "housing_issue",
    "water_issue",
    "difficulties",
    "ability",
    "without_labour",
    "contact_name",
    "contact_phone",
    "removal_method",
    "income_stable",
    "guarantees_stable",
    "risk_gone",
    "no_new_risk",
)
MOST_RISKS = 5
IDENTIFY, REMOVE = MonitoringCase.Purpose.IDENTIFY, MonitoringCase.Purpose.REMOVE


@transaction.atomic
def open_case(
    household: Household,
    purpose: str = IDENTIFY,
    *,
    reason: str,
    actor,
    clue: Clue | None = None,
    opened_on: date | None = None,
    late_reason: str = "",
    document_name: str = "",
) -> MonitoringCase:
    """Open the identification of a household, or the removal of its risk, and return the case.

    Every clue of the household that waits is answered by it. The deadline counts from the clue that came first. Raises
    PermissionDenied, ValidationError: no reason, a case on its way, watched already, or nothing to remove.
    """
    household = lock_open(household)
    require_registered(household)
    if not reason.strip():
        raise ValidationError({"reason": "请写明启动的原因。"})
    opened_on = opened_on or timezone.localdate()
    present = Monitoring.objects.present().filter(household=household).first()
    if purpose == IDENTIFY and present is not None:
        raise ValidationError(f"该户已是监测对象（{present.identified_on} 识别），不必再纳入。")
    if purpose == REMOVE and present is None:
        raise ValidationError("该户不是监测对象，没有风险可以消除。")
    clues = list(Clue.objects.open().filter(household=household).select_for_update(of=("self",)))
    if clue is not None and clue.pk not in {one.pk for one in clues}:
        raise ValidationError("这条线索已经办结，请刷新后再办。")
    if purpose == REMOVE and clues:
        raise ValidationError("该户还有线索等待核实，核实以前不能启动风险消除。")
    began = min((one.received_on for one in clues), default=opened_on)
    case = MonitoringCase(
        household=household,
        purpose=purpose,
        monitoring=present,
        opened_on=opened_on,
        due_on=max(decision_due(household.area_id, began), opened_on),
        reason=reason.strip()[:200],
        recorded_by=actor,
    )
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        if constraint_of(error) != "one_open_monitoring_case":
            raise
        raise ValidationError("该户已有一件监测事项在办理，请刷新后查看。") from error
    paper = {"happened_on": opened_on, "late_reason": late_reason, "document_name": document_name}
    fire("open_case", case, actor=actor, comment=case.reason, **paper)
    for one in clues:
        one.case, one.answer, one.answered_on = case, f"转入识别：{case.reason}", opened_on
        one.save(update_fields=["case", "answer", "answered_on"])
        fire("clue_to_case", one, actor=actor, **paper)
    return case


@transaction.atomic
def save_visit(
    case: MonitoringCase, values: Mapping[str, Any], *, actor, risks: Sequence[str] | None = None
) -> MonitoringCase:
    """Write down what the visit found (VISIT_FIELDS) and the risks in their order; None leaves them.

    Nothing is decided by it: `advance(case, "visit")` follows when it is whole. What has been handed in may be corrected
    until it is compared, and stays whole. Raises ValidationError by field: past its comparison, a day to come or before
    the case, more than five risks, one risk twice; and what would be missing after the correction.
    """
    case = locked(case)
    if case.state not in (MonitoringCase.State.OPENED, MonitoringCase.State.VISITED):
        raise ValidationError(f"{case.get_state_display()}，入户核实的内容不能再改。")
    _check_proposer(actor, case)
    if unknown := set(values) - set(VISIT_FIELDS):
        raise TypeError(f"Not what a visit finds: {', '.join(sorted(unknown))}.")
    for name, value in values.items():
        setattr(case, name, value)
    _check_days(case)
    on = case.visited_on or case.opened_on
    case.income_reference = value_for(LINE, case.household.area_id, on)
    case.clean_fields(exclude=["household", "monitoring", "recorded_by"])
    if risks is not None:
        _replace_risks(case, risks)
    if case.state == MonitoringCase.State.VISITED and (gaps := visit_gaps(case, case.risks.exists())):
        raise ValidationError([f"已提交的核实不能改得不完整。{text}" for text in gaps])
    case.save(update_fields=[*values, "income_reference"])
    note_fact_entry(CASE_TYPE, case.pk, actor)
    record(
        "households.monitoringcase.save_visit", case, actor=actor, summary=f"入户核实 {case.visited_on or ''}"
    )
    return case


@transaction.atomic
def set_comparison(
    case: MonitoringCase,
    subject: str,
    result: str,
    *,
    legal_basis: str,
    actor,
    note: str = "",
    on: date | None = None,
) -> CaseComparison:
    """Write down what a bureau says of a household that authorised it; said again in a round, the last one counts.

    A bureau's officer answers for his own sector only. Raises PermissionDenied and ValidationError by field.
    """
    case = locked(case)
    if case.state != MonitoringCase.State.VISITED:
        raise ValidationError(f"{case.get_state_display()}，现在不能比对。")
    if case.authorized_on is None:
        raise ValidationError("没有承诺授权书，不能比对信息。")
    if subject not in may_compare(actor, case):
        raise PermissionDenied("您没有比对这一项的权限。")
    on = on or timezone.localdate()
    if on < case.authorized_on or on > timezone.localdate():
        raise ValidationError({"compared_on": "比对日期须在承诺授权之后，不能晚于今天。"})
    said = CaseComparison.objects.of_round().filter(case=case, subject=subject).first()
    row = said or CaseComparison(case=case, round=case.round, subject=subject)
    row.result, row.note, row.legal_basis = result, note.strip(), legal_basis.strip()
    row.compared_on, row.compared_by = on, actor
    if not row.legal_basis:
        raise ValidationError({"legal_basis": "请写明比对的依据。"})
    if result != CaseComparison.Result.NOTHING and not row.note:
        raise ValidationError({"note": "有疑点的请写明是什么、怎么核实的。"})
    row.clean_fields(exclude=["case", "compared_by"])
    row.save()
    record(
        "households.monitoringcase.set_comparison",
        case,
        actor=actor,
        summary=f"信息比对：{row.get_subject_display()} {row.get_result_display()}",
    )
    return row


def may_compare(user, case: MonitoringCase) -> list[str]:
    """Keys of the subjects of which a person may say the answer: the county office all, a bureau its own sector's."""
    scope = user.scope("monitoring.compare")
    if not scope.covers(case.household.area_id):
        return []
    sectors = scope.sectors_at(case.household.area_id)
    return [one.key for one in COMPARISON_SUBJECTS if not sectors or one.sector in sectors]


@transaction.atomic
def advance(case: MonitoringCase, name: str, *, actor, national_entry: str = "", **entry) -> MonitoringCase:
    """Fire a transition of a case; recorded, it changes the object of monitoring.

    Raises what `fire` raises, and ValidationError at "national_entry".
    """
    case = locked(case)
    if name == "record_case":
        case.national_entry = national_entry.strip()[:100]
        if not case.national_entry:
            raise ValidationError({"national_entry": "请写明系统录入的凭据，例如录入日期和批次。"})
        case.save(update_fields=["national_entry"])
    transition = MONITORING_CASE.get(name)
    # Asked before `fire` moves the state: a constraint of the table would speak first.
    if case.state in (transition.sources or ()) and (missing := messages_of(transition, case)):
        raise ValidationError(missing)
    step = fire(name, case, actor=actor, **entry)
    if name == "record_case":
        take_effect(case, actor=actor, document_name=step.document_name)
    return case


def locked(case: MonitoringCase) -> MonitoringCase:
    """The case as it stands now, held against others."""
    rows = MonitoringCase.objects.select_for_update(of=("self",)).select_related("household", "monitoring")
    return rows.get(pk=case.pk)


def _check_proposer(actor, case: MonitoringCase) -> None:
    if not actor.has_right_at("monitoring.propose", case.household.area_id):
        raise PermissionDenied("您没有在该区划填写入户核实的权限。")


def _check_days(case: MonitoringCase) -> None:
    today, errors = timezone.localdate(), {}
    for name in ("visited_on", "authorized_on"):
        day = getattr(case, name)
        if day is None:
            continue
        if day > today:
            errors[name] = "日期不能晚于今天。"
        elif name == "visited_on" and day < case.opened_on:
            errors[name] = f"入户日期不能早于启动日期 {case.opened_on}。"
    if errors:
        raise ValidationError(errors)


def _replace_risks(case: MonitoringCase, risks: Sequence[str]) -> None:
    if len(risks) > MOST_RISKS:
        raise ValidationError({"risks": "致贫返贫风险最多五项。"})
    if len(set(risks)) < len(risks):
        raise ValidationError({"risks": "同一风险只填一次。"})
    CaseRisk.objects.filter(case=case).delete()
    CaseRisk.objects.bulk_create(
        CaseRisk(case=case, position=position, risk=risk) for position, risk in enumerate(risks, 1)
    )
