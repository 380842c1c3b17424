"""Maker is not checker: which acts on a case one person must not combine. PostgreSQL enforces the same
rule.

Within one round of one case, for the lanes propose, verify and decide (record makes and checks nothing):

1. Two steps of different lane or different level need different deciders, always.
2. Where their levels differ, or one proposes and the other decides, the typist counts like a decider: what
   he entered for others at one level he may neither decide nor enter at the other. At one level (the
   village with its one computer) a clerk may enter what others signed (代录).
3. Who entered the facts may neither verify them at township or county level nor decide, nor enter that for
   others.

A signer without an account is known by his name: the same name is taken for the same person. The trigger
`review_lane_guard` (migrations) says the same in SQL; a test compares both over every combination. This
module exists so that pages can tell beforehand, and `fire` can name the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from poverty.review.levels import CHECKED_LANES, Lane, Level


@dataclass(frozen=True)
class Act:
    """What the rule needs to know of a step, done or intended."""

    lane: str
    level: str
    decided_by_id: int | None
    decided_by_name: str
    recorded_by_id: int | None


def conflict(act: Act, earlier: Iterable[Act], facts_by: Iterable[int]) -> str:
    """Return why `act` is refused after the `earlier` steps of its round, in Chinese, or "" when it is not.

    `facts_by`: ids of the users who entered facts in this round.
    """
    if act.lane not in CHECKED_LANES:
        return ""
    for step in earlier:
        if step.lane not in CHECKED_LANES or (step.lane, step.level) == (act.lane, act.level):
            continue
        where = f"本轮{Level(step.level).label}级{Lane(step.lane).label}"
        if _same_decider(act, step):
            return f"{act.decided_by_name}已办理{where}，不能再办理本环节，请由他人办理。"
        if not _typist_counts(act, step):
            continue
        if act.decided_by_id is not None and act.decided_by_id == step.recorded_by_id:
            return f"{act.decided_by_name}已录入{where}，不能再办理本环节，请由他人办理。"
        if act.recorded_by_id is not None and act.recorded_by_id in (step.decided_by_id, step.recorded_by_id):
            return f"录入人已办理或录入{where}，不能再录入本环节，请由他人录入。"
    if act.lane == Lane.PROPOSE or (act.lane == Lane.VERIFY and act.level == Level.VILLAGE):
        return ""
    makers = set(facts_by)
    if act.decided_by_id in makers:
        return f"{act.decided_by_name}本轮填报过该对象的信息，不能再审核，请由他人办理。"
    if act.recorded_by_id in makers:
        return "录入人本轮填报过该对象的信息，不能再录入本环节，请由他人录入。"
    return ""


def _same_decider(act: Act, step: Act) -> bool:
    if act.decided_by_id is not None and step.decided_by_id is not None:
        return act.decided_by_id == step.decided_by_id
    return act.decided_by_name == step.decided_by_name


def _typist_counts(act: Act, step: Act) -> bool:
    return act.level != step.level or {act.lane, step.lane} == {Lane.PROPOSE, Lane.DECIDE}
