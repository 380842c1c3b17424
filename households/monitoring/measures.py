"""帮扶措施 for households under watch: dated, tied to the risk they answer; urgent help may begin before approval."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Measure, MonitoringCase
from households.services.locking import lock_open
from poverty.audit.services import record

# 风险 ↔ 帮扶措施 as the provincial checks want it (standards.md 9.3); a risk that is not here takes any measure.
FITTING = {
    "schooling": ("other_education", "compulsory_education", "social"),
    "illness": ("health", "social", "comprehensive"),
    "housing": ("housing", "relocation"),
    "water": ("water",),
}


@transaction.atomic
def add_measure(
    household: Household,
    *,
    group: str,
    content: str,
    begins_on: date,
    responsible: str,
    actor,
    risk: str = "",
    ends_on: date | None = None,
    case: MonitoringCase | None = None,
) -> Measure:
    """Note a measure from a day on and return it. No approval is waited for.

    Raises PermissionDenied (measure.edit over the household), ValidationError by field: an end before the beginning, a
    day to come, no words, a measure that does not answer the risk it names.
    """
    household = lock_open(household)
    if not Household.objects.visible_to(actor, "measure.edit").filter(pk=household.pk).exists():
        raise PermissionDenied("您没有为该户登记帮扶措施的权限。")
    errors = {}
    if begins_on > timezone.localdate():
        errors["begins_on"] = "开始日期不能晚于今天，开始后再登记。"
    if ends_on is not None and ends_on < begins_on:
        errors["ends_on"] = "结束日期不能早于开始日期。"
    if group not in FITTING.get(risk, (group,)):
        errors["group"] = "这类措施与所选的风险不对应，请核对。"
    for name, text in (("content", content), ("responsible", responsible)):
        if not text.strip():
            errors[name] = "请填写。"
    if errors:
        raise ValidationError(errors)
    # An end that is still to come is a plan: the measure goes on.
    goes_on = ends_on is None or ends_on > timezone.localdate()
    made = Measure(
        household=household,
        case=case,
        group=group,
        risk=risk,
        content=content.strip(),
        begins_on=begins_on,
        planned_until=ends_on,
        ends_on=None if goes_on else ends_on,
        responsible=responsible.strip(),
        recorded_by=actor,
    )
    made.clean_fields(exclude=["household", "case", "recorded_by", "state"])
    made.save()
    record(
        "households.measure.add",
        household,
        actor=actor,
        summary=f"帮扶措施：{made.get_group_display()}，{begins_on} 起，{made.responsible}",
    )
    return made


@transaction.atomic
def end_measure(measure: Measure, *, on: date, actor) -> Measure:
    """End a measure on a day. PermissionDenied, ValidationError: before it began, to come, ended already."""
    if not Household.objects.visible_to(actor, "measure.edit").filter(pk=measure.household_id).exists():
        raise PermissionDenied("您没有为该户登记帮扶措施的权限。")
    if on < measure.begins_on or on > timezone.localdate():
        raise ValidationError({"ends_on": f"结束日期须在 {measure.begins_on} 至今天之间。"})
    if Measure.objects.filter(pk=measure.pk, ends_on=None).update(ends_on=on) != 1:
        raise ValidationError({"ends_on": "这项措施已经结束。"})
    measure.ends_on = on
    record(
        "households.measure.end",
        measure.household,
        actor=actor,
        summary=f"结束帮扶措施：{measure.get_group_display()}，{on}",
    )
    return measure
