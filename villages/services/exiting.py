"""The exit of a village, step by step: planned, checked on the spot, sent back, dropped (villages/workflow.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from poverty.audit.services import record
from poverty.files.models import FileLink
from poverty.files.services import link, unlink
from poverty.review.batch import fire_many
from poverty.review.entry import holds_right, no_right
from poverty.review.errors import constraint_of
from poverty.review.models import Step
from poverty.review.services import fire
from poverty.review.services.papers import check_paper_day
from poverty.sql.insert import insert_select
from villages.exit_readiness import requirements_of, rows_to_check
from villages.models import CheckItem, CheckSheet, ExitCase, Stage, Village
from villages.rounds import open_round_of
from villages.services.assess import judge_villages
from villages.services.facts import lock_village
from villages.workflow import EXIT

# Who looks in which state, and the step that follows when everything is reached.
STEP_OF = {
    Stage.SELF: "selfcheck_village",
    Stage.TOWNSHIP: "review_village",
    Stage.COUNTY: "check_village",
    Stage.CITY: "accept_village",
}
STAGE_IN = {
    ExitCase.State.PLANNED: Stage.SELF,
    ExitCase.State.SELFCHECKED: Stage.TOWNSHIP,
    ExitCase.State.REVIEWED: Stage.COUNTY,
    ExitCase.State.CHECKED: Stage.CITY,
}


@dataclass(frozen=True)
class Found:
    """What was found of one indicator on the spot."""

    passed: bool
    note: str = ""


@transaction.atomic
def plan_exits(
    villages: QuerySet[Village],
    year: int,
    *,
    actor,
    document_name: str,
    happened_on: date | None = None,
    late_reason: str = "",
) -> int:
    """Put villages on the year's plan of exits, by one document, and return how many; set-based.

    Raises PermissionDenied, ValidationError (no village chosen, one that is not on the list, one that is on its way
    already, no document, late without a reason).
    """
    ids = list(
        villages.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
    )
    rows = Village.objects.filter(pk__in=ids)
    if not ids:
        raise ValidationError("请先勾选要列入计划的村。")
    if others := list(rows.exclude(status="listed", ended_on__isnull=True).select_related("area")[:5]):
        names = "、".join(str(one) for one in others)
        raise ValidationError(f"{names}不在未出列的贫困村名单上，不能列入出列计划。")
    if not document_name.strip():
        raise ValidationError({"document_name": "请填写年度减贫计划等依据文件。"})
    try:
        with transaction.atomic():
            made = insert_select(
                ExitCase,
                rows,
                {"village": F("pk"), "year": year, "plan_document": document_name.strip()[:200]},
                returning=("id",),
            )
    except IntegrityError as error:
        if constraint_of(error) not in ("one_open_exit_of_a_village", "a_village_exits_once"):
            raise
        raise ValidationError("其中有的村已经列入出列计划，请刷新后再选。") from error
    return fire_many(
        "plan_village_exit",
        ExitCase.objects.filter(pk__in=[pk for (pk,) in made]),
        actor=actor,
        happened_on=happened_on,
        document_name=document_name,
        late_reason=late_reason,
    )


@transaction.atomic
def save_sheet(
    case: ExitCase,
    stage: str,
    found: Mapping[str, Found],
    *,
    actor,
    checked_on: date,
    team: str,
    opinion: str = "",
    late_reason: str = "",
) -> CheckSheet:
    """Keep what was found when a village was checked; said again in the same round, the last one counts.

    Every indicator of the standard is answered. Raises PermissionDenied (not his step), ValidationError by field:
    another state of the case, a day to come, nobody named, something left out, a fault without a reason.
    """
    row = lock_case(case.pk)
    if STAGE_IN.get(row.state) != stage:
        raise ValidationError(f"现在是“{row.get_state_display()}”，不能填写{Stage(stage).label}表。")
    transition = EXIT.get(STEP_OF[stage])
    if not holds_right(actor, transition, row.village.area_id):
        raise PermissionDenied(no_right(transition))
    day, _ = check_paper_day(
        checked_on, row.village.area_id, late_reason, field="checked_on", what="核查日期"
    )
    judge_villages([row.village_id], row.year)
    wanted = [one.indicator for one in rows_to_check(requirements_of(row))]
    if not wanted:
        raise ValidationError(f"{row.year}年度还没有判定，先填写本年度信息并发布村的退出标准。")
    errors: dict[str, str] = {}
    if not team.strip():
        errors["team"] = "请填写参加人员，与纸质表签字一致。"
    for code in wanted:
        if code not in found:
            errors[f"item-{code}"] = "请选择达到或未达到。"
        elif not found[code].passed and not found[code].note.strip():
            errors[f"item-{code}"] = "未达到的请写明差什么。"
    if errors:
        raise ValidationError(errors)
    sheet, _ = CheckSheet.objects.update_or_create(
        case=row,
        round=open_round_of(row.pk),
        stage=stage,
        defaults={
            "checked_on": day,
            "team": team.strip()[:200],
            "opinion": opinion.strip()[:500],
            "recorded_by": actor,
        },
    )
    sheet.items.all().delete()
    CheckItem.objects.bulk_create(
        CheckItem(sheet=sheet, indicator=code, passed=found[code].passed, note=found[code].note.strip()[:200])
        for code in wanted
    )
    failed = sum(not found[code].passed for code in wanted)
    record(
        "villages.exit.sheet",
        row,
        actor=actor,
        summary=f"{Stage(stage).label}表，{day}，{len(wanted)} 项"
        + (f"，未达到 {failed} 项" if failed else ""),
    )
    if failed and stage == Stage.CITY:
        _lay_papers_by(row, actor)
    return sheet


def _lay_papers_by(case: ExitCase, actor) -> None:
    """What was uploaded for an acceptance that failed stays as its paper, and is none of the next one."""
    for one in FileLink.objects.of(case._meta.label_lower, case.pk, "sheet"):
        link(one.file, case, role="sheet_failed", actor=actor)
        unlink(one, actor=actor, area_code=case.area_code, reason="验收未通过，归入该次验收")


@transaction.atomic
def take_step(name: str, case: ExitCase, *, actor, **entry) -> Step:
    """Carry out a step of an exit on the figures of this moment: the village is judged again before.

    `entry` as in review.fire. Raises what fire raises; a village that is not met is refused with what it lacks. One that
    was merged away is refused everything but 退出计划: its exit would stay open for ever.
    """
    row = lock_case(case.pk, ended=name == "drop_village")
    judge_villages([row.village_id], row.year)
    step = fire(name, row, actor=actor, **entry)
    case.state = row.state
    return step


def lock_case(pk: int, *, ended: bool = False) -> ExitCase:
    """An exit with its village, both locked until the transaction ends: village first, as a save of its facts does.

    `ended`: of a village that was merged away too; else that raises ValidationError.
    """
    found = ExitCase.objects.only("village_id").get(pk=pk)
    lock_village(found.village_id, ended=ended)
    return (
        ExitCase.objects.select_for_update(no_key=True, of=("self",))
        .select_related("village__area")
        .get(pk=pk)
    )
