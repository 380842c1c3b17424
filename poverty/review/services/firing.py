"""Firing one transition of one case: the only code, with batch.py, that writes a status."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from poverty.audit.services import record
from poverty.review.entry import Entry, check_entry, holds_right, is_own, no_right
from poverty.review.errors import ChangedMeanwhile, constraint_of
from poverty.review.holds import hold_lists, refusals
from poverty.review.lanes import conflict
from poverty.review.leaving import leave_lists
from poverty.review.models import FactEntry, Step
from poverty.review.querysets import open_round
from poverty.review.services.freezing import keep_copies
from poverty.review.workflows import Transition, Workflow, workflows
from poverty.sql.insert import insert_select

LANE_REFUSED = "提出、核实、审定不能由同一人办理，填报信息的人也不能审核，请由他人办理。"


@dataclass(frozen=True)
class Availability:
    """Whether a user may fire a transition of a case now, and if not, why (Chinese, for the page)."""

    transition: Transition
    allowed: bool
    why_not: str = ""


@transaction.atomic
def fire(
    name: str,
    obj: Model,
    *,
    actor: AbstractBaseUser,
    decided_by: AbstractBaseUser | None = None,
    decided_by_name: str = "",
    happened_on: date | None = None,
    comment: str = "",
    late_reason: str = "",
    document_name: str = "",
) -> Step:
    """Carry out a transition of a case and return its step; the state of `obj` is changed with it.

    `actor` types. Who decided is `decided_by` (an account), or `decided_by_name` (a signer without one), or
    the actor. `happened_on` is the day on the paper (None: today). Entering for another needs
    `document_name`; entering late needs `late_reason`. For the first step of a new case the row has been
    inserted with the target state before.

    Raises PermissionDenied (right, place, level), ValidationError by field (dates, comment, document,
    precondition, lanes), ChangedMeanwhile (another was quicker; nothing is written), KeyError (no such
    transition).
    """
    workflow, transition = workflows.find(obj, name)
    area_code = workflow.area_of(obj)
    entry = check_entry(
        transition,
        area_code,
        Entry(actor, decided_by, decided_by_name, happened_on, comment, late_reason, document_name),
        own=is_own(workflow, transition, obj, actor),
    )
    source = _move(workflow, transition, obj)
    if messages := messages_of(transition, obj):
        raise ValidationError(messages)
    same = type(obj)._base_manager.filter(pk=obj.pk)
    listed = hold_lists(workflow, same)
    held = refusals(workflow, transition, same, entry.happened_on, keys=[obj.pk], listed=listed)
    if text := held.get(obj.pk):
        raise ValidationError(text, code="held")
    # The row of the case is locked from here on: its steps cannot change under us.
    steps, round_number, last = _open_steps(workflow.case_type, obj.pk)
    if transition.is_first and steps:
        raise ChangedMeanwhile(workflow.state_label(type(obj), workflow.state_of(obj)))
    # Where cases are returned to begin anew (procedures with lists), the new round begins after the return.
    before = last if workflow.posts else steps[-1] if steps else None
    if before and entry.happened_on < before.happened_on:
        raise ValidationError({"happened_on": f"发生日期不能早于上一环节的日期 {before.happened_on}。"})
    step = Step(
        case_type=workflow.case_type,
        case_id=obj.pk,
        area_code=area_code,
        round=round_number,
        transition=transition.name,
        source=source,
        target=transition.target,
        lane=transition.lane,
        level=transition.level,
        closes_round=transition.closes_round,
        decided_by=entry.decided_by,
        decided_by_name=entry.decided_by_name,
        recorded_by=actor,
        happened_on=entry.happened_on,
        late_reason=entry.late_reason,
        comment=entry.comment,
        document_name=entry.document_name,
    )
    if refusal := _refusal(transition, step, steps, _fact_makers(workflow.case_type, obj.pk, round_number)):
        raise ValidationError(refusal, code="lane")
    _save(step)
    setattr(obj, workflow.field, transition.target)
    if transition.freezes:
        keep_copies(Step.objects.filter(pk=step.pk), workflow.freeze(same))
    if transition.leaves_roster:
        leave_lists(
            workflow.case_type,
            [obj.pk],
            reason=entry.comment or transition.label,
            actor=actor,
            on=entry.happened_on,
        )
    record(
        f"{workflow.case_type}.{transition.name}",
        obj,
        actor=actor,
        area_code=area_code,
        case=(workflow.case_type, obj.pk),
        summary=f"{transition.label}：办理人 {step.decided_by_name}，发生日期 {step.happened_on}",
        changes={workflow.field: [source, transition.target]},
    )
    return step


def available(obj: Model, user: AbstractBaseUser) -> list[Availability]:
    """Return the transitions that begin at the state of `obj`, each with whether `user` may fire it
    himself, or why not.

    A handful of queries beside the preconditions, so that a page can hide what would be refused and say why.
    """
    found = []
    for workflow in workflows.of(obj):
        state, area_code = workflow.state_of(obj), workflow.area_of(obj)
        steps, round_number, _ = _open_steps(workflow.case_type, obj.pk)
        makers = _fact_makers(workflow.case_type, obj.pk, round_number)
        for transition in workflow.transitions:
            if transition.is_first or state not in transition.sources:
                continue
            found.append(_availability(workflow, transition, obj, user, area_code, steps, makers))
    return found


def steps_of(case_type: str, case_id: int) -> QuerySet[Step]:
    """Return the steps of a case, oldest first, with the people, for the timeline (review/_steps.html)."""
    return Step.objects.of_case(case_type, case_id).select_related("decided_by", "recorded_by")


def note_fact_entry(case_type: str, case_id: int, user: AbstractBaseUser) -> None:
    """Remember that `user` entered facts of a case in its open round, so that he cannot check them
    (lanes.py).

    Called by the services that save facts, in their transaction; a second time in a round writes nothing.
    """
    last = Step.objects.of_case(case_type, case_id).values_list("round", "closes_round").last()
    round_number = 1 if last is None else last[0] + last[1]
    FactEntry.objects.bulk_create(
        [FactEntry(case_type=case_type, case_id=case_id, round=round_number, user=user)],
        ignore_conflicts=True,
    )


def note_fact_entries(case_type: str, cases: QuerySet, user: AbstractBaseUser) -> int:
    """The same for every case of a queryset, in one statement; returns how many were new."""
    return insert_select(
        FactEntry,
        cases,
        {
            "case_type": case_type,
            "case_id": F("pk"),
            "round": open_round(Step.objects.all(), case_type, "pk"),
            "user": user,
        },
        ignore_conflicts=True,
    )


def _move(workflow: Workflow, transition: Transition, obj: Model) -> str:
    """Change the state column, if it still is what the caller saw, and return the old state ("" for a new
    case).
    """
    model, seen = type(obj), workflow.state_of(obj)
    rows = model._base_manager.filter(pk=obj.pk)
    if transition.is_first:
        if not rows.filter(**{workflow.field: transition.target}).exists():
            raise ValidationError(f"新事项的状态须为“{workflow.state_label(model, transition.target)}”。")
        return ""
    if seen not in transition.sources:
        label = workflow.state_label(model, seen)
        raise ValidationError(f"当前状态为“{label}”，不能办理“{transition.label}”。", code="state")
    if rows.filter(**{workflow.field: seen}).update(**{workflow.field: transition.target}) != 1:
        now = rows.values_list(workflow.field, flat=True).first()
        raise ChangedMeanwhile(workflow.state_label(model, now) if now is not None else "已不存在")
    return seen


def _save(step: Step) -> None:
    """Insert a step. Whatever the checks above let through and the database refuses is told in the field's
    words.
    """
    try:
        with transaction.atomic():
            step.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) == "review_lane_guard":
            raise ValidationError(LANE_REFUSED, code="lane") from error
        raise


def _open_steps(case_type: str, case_id: int) -> tuple[list[Step], int, Step | None]:
    """Return the steps of the open round, oldest first, its number (1 before the first step), and the last step of all,
    also when it closed the round before.
    """
    steps = list(Step.objects.of_case(case_type, case_id))
    if not steps:
        return [], 1, None
    last = steps[-1]
    if last.closes_round:
        return [], last.round + 1, last
    return [step for step in steps if step.round == last.round], last.round, last


def _fact_makers(case_type: str, case_id: int, round_number: int) -> set[int]:
    return set(FactEntry.objects.of_case(case_type, case_id, round_number).values_list("user_id", flat=True))


def _refusal(transition: Transition, step: Step, steps: list[Step], makers: set[int]) -> str:
    """Return why the people of a step may not carry it out, by the general rule and by that of its
    transition.
    """
    if text := conflict(step, steps, makers):
        return text
    people = {step.decided_by_id, step.recorded_by_id} - {None}
    for earlier in steps:
        if earlier.lane in transition.different_person_from and people & {
            earlier.decided_by_id,
            earlier.recorded_by_id,
        }:
            return f"“{transition.label}”须由没有办理过“{earlier.get_lane_display()}”的人办理。"
    return ""


def messages_of(transition: Transition, obj: Model) -> list[str]:
    """Return why the precondition of a transition holds a case back; nothing: it does not."""
    if transition.precondition is None:
        return []
    messages = transition.precondition(obj)
    if not messages:
        return []
    return [messages] if isinstance(messages, str) else list(messages)


def _availability(workflow, transition, obj, user, area_code, steps, makers) -> Availability:
    if not holds_right(user, transition, area_code) and not is_own(workflow, transition, obj, user):
        return Availability(transition, False, no_right(transition))
    intended = Step(
        lane=transition.lane,
        level=transition.level,
        decided_by=user,
        decided_by_name=user.name,
        recorded_by=user,
    )
    if text := _refusal(transition, intended, steps, makers):
        return Availability(transition, False, text)
    if messages := messages_of(transition, obj):
        return Availability(transition, False, "；".join(messages))
    same = type(obj)._base_manager.filter(pk=obj.pk)
    if held := refusals(workflow, transition, same, timezone.localdate(), keys=[obj.pk]):
        return Availability(transition, False, held[obj.pk])
    return Availability(transition, True)
