"""The yearly plan (预退出), the calculation with the bureaus' comparison, and the list that goes to the meeting."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from households.models import BureauConfirmation, ExitCase, Household
from households.options.exit_options import EXIT_BUREAUS, PLANNED, PREPARED
from households.options.poverty_status import POVERTY_STATUSES
from households.services.exits.locking import CASE, hold_households, named
from households.services.locking import lock_keys
from poverty.audit.services import record_select
from poverty.review.batch import fire_many
from poverty.review.errors import constraint_of
from poverty.review.models import Roster, Step
from poverty.review.services.papers import check_paper_day
from poverty.review.services.rosters import make_roster
from poverty.sql.insert import insert_select

_EXITED = POVERTY_STATUSES.keys_where(lambda status: status.is_exited)


@transaction.atomic
def plan_exits(households: QuerySet[Household], year: int, *, actor, **entry) -> int:
    """Put households on the plan of a year; returns how many.

    `households` the actor may see; they are on the register and not exited. `entry` as for `fire` (happened_on, ...).
    Raises ValidationError for one that is not, or whose exit is under way; PermissionDenied without the right there.
    """
    keys = lock_keys(households)
    rows = Household.objects.filter(pk__in=keys)
    if not keys:
        raise ValidationError("请先选择要列入预退出计划的户。")
    if wrong := rows.exclude(state="registered").count():
        raise ValidationError(f"有 {wrong} 户不在册，不能列入预退出计划。")
    if wrong := rows.filter(status__in=["", *_EXITED]).count():
        raise ValidationError(f"有 {wrong} 户已经脱贫或不是建档立卡户，不能列入预退出计划。")
    try:
        with transaction.atomic():
            made = insert_select(
                ExitCase,
                rows,
                {"household": F("pk"), "year": year, "area_code": F("area_id"), "planned_by": actor},
                returning=("id",),
            )
    except IntegrityError as error:
        if constraint_of(error) != "one_open_exit_of_a_household":
            raise
        raise ValidationError("所选的户里有的退出正在办理，请刷新后再选。") from error
    fire_many("plan", ExitCase.objects.filter(pk__in=[pk for (pk,) in made]), actor=actor, **entry)
    rows.update(planned_exit_year=year, version=F("version") + 1)
    return len(made)


@transaction.atomic
def compare(
    cases: QuerySet[ExitCase],
    bureau: str,
    *,
    actor,
    legal_basis: str,
    exceptions: Mapping[int, str] | None = None,
    confirmed_on: date | None = None,
    late_reason: str = "",
) -> int:
    """Record what a bureau's comparison says of cases: in order, but for the exceptions named by case with what is
    wrong. Returns how many were said to be in order. The last word of a round counts.

    Raises PermissionDenied unless the actor fills in that sector at each place; ValidationError by field.
    """
    if bureau not in EXIT_BUREAUS:
        raise ValidationError({"bureau": "请选择部门。"})
    exceptions = {pk: note.strip() for pk, note in (exceptions or {}).items()}
    if not legal_basis.strip():
        raise ValidationError({"legal_basis": "请写明比对依据（文件名称或协议）。"})
    if any(not note for note in exceptions.values()):
        raise ValidationError({"exceptions": "有异常的户请写明情况。"})
    rows = list(cases.order_by("pk").values_list("pk", "round", "area_code", "state"))
    if not rows:
        raise ValidationError("没有需要比对的户。")
    if unknown := set(exceptions) - {row[0] for row in rows}:
        raise ValidationError({"exceptions": f"有 {len(unknown)} 户不在本次比对的名单上。"})
    scope = actor.scope("sector.edit")
    if not all(scope.covers(row[2], bureau) for row in rows):
        raise PermissionDenied(f"只有{EXIT_BUREAUS.label(bureau)}能填报自己的比对结果。")
    if late := [row for row in rows if row[3] != PLANNED]:
        raise ValidationError(f"有 {len(late)} 户已经完成测算，不再比对；确有异常的请通知县扶贫办退回。")
    day, late_reason = check_paper_day(
        confirmed_on, min(row[2] for row in rows), late_reason, field="confirmed_on", what="比对日期"
    )
    BureauConfirmation.objects.bulk_create(
        BureauConfirmation(
            case_id=pk,
            round=number,
            bureau=bureau,
            result="exception" if pk in exceptions else "ok",
            note=exceptions.get(pk, "")[:200],
            confirmed_on=day,
            legal_basis=legal_basis.strip()[:200],
            recorded_by=actor,
            late_reason=late_reason,
        )
        for pk, number, *_ in rows
    )
    record_select(
        "households.exit.compare",
        ExitCase.objects.filter(pk__in=[row[0] for row in rows]),
        actor=actor,
        case_type=CASE,
        area_code=F("area_code"),
        summary=f"{EXIT_BUREAUS.label(bureau)}比对，依据：{legal_basis.strip()}",
    )
    return len(rows) - len(exceptions)


@transaction.atomic
def prepare_cases(cases: QuerySet[ExitCase], *, actor, **entry) -> int:
    """测算比对 done: every household of these is met today, nothing in the way, every bureau in order. All or none."""
    keys = hold_households(cases)
    if not keys:
        raise ValidationError("请先选择已经具备条件的户。")
    return fire_many("prepare", ExitCase.objects.filter(pk__in=keys), actor=actor, **entry)


@transaction.atomic
def make_list(
    area_code: str,
    year: int,
    *,
    actor,
    case_ids: Iterable[int],
    made_on: date | None = None,
    late_reason: str = "",
) -> Roster:
    """Put the chosen ones of a village's calculated cases on the list that goes to the meeting, as of a day.

    Raises PermissionDenied without the right there; ValidationError by field: none chosen, one that is not calculated or
    stands on another list, a day to come, before a household was calculated, or late without reason.
    """
    if not actor.has_right_at("register.propose", area_code):
        raise PermissionDenied("名单由村造册。")
    wanted = set(case_ids)
    if not wanted:
        raise ValidationError("请先选择要造册的户。")
    made_on, late_reason = check_paper_day(made_on, area_code, late_reason, field="made_on", what="造册日期")
    cases = ExitCase.objects.visible_to(actor).filter(area_code=area_code, year=year, pk__in=wanted)
    hold_households(cases)
    # Held from here on: a case that somebody else lists or moves on meanwhile is waited for and asked again.
    ready = list(cases.select_for_update(of=("self",)).order_by("pk").filter(state=PREPARED))
    if missing := wanted - {one.pk for one in ready}:
        raise ValidationError(f"{named(missing, actor)}还没有测算，或已被他人办理，请刷新后再选。")
    steps = Step.objects.filter(
        case_type=CASE, case_id__in=wanted, transition="prepare", happened_on__gt=made_on
    )
    rounds = {one.pk: one.round for one in ready}
    if early := {pk for pk, number in steps.values_list("case_id", "round") if rounds[pk] == number}:
        raise ValidationError({"made_on": f"造册日期早于{named(early, actor)}的测算日期。"})
    return make_roster(
        CASE,
        ExitCase.objects.filter(pk__in=wanted),
        area_code=area_code,
        year=year,
        title=f"{year}年度拟退出贫困户名单",
        actor=actor,
        made_on=made_on,
        late_reason=late_reason,
        order=("household__settlement", "household"),
    )
