"""帮扶措施 of any household: planned, begun, done with what came of it, or cancelled with the reason (forms.md 3.3, A6).

What begins at once for a household under watch is noted by households.monitoring.measures.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Gap, HelpPlan, Household, Measure, Visit
from households.options.measure_groups import MEASURE_GROUPS
from households.options.measure_subtypes import MEASURE_SUBTYPES
from households.services.locking import lock_open
from households.services.once import sent_before
from poverty.accounts.models import Unit, User
from poverty.audit.services import record

# What becomes of a measure after it was planned; its plan may be drawn up later.
_LATER = (
    "plan",
    "actual_amount",
    "begins_on",
    "ends_on",
    "cancelled_on",
    "cancel_reason",
    "result",
    "visit",
)
NO_RIGHT = "您没有为该户登记帮扶措施的权限。"
# What answers which indicator, the most usual first; what is not here takes any measure.
ANSWERS = {
    "income": ("industry", "employment", "public_posts", "finance"),
    "food": ("comprehensive", "social"),
    "clothing": ("social", "comprehensive"),
    "education": ("compulsory_education", "other_education"),
    "medical": ("health", "comprehensive"),
    "housing": ("housing", "relocation"),
    "water": ("water", "infrastructure"),
    "power": ("infrastructure", "living_conditions"),
    "broadcasting": ("infrastructure", "living_conditions"),
    "road": ("infrastructure",),
    "stable_income": ("industry", "employment", "public_posts", "comprehensive"),
}


@transaction.atomic
def plan_measure(
    household: Household,
    *,
    group: str,
    content: str,
    responsible: str,
    planned_until: date,
    actor,
    planned_from: date | None = None,
    subtype: str = "",
    project: str = "",
    planned_amount: Decimal | None = None,
    unit: Unit | None = None,
    officer: User | None = None,
    gap: Gap | None = None,
    plan: HelpPlan | None = None,
    identity: UUID | None = None,
) -> Measure:
    """Plan a measure for a household and return it; amounts in yuan, None: not known yet.

    `identity`: of the form; the same form sent twice is planned once. Raises PermissionDenied (measure.edit
    over the household), ValidationError by field: an end before the beginning, no words, a
    subtype of another group, a gap or a plan of another household, a plan of a year that is over.
    """
    household = lock_open(household)
    check_right(household, actor)
    made = Measure(
        household=household,
        plan=plan,
        gap=gap,
        group=group,
        subtype=subtype,
        content=content.strip(),
        project=project.strip(),
        planned_amount=planned_amount,
        planned_from=planned_from,
        planned_until=planned_until,
        responsible=responsible.strip(),
        unit=unit,
        officer=officer,
        identity=identity,
        recorded_by=actor,
    )
    if (stands := sent_before(made, later=_LATER)) is not None:
        return stands
    errors = _faults(group, subtype, planned_from, planned_until)
    for name, text in (("content", content), ("responsible", responsible)):
        if not text.strip():
            errors[name] = "请填写。"
    if gap is not None and (gap.household_id != household.pk or not gap.is_open):
        errors["gap"] = "请选择该户还没有补上的缺项。"
    if plan is not None and plan.household_id != household.pk:
        errors["plan"] = "帮扶计划不是该户的。"
    if errors:
        raise ValidationError(errors)
    made.clean_fields(exclude=["household", "plan", "gap", "unit", "officer", "recorded_by", "state"])
    made.save()
    record(
        "households.measure.plan",
        household,
        actor=actor,
        summary=f"计划帮扶措施：{made.get_group_display()}，{made.responsible}，{planned_until} 前完成",
    )
    return made


def _faults(
    group: str, subtype: str, planned_from: date | None, planned_until: date | None
) -> dict[str, str]:
    errors = {}
    if group not in MEASURE_GROUPS:
        errors["group"] = "请选择措施类别。"
    if subtype and (subtype not in MEASURE_SUBTYPES or MEASURE_SUBTYPES[subtype].group != group):
        errors["subtype"] = "这一小类不属于所选的措施类别，请核对。"
    if planned_until is None:
        errors["planned_until"] = "请填写计划完成日期。"
    elif planned_from is not None and planned_until < planned_from:
        errors["planned_until"] = "计划完成日期不能早于计划开始日期。"
    return errors


@transaction.atomic
def begin_measure(measure: Measure, *, on: date, actor) -> Measure:
    """Note the day on which a planned measure began. Raises PermissionDenied, ValidationError: to come, begun or over."""
    measure = _locked(measure, actor)
    if measure.state != Measure.State.PLANNED:
        raise ValidationError(f"这项措施{measure.get_state_display()}，不能再开始。")
    if on > timezone.localdate():
        raise ValidationError({"on": "开始日期不能晚于今天。"})
    measure.begins_on = on
    return _saved(measure, "begin", f"开始帮扶措施：{measure.get_group_display()}，{on}", actor)


@transaction.atomic
def finish_measure(
    measure: Measure,
    *,
    on: date,
    result: str,
    actor,
    actual_amount: Decimal | None = None,
    visit: Visit | None = None,
) -> Measure:
    """Note that a measure is done, on a day, with what came of it (帮扶成效) and what it cost in yuan.

    A `visit` of the household proves it. What was only planned begins on that day. Raises PermissionDenied, ValidationError
    by field: over already, to come, before it began, no result, a visit of another household.
    """
    measure = _locked(measure, actor)
    if measure.state not in (Measure.State.PLANNED, Measure.State.UNDER_WAY):
        raise ValidationError(f"这项措施{measure.get_state_display()}，不能再办结。")
    errors = {}
    if on > timezone.localdate() or (measure.begins_on and on < measure.begins_on):
        errors["on"] = f"完成日期须在{f' {measure.begins_on} 至' if measure.begins_on else ''}今天以前。"
    if not result.strip():
        errors["result"] = "请写明帮扶成效：农户得到了什么。"
    if actual_amount is not None and actual_amount < 0:
        errors["actual_amount"] = "金额不能为负数。"
    if visit is not None and visit.household_id != measure.household_id:
        errors["visit"] = "这次走访不是该户的。"
    if errors:
        raise ValidationError(errors)
    measure.begins_on = measure.begins_on or on
    measure.ends_on, measure.result = on, result.strip()
    measure.actual_amount, measure.visit = actual_amount, visit
    return _saved(
        measure, "finish", f"完成帮扶措施：{measure.get_group_display()}，{on}，{measure.result}", actor
    )


@transaction.atomic
def cancel_measure(measure: Measure, *, reason: str, actor) -> Measure:
    """Cancel a measure that is not done, with the reason. Raises PermissionDenied, ValidationError at "reason"."""
    measure = _locked(measure, actor)
    if measure.state not in (Measure.State.PLANNED, Measure.State.UNDER_WAY):
        raise ValidationError(f"这项措施{measure.get_state_display()}，不能再取消。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消原因。"})
    measure.cancelled_on, measure.cancel_reason = timezone.localdate(), reason.strip()
    return _saved(
        measure, "cancel", f"取消帮扶措施：{measure.get_group_display()}，{measure.cancel_reason}", actor
    )


def check_right(household: Household, actor) -> None:
    """PermissionDenied unless a person may note help to this household."""
    if not Household.objects.visible_to(actor, "measure.edit").filter(pk=household.pk).exists():
        raise PermissionDenied(NO_RIGHT)


def _locked(measure: Measure, actor) -> Measure:
    check_right(measure.household, actor)
    return Measure.objects.select_for_update(of=("self",)).select_related("household").get(pk=measure.pk)


def _saved(measure: Measure, verb: str, summary: str, actor) -> Measure:
    measure.clean_fields(
        exclude=["household", "case", "plan", "gap", "unit", "officer", "visit", "recorded_by", "state"]
    )
    measure.save()
    record(f"households.measure.{verb}", measure.household, actor=actor, summary=summary)
    measure.refresh_from_db(fields=["state"])
    return measure
