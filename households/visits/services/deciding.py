"""Deciding what visits left open: which of two values stands, whether a held visit is taken over, which is withdrawn."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Member, Visit, VisitFact
from households.options.sources import VISIT
from households.options.visits import HELD, KEPT, TAKEN, UNDECIDED
from households.services.facts import open_year_of
from households.services.locking import lock_for_members
from households.services.member_surveys import save_member_survey
from households.services.surveys import save_survey, start_survey
from households.visits.services.income import read_line, write_lines
from households.visits.services.last_visit import take_back_day
from households.visits.services.needs import NEED, take_need
from households.visits.services.other_eyes import refuse_own
from households.visits.services.standing import is_sheet, standings
from households.visits.services.taking import take_over
from households.visits.values import of_whom, read
from households.visits.wording import label_of, words_of
from poverty.audit.services import record

SETTLE = "visit.settle"
_DECIDED_LATE = "核对走访差异后采用"
CHANGED = "登记的值刚又改了，请看清现在的值再决定。"


@transaction.atomic
def decide_fact(fact: VisitFact, take: bool, seen: Any, *, actor) -> VisitFact:
    """Take the visitor's value of a fact, or keep the register's; both stay on record.

    `seen`: what the decider saw as the register's value. PermissionDenied without visit.settle over the household, and
    for who made or recorded the visit (other_eyes.py): of two people who looked, a third decides. ValidationError when it
    is decided already, when the register has changed since it was looked at, when the year is closed, or the value
    cannot be.
    """
    household = _may_settle(fact.visit.household_id, actor, member=fact.member_id)
    row = VisitFact.objects.select_related("visit__household", "visit__visitor", "member").get(pk=fact.pk)
    refuse_own(row.visit, actor)
    if row.decided_at is not None or row.outcome not in UNDECIDED or row.visit.withdrawn_at is not None:
        raise ValidationError("这一项已经核对过了，请刷新页面。", code="changed_meanwhile")
    if take and row.visit.held and not row.visit.held_taken:
        raise ValidationError("请先决定是否采用这次走访。")
    before = standings([row])[row.pk]
    if before != seen:
        raise ValidationError(CHANGED, code="changed_meanwhile")
    if take:
        _write(row, household, actor=actor)
    _decided(row, TAKEN if take else KEPT, actor)
    record(
        "households.visit.decide",
        household,
        actor=actor,
        changes={label_of(row): [words_of(row, before), words_of(row, row.value)]} if take else None,
        summary=f"{row.visit.happened_on} 走访的“{label_of(row)}”："
        + ("采用走访的值" if take else "保留登记的值"),
    )
    return row


def _write(row: VisitFact, household: Household, *, actor) -> None:
    visit = row.visit
    paper = {
        "actor": actor,
        "happened_on": visit.happened_on,
        "late_reason": visit.late_reason or _DECIDED_LATE,
    }
    if row.field.startswith(NEED):
        take_need(row, actor=actor, late_reason=paper["late_reason"])
        return
    if is_sheet(row.field):
        survey = start_survey(household, visit.year, actor=actor)
        write_lines(survey, {row.field: read_line(row.value)}, decided_by_name=visit.visitor.name, **paper)
        return
    value = read(of_whom(row.member_id), row.field, row.value)
    if row.member_id is not None:
        if row.member.household_id != household.pk:
            raise ValidationError("此人现在不在该户，不能采用。")
        save_member_survey(row.member, visit.year, {row.field: value}, source=VISIT, **paper)
        return
    survey = start_survey(household, visit.year, actor=actor)
    # A value decided about later is no further visit: the day of the last one stands.
    changes = {row.field: value, "visited_on": survey.visited_on}
    save_survey(survey, changes, source=VISIT, decided_by_name=visit.visitor.name, **paper)


@transaction.atomic
def settle_visit(visit: Visit, take: bool, *, actor) -> Visit:
    """Take over a visit to a household that was no longer the sender's, or leave it as a record only.

    Taken: the household counts as visited that day, and what it says is merged and judged as if it had just come
    (taking.py); what cannot be written, or what somebody changed meanwhile, waits fact by fact. Raises as decide_fact.
    """
    household = _may_settle(visit.household_id, actor)
    row = (
        Visit.objects.select_for_update(of=("self",))
        .select_related("visitor", "household", "template")
        .get(pk=visit.pk)
    )
    refuse_own(row, actor)
    if not row.held or row.held_decided_at is not None or row.withdrawn_at is not None:
        raise ValidationError("这次走访已经核对过了，请刷新页面。", code="changed_meanwhile")
    row.held_taken, row.held_decided_by, row.held_decided_at = take, actor, timezone.now()
    row.save(update_fields=["held_taken", "held_decided_by", "held_decided_at"])
    record(
        "households.visit.settle",
        household,
        actor=actor,
        summary=f"{row.happened_on} {row.visitor.name}的走访：" + ("采用" if take else "只作记录，不采用"),
    )
    waiting = list(row.facts.filter(outcome=HELD, decided_at__isnull=True).select_related("member"))
    found = {KEPT: waiting}
    if take:
        open_year_of(household.area_id, row.year)
        found = take_over(row, household, waiting, actor=actor, late_reason=row.late_reason or _DECIDED_LATE)
    for outcome, facts in found.items():
        decided = {"outcome": outcome, "decided_by": actor, "decided_at": row.held_decided_at}
        VisitFact.objects.filter(pk__in=[one.pk for one in facts]).update(**decided)
    return row


@transaction.atomic
def withdraw_visit(visit: Visit, reason: str, *, actor) -> Visit:
    """Withdraw a visit entered by mistake: it stays, marked, and counts no more. What it wrote is corrected by hand.

    By its visitor, or whoever settles visits there. Where 入户日期 stands by this visit it goes back (last_visit.py).
    """
    if visit.visitor_id == actor.pk or visit.recorded_by_id == actor.pk:
        household = lock_for_members([], beside=[visit.household_id])[visit.household_id]
    else:
        household = _may_settle(visit.household_id, actor)
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if row.withdrawn_at is not None:
        raise ValidationError("这次走访已经撤回，请刷新页面。", code="changed_meanwhile")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请填写撤回原因。"})
    if len(reason) > 200:
        raise ValidationError({"reason": "最多200字。"})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), actor, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    for one in row.facts.filter(outcome__in=UNDECIDED, decided_at__isnull=True):
        _decided(one, KEPT, actor)
    record(
        "households.visit.withdraw",
        household,
        actor=actor,
        summary=f"撤回 {row.happened_on} 的走访：{reason}"[:200],
    )
    take_back_day(household, row, actor=actor)
    return row


def _may_settle(household_id: int, actor, *, member: int | None = None) -> Household:
    """The household, held together with whatever its facts are judged in."""
    if not Household.objects.visible_to(actor, SETTLE).filter(pk=household_id).exists():
        raise PermissionDenied("您没有核对该户走访的权限。")
    members = (
        [member]
        if member
        else list(Member.objects.filter(household=household_id).values_list("pk", flat=True))
    )
    return lock_for_members(members, beside=[household_id])[household_id]


def _decided(fact: VisitFact, outcome: str, actor) -> None:
    fact.outcome, fact.decided_by, fact.decided_at = outcome, actor, timezone.now()
    fact.save(update_fields=["outcome", "decided_by", "decided_at"])
