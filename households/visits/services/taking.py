"""A held visit that is taken over: merged as it would have been when it came, for all its facts at once."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import Household, Visit, VisitFact
from households.options.visits import KEPT, SAME, TAKEN, WRITTEN
from households.services.facts_of_many import judge_stated
from households.visits.sent import Sent, SentFact, SentIncome
from households.visits.services.income import ITEM, NONE, merge_sheet, read_line
from households.visits.services.last_visit import note_move
from households.visits.services.merging import LATER_CHANGED, Told, merge_facts
from households.visits.services.needs import NEED, take_need
from households.visits.services.standing import is_sheet

_DONE = (WRITTEN, SAME)


def take_over(
    visit: Visit, household: Household, facts: Sequence[VisitFact], *, actor, late_reason: str
) -> dict[str, list[VisitFact]]:
    """Merge what a held visit says with what stands there now, move 入户日期, and judge once; returns what became of the
    facts that wait no more: taken, or kept where the visitor found what somebody has corrected since. A visit of before
    the accounting period moves no day.

    `facts` come with their member; the caller holds the household and everything its members are judged in.
    """
    told = Told(_sent(visit, facts), household, visit.template, late_reason=late_reason)
    people = {one.member_id: one.member.household_id for one in facts if one.member_id is not None}
    judged = merge_facts([told], visit.year, visitor=visit.visitor, actor=actor, people=people)
    if told.sent.income is not None:
        judged |= merge_sheet(told, actor=actor, visitor=visit.visitor)
    judge_stated(judged, visit.year)
    if told.moved:
        note_move(visit, told.day_before)
    merged = {(one.member_id, one.field): one for one in told.facts}
    found: dict[str, list[VisitFact]] = {TAKEN: [], KEPT: []}
    for one in facts:
        now = merged.get((one.member_id, one.field))
        if now is not None and now.outcome in _DONE:
            found[KEPT if now.said == LATER_CHANGED else TAKEN].append(one)
        elif _is_taken_need(one, visit, actor, late_reason):
            found[TAKEN].append(one)
    return found


def _sent(visit: Visit, facts: Sequence[VisitFact]) -> Sent:
    """What the visit said, as it was sent, as far as it says facts."""
    lines = {one.field: one for one in facts if is_sheet(one.field)}
    said = tuple(
        SentFact(one.field, one.base, one.value, one.member_id)
        for one in facts
        if one.field not in lines and not one.field.startswith(NEED)
    )
    return Sent(
        identity=visit.identity,
        household=visit.household_id,
        year=visit.year,
        template=visit.template_id,
        happened_on=visit.happened_on,
        started_at=visit.started_at,
        facts=said,
        income=_income(lines.values()) if lines else None,
    )


def _income(lines) -> SentIncome:
    """The sheet in which nothing but these lines was changed."""

    def items(name: str) -> dict:
        found = {
            one.field.removeprefix(ITEM): getattr(one, name) for one in lines if one.field.startswith(ITEM)
        }
        return {key: read_line(value) for key, value in found.items() if value is not None}

    def groups(name: str) -> tuple[str, ...]:
        named = [one for one in lines if one.field.startswith(NONE) and getattr(one, name)]
        return tuple(one.field.removeprefix(NONE) for one in named)

    return SentIncome(items("value"), groups("value"), items("base"), groups("base"))


def _is_taken_need(fact: VisitFact, visit: Visit, actor, late_reason: str) -> bool:
    """Whether it is a need, and could be taken in; else it waits in the inbox, where the reason is said."""
    if not fact.field.startswith(NEED):
        return False
    fact.visit = visit
    try:
        with transaction.atomic():
            take_need(fact, actor=actor, late_reason=late_reason)
    except (ValidationError, PermissionDenied):
        return False
    return True
