"""A case that waits because what was appraised has changed, and what keeps a household from exiting at all."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Func, OuterRef, QuerySet, SmallIntegerField, Subquery
from django.utils import timezone

from households.exits.readiness import refusals
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    ExitCase,
    ExitObstacle,
    Household,
    Membership,
)
from households.options.exit_options import CHECKED, OBSTACLES, REVIEWED
from households.services.exits.locking import CASE, hold_households
from poverty.audit.services import record, record_select
from poverty.review.models import FactEntry

# Who looks at a change: the township before its check, the county office from there on.
AT_THE_COUNTY = (CHECKED, REVIEWED, "approved", "announced", "filed")


def right_to_confirm(case: ExitCase) -> str:
    """The right of whoever may say that a held case goes on."""
    return "register.decide" if case.state in AT_THE_COUNTY else "register.confirm"


@transaction.atomic
def confirm_changes(cases: QuerySet[ExitCase], *, actor, comment: str) -> int:
    """Let held cases go on: somebody above the village looked at what changed, and the household is met today.

    What stands today becomes what later changes are compared with. Raises ValidationError when one is not held, not
    met or without reason; PermissionDenied without the right, or for whoever entered its facts in this round.
    """
    comment = comment.strip()
    if not comment:
        raise ValidationError({"comment": "请写明核实的情况。"})
    keys = hold_households(cases)
    rows = ExitCase.objects.filter(pk__in=keys)
    found = list(rows)
    if not found or any(not one.is_held for one in found):
        raise ValidationError("所选的户里有的没有暂缓，请刷新后再办。")
    if not all(actor.has_right_at(right_to_confirm(one), one.area_code) for one in found):
        raise PermissionDenied("变化由乡镇核实；乡镇核查以后由县扶贫办核实。")
    own = FactEntry.objects.filter(case_type=CASE, user=actor, case_id__in=keys)
    rounds = {one.pk: one.round for one in found}
    if any(rounds[pk] == number for pk, number in own.values_list("case_id", "round")):
        raise PermissionDenied("您本轮填报过其中的户，变化须由他人核实。")
    if unready := refusals(rows):
        raise ValidationError(list(dict.fromkeys(text for one in unready.values() for text in one)))
    record_select(
        "households.exit.confirm_changes",
        rows,
        actor=actor,
        case_type=CASE,
        area_code=F("area_code"),
        summary=f"核实变化后继续办理：{comment}"[:500],
    )
    rows.update(held_at=None, hold_kinds=[], **_as_of_today())
    return len(keys)


def _as_of_today() -> dict:
    results = Assessment.objects.filter(household=OuterRef("household"), year=OuterRef("year"))
    members = Membership.objects.filter(household=OuterRef("household"), valid_to=None).order_by("member_id")
    households = Household.objects.filter(pk=OuterRef("household"))
    return {
        "base_standard_id": Subquery(results.values("standard_id")[:1]),
        "base_facts_version": Subquery(results.values("facts_version")[:1]),
        "base_states": Subquery(results.annotate(all=_states()).values("all")[:1]),
        "base_income": Subquery(results.values("net_income_per_head")[:1]),
        "base_members": ArraySubquery(members.values("member_id")),
        "base_head_id": Subquery(households.values("head_id")[:1]),
    }


def _states() -> Func:
    return Func(
        *(F(column) for column in INDICATOR_COLUMNS),
        template="ARRAY[%(expressions)s]",
        output_field=ArrayField(SmallIntegerField()),
    )


@transaction.atomic
def report_obstacle(case: ExitCase, kind: str, *, since: date, note: str, actor) -> ExitObstacle:
    """Note what keeps a household from exiting until it is lifted: whoever works on the case may see it first."""
    errors = {}
    if kind not in OBSTACLES:
        errors["kind"] = "请选择情形。"
    if not note.strip():
        errors["note"] = "请写明情况。"
    if since > timezone.localdate():
        errors["since"] = "发生日期不能晚于今天。"
    if errors:
        raise ValidationError(errors)
    if not works_on(actor, case):
        raise PermissionDenied("由村、乡镇或县扶贫办登记。")
    row = ExitObstacle.objects.create(
        case=case, kind=kind, since=since, note=note.strip()[:200], recorded_by=actor
    )
    record(
        "households.exit.obstacle",
        case,
        actor=actor,
        summary=f"{row.get_kind_display()}，{since}：{row.note}",
    )
    return row


@transaction.atomic
def lift_obstacle(obstacle: ExitObstacle, *, reason: str, actor) -> None:
    """The township or the county has found that it stands no longer in the way."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明解除的依据。"})
    place = obstacle.case.area_code
    if not any(actor.has_right_at(right, place) for right in ("register.confirm", "register.decide")):
        raise PermissionDenied("由乡镇或县扶贫办解除。")
    rows = ExitObstacle.objects.filter(pk=obstacle.pk, lifted_on__isnull=True)
    told = {"lifted_on": timezone.localdate(), "lifted_reason": reason.strip()[:200], "lifted_by": actor}
    if rows.update(**told) != 1:
        raise ValidationError("该情形已经解除，请刷新后查看。")
    record("households.exit.lift", obstacle.case, actor=actor, summary=f"解除：{reason.strip()}"[:500])


def works_on(actor, case: ExitCase) -> bool:
    """Whether somebody takes part in the procedure at the place of a case."""
    rights = ("register.propose", "register.confirm", "register.decide")
    return any(actor.has_right_at(right, case.area_code) for right in rights)
