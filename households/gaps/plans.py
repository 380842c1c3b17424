"""年度帮扶计划: 帮扶措施 for who is poor, 稳定脱贫措施 for who has exited (A8); and who has none yet."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from households.gaps.measures import check_right
from households.models import HelpPlan, Household, Measure, Monitoring
from households.options.kinds import GENERAL_RURAL
from households.options.poverty_status import POVERTY_STATUSES
from households.services.locking import lock_open, require_registered
from poverty.audit.services import record
from poverty.review.errors import constraint_of

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)
EARLIEST = 2014


def kind_for(household: Household) -> str:
    """Which plan a household gets by its status now."""
    return HelpPlan.Kind.STABLE if household.status in _EXITED else HelpPlan.Kind.HELP


def without_plan(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households on the poverty register, or under watch, that have no plan for the year; the list should be empty."""
    plans = HelpPlan.objects.filter(household=OuterRef("pk"), year=year)
    return needing_plan(rows).filter(~Exists(plans))


def needing_plan(rows: QuerySet[Household]) -> QuerySet[Household]:
    """Households that need a plan each year: on the poverty register, exited or not."""
    return rows.on_register().registered_poor()


@transaction.atomic
def draw_up_plan(
    household: Household, year: int, *, actor, goal: str = "", drawn_up_on: date | None = None
) -> HelpPlan:
    """Draw up a household's plan of a year and return it; measures of that year that are planned or under
    way without a plan become its rows.

    Raises PermissionDenied (measure.edit), ValidationError by field: a plan there already, a year far off, a day to come, a
    household that is neither on the poverty register nor under watch.
    """
    household = lock_open(household)
    check_right(household, actor)
    require_registered(household)
    today = timezone.localdate()
    drawn_up_on = drawn_up_on or today
    if not EARLIEST <= year <= today.year + 1:
        raise ValidationError({"year": f"年度须在 {EARLIEST} 至 {today.year + 1} 之间。"})
    if drawn_up_on > today:
        raise ValidationError({"drawn_up_on": "制定日期不能晚于今天。"})
    watched = Monitoring.objects.present().filter(household=household).exists()
    if household.kind == GENERAL_RURAL and not watched:
        raise ValidationError("该户不是建档立卡户或监测对象，不需要帮扶计划。")
    made = HelpPlan(
        household=household,
        year=year,
        kind=kind_for(household),
        goal=goal.strip(),
        drawn_up_on=drawn_up_on,
        recorded_by=actor,
    )
    made.clean_fields(exclude=["household", "recorded_by"])
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if constraint_of(error) != "one_plan_of_a_household_a_year":
            raise
        raise ValidationError({"year": f"该户{year}年度已有帮扶计划，请在计划里增加措施。"}) from error
    rows = Measure.objects.going_on().filter(household=household, plan__isnull=True)
    rows.in_year(year).update(plan=made)
    record(
        "households.plan.draw_up",
        household,
        actor=actor,
        summary=f"制定{year}年度{made.get_kind_display()}",
    )
    return made


@transaction.atomic
def sign_plan(
    plan: HelpPlan, *, on: date, actor, signer: str = "", relation: str = "", by_helper: bool = False
) -> HelpPlan:
    """Note a signature on the paper: of the helper (the person who notes it), or of the household (`signer`). Once each.

    Raises PermissionDenied, ValidationError by field: signed already, before the plan, a day to come, nobody named.
    """
    check_right(plan.household, actor)
    plan = HelpPlan.objects.select_for_update(of=("self",)).select_related("household").get(pk=plan.pk)
    if not plan.drawn_up_on <= on <= timezone.localdate():
        raise ValidationError({"on": f"签字日期须在制定日期 {plan.drawn_up_on} 至今天之间。"})
    if by_helper:
        if plan.helper_signed_on is not None:
            raise ValidationError({"on": f"帮扶责任人已于 {plan.helper_signed_on} 签字。"})
        if not plan.household.pairings.open_on(on).filter(helper=actor).exists():
            raise ValidationError({"on": "只有该户的帮扶责任人本人能签字。"})
        plan.helper, plan.helper_signed_on = actor, on
    else:
        if plan.household_signed_on is not None:
            raise ValidationError({"on": f"农户已于 {plan.household_signed_on} 签字。"})
        if not signer.strip():
            raise ValidationError({"signer": "请填写签字人。"})
        plan.signer, plan.signer_relation, plan.household_signed_on = signer.strip(), relation.strip(), on
    plan.clean_fields(exclude=["household", "helper", "recorded_by"])
    plan.save()
    who = "帮扶责任人" if by_helper else "农户"
    record(
        "households.plan.sign", plan.household, actor=actor, summary=f"{plan.year}年度帮扶计划{who}签字，{on}"
    )
    return plan
