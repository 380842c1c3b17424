"""What a case changes when it is recorded, and the states an object of monitoring takes afterwards."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from households.models import CaseRisk, Monitoring, MonitoringCase
from households.monitoring.conditions import stood_before
from households.monitoring.workflow import END_KEEPING
from households.services.facts import touch
from poverty.audit.services import record
from poverty.review.models import Step
from poverty.review.services import fire

CASE_TYPE = "households.monitoringcase"


def take_effect(case: MonitoringCase, *, actor, document_name: str) -> Monitoring:
    """Make the household an object of monitoring, or end its risk, as of the day the county approved."""
    approved_on = _approved_on(case)
    if case.purpose == MonitoringCase.Purpose.REMOVE:
        return _remove(case, approved_on, actor, document_name)
    return _identify(case, approved_on, actor, document_name)


def _approved_on(case: MonitoringCase) -> date:
    steps = Step.objects.filter(case_type=CASE_TYPE, case_id=case.pk, transition="approve")
    return steps.order_by("-id").values_list("happened_on", flat=True)[0]


def _identify(case: MonitoringCase, on: date, actor, document_name: str) -> Monitoring:
    again = Monitoring.objects.filter(household=case.household, risk_state="removed").exists()
    monitoring = Monitoring(
        household=case.household,
        category=case.category,
        identified_on=on,
        whole_household_without_labour=case.without_labour,
        risks=list(CaseRisk.objects.filter(case=case).order_by("position").values_list("risk", flat=True)),
        income_reference=case.income_reference,
        housing_issue=case.housing_issue,
        dropout_issue=case.education_issue,
        water_issue=case.water_issue,
        insurance_issue=case.insurance_issue,
        contact_name=case.contact_name,
        contact_phone=case.contact_phone,
        risk_state="marked_again" if again else "present",
        source="entered",
        document=document_name[:200],
    )
    try:
        with transaction.atomic():
            monitoring.save()
    except IntegrityError as error:
        raise ValidationError("该户在这段时间已是监测对象，不能重复纳入。") from error
    MonitoringCase.objects.filter(pk=case.pk).update(monitoring=monitoring)
    case.monitoring = monitoring
    fire("mark_again" if again else "mark", monitoring, actor=actor, document_name=document_name)
    _changed(monitoring, actor, f"纳入监测，{on} 起：{monitoring.get_category_display()}")
    return monitoring


def _remove(case: MonitoringCase, on: date, actor, document_name: str) -> Monitoring:
    monitoring = Monitoring.objects.select_for_update(of=("self",)).get(pk=case.monitoring_id)
    if on <= monitoring.identified_on:
        raise ValidationError(f"风险消除的日期须晚于识别日期 {monitoring.identified_on}。")
    fire("remove_risk", monitoring, actor=actor, document_name=document_name)
    monitoring.removed_on, monitoring.removal_method = on, case.removal_method
    monitoring.save(update_fields=["removed_on", "removal_method"])
    _changed(monitoring, actor, f"风险消除，{on}，{monitoring.get_removal_method_display()}")
    return monitoring


@transaction.atomic
def roll_back(monitoring: Monitoring, *, comment: str, document_name: str, actor) -> Monitoring:
    """回退: the removal did not stand; the household is watched as before. ValidationError when it is watched anew."""
    monitoring = Monitoring.objects.select_for_update(of=("self",)).get(pk=monitoring.pk)
    removed_on = monitoring.removed_on
    fire("roll_back", monitoring, actor=actor, comment=comment, document_name=document_name)
    monitoring.removed_on, monitoring.removal_method = None, ""
    try:
        with transaction.atomic():
            monitoring.save(update_fields=["removed_on", "removal_method"])
    except IntegrityError as error:
        raise ValidationError("该户后来已再次纳入监测，不能回退以前的风险消除。") from error
    _changed(monitoring, actor, f"回退，原消除日期 {removed_on}：{comment}")
    return monitoring


@transaction.atomic
def keep_without_labour(
    monitoring: Monitoring, *, document_name: str, actor, comment: str = ""
) -> Monitoring:
    """整户无劳动力暂不消除: the household stays under watch, helped by allowances."""
    monitoring = Monitoring.objects.select_for_update(of=("self",)).get(pk=monitoring.pk)
    fire("keep_without_labour", monitoring, actor=actor, document_name=document_name, comment=comment)
    monitoring.whole_household_without_labour = True
    monitoring.save(update_fields=["whole_household_without_labour"])
    _changed(monitoring, actor, "整户无劳动力暂不消除")
    return monitoring


@transaction.atomic
def end_keeping(monitoring: Monitoring, *, comment: str, actor, document_name: str = "") -> Monitoring:
    """Somebody of the household can work again: it stands as before it was kept, and its risk may be removed."""
    monitoring = Monitoring.objects.select_for_update(of=("self",)).get(pk=monitoring.pk)
    name, label = END_KEEPING[stood_before(monitoring)]
    fire(name, monitoring, actor=actor, comment=comment, document_name=document_name)
    monitoring.whole_household_without_labour = False
    monitoring.save(update_fields=["whole_household_without_labour"])
    _changed(monitoring, actor, f"{label}：{comment}")
    return monitoring


def _changed(monitoring: Monitoring, actor, summary: str) -> None:
    touch([monitoring.household_id])
    record("households.household.update", monitoring.household, actor=actor, summary=summary)
