"""What each kind of register change does when it takes effect, and what is checked of it beforehand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from households.models import Household, Member, Membership, RegisterChange
from households.options import change_kinds as kinds
from households.options.leave_reasons import CLEARED_OUT, ENTERED_TWICE
from households.options.relations import HEAD
from households.services.closing import check_clear, check_close, clear_household, close_household
from households.services.decision import Decision
from households.services.heads import change_head, check_head, open_memberships
from households.services.members import (
    MOVED_IN,
    MOVED_OUT,
    add_member,
    check_join,
    check_leave,
    check_move,
    check_return,
    clear_member,
    move_member,
    remove_member,
    return_member,
)
from households.services.registration import check_register, confirm_registration
from households.services.splitting import check_merge, check_split, merge_households, split_household


@dataclass(frozen=True)
class Effect:
    """`check` refuses what cannot be (ValidationError); `apply` does it in the transaction of the decision.

    `keys`: what `details` of the change may hold: {key: kind}, where "relation", "join_reason" and
    "leave_reason" are option keys, "member" an id, "members:relation" and "members:leave_reason" option
    keys by member id.
    """

    check: Callable[[RegisterChange], None]
    apply: Callable[[RegisterChange, Decision], None]
    keys: Mapping[str, str] = field(default_factory=dict)
    needs_member: bool = False
    needs_target: bool = False


def membership_of(change: RegisterChange) -> Membership:
    """The member's open membership of the change's household; ValidationError at "member" without one."""
    row = (
        change.household.memberships.filter(member=change.member, valid_to=None)
        .select_related("household", "member")
        .first()
    )
    if row is None:
        raise ValidationError({"member": "此人已不是该户在册成员。"})
    return row


def by_member(change: RegisterChange, key: str) -> dict[int, str]:
    """A mapping of the details whose keys are member ids, which JSON keeps as text."""
    return {int(pk): value for pk, value in (change.details.get(key) or {}).items()}


def split_head(change: RegisterChange) -> Member:
    """Who is to head the new household of a split."""
    return Member.objects.get(pk=change.details["head"])


def _get(change: RegisterChange, key: str, default: str = "") -> str:
    return change.details.get(key) or default


def _add(change: RegisterChange, decision: Decision) -> None:
    act = return_member if change.kind == kinds.RETURN_MEMBER else add_member
    act(
        change.household,
        change.member,
        _get(change, "relation"),
        on=change.happened_on,
        reason=_get(change, "join_reason"),
        document=change.document_name,
        actor=decision.actor,
    )


def _check_add(change: RegisterChange) -> None:
    check = check_return if change.kind == kinds.RETURN_MEMBER else check_join
    check(
        change.household,
        change.member,
        _get(change, "relation"),
        _get(change, "join_reason"),
        on=change.happened_on,
    )


def _remove(change: RegisterChange, decision: Decision) -> None:
    remove_member(
        membership_of(change),
        on=change.happened_on,
        reason=_get(change, "leave_reason"),
        document=change.document_name,
        actor=decision.actor,
    )


def _check_remove(change: RegisterChange) -> None:
    check_leave(membership_of(change), _get(change, "leave_reason"), on=change.happened_on)


def _clear(change: RegisterChange, decision: Decision) -> None:
    clear_member(
        membership_of(change),
        on=change.happened_on,
        reason=_get(change, "leave_reason", CLEARED_OUT),
        document=decision.document_name or change.document_name,
        actor=decision.actor,
    )


def _check_clear(change: RegisterChange) -> None:
    reason = _get(change, "leave_reason", CLEARED_OUT)
    if reason not in {CLEARED_OUT, ENTERED_TWICE}:
        raise ValidationError({"leave_reason": "请选“人员清退”或“重复录入更正”。"})
    check_leave(membership_of(change), reason, on=change.happened_on)


def _move(change: RegisterChange, decision: Decision) -> None:
    move_member(
        membership_of(change),
        change.target,
        _get(change, "relation"),
        on=change.happened_on,
        document=change.document_name,
        actor=decision.actor,
        leave_reason=_get(change, "leave_reason", MOVED_OUT),
        join_reason=_get(change, "join_reason", MOVED_IN),
    )


def _change_head(change: RegisterChange, decision: Decision) -> None:
    change_head(
        change.household,
        change.member,
        on=change.happened_on,
        relations=by_member(change, "relations"),
        reason=change.reason,
        document=change.document_name,
        actor=decision.actor,
    )


def _split(change: RegisterChange, decision: Decision) -> None:
    change.target = split_household(
        change.household,
        head=split_head(change),
        relations=by_member(change, "relations"),
        on=change.happened_on,
        reason=change.reason,
        document=change.document_name,
        actor=decision.actor,
        decision=decision,
    )


def _merge(change: RegisterChange, decision: Decision) -> None:
    merge_households(
        change.household,
        change.target,
        relations=by_member(change, "relations"),
        on=change.happened_on,
        reason=change.reason,
        document=change.document_name,
        actor=decision.actor,
        decision=decision,
    )


def _close(change: RegisterChange, decision: Decision) -> None:
    close_household(
        change.household,
        on=change.happened_on,
        leave_reasons=by_member(change, "leave_reasons"),
        document=change.document_name,
        actor=decision.actor,
        reason=f"销户：{change.reason}",
        decision=decision,
    )


def _clear_household(change: RegisterChange, decision: Decision) -> None:
    clear_household(
        change.household,
        on=change.happened_on,
        reason=change.reason,
        document=change.document_name,
        actor=decision.actor,
        decision=decision,
    )


EFFECTS: dict[str, Effect] = {
    kinds.REGISTER: Effect(
        check=lambda change: check_register(change.household),
        apply=lambda change, decision: confirm_registration(change.household, decision),
    ),
    kinds.ADD_MEMBER: Effect(
        _check_add, _add, {"relation": "relation", "join_reason": "join_reason"}, needs_member=True
    ),
    kinds.RETURN_MEMBER: Effect(
        _check_add, _add, {"relation": "relation", "join_reason": "join_reason"}, needs_member=True
    ),
    kinds.REMOVE_MEMBER: Effect(_check_remove, _remove, {"leave_reason": "leave_reason"}, needs_member=True),
    kinds.MOVE_MEMBER: Effect(
        check=lambda change: check_move(
            membership_of(change), change.target, _get(change, "relation"), on=change.happened_on
        ),
        apply=_move,
        keys={"relation": "relation", "leave_reason": "leave_reason", "join_reason": "join_reason"},
        needs_member=True,
        needs_target=True,
    ),
    kinds.CHANGE_HEAD: Effect(
        check=lambda change: check_head(
            change.household, change.member, by_member(change, "relations"), on=change.happened_on
        ),
        apply=_change_head,
        keys={"relations": "members:relation"},
        needs_member=True,
    ),
    kinds.SPLIT: Effect(
        check=lambda change: check_split(
            change.household, split_head(change), by_member(change, "relations"), on=change.happened_on
        ),
        apply=_split,
        keys={"head": "member", "relations": "members:relation"},
    ),
    kinds.MERGE: Effect(
        check=lambda change: check_merge(
            change.household, change.target, by_member(change, "relations"), on=change.happened_on
        ),
        apply=_merge,
        keys={"relations": "members:relation"},
        needs_target=True,
    ),
    kinds.CLOSE: Effect(
        check=lambda change: check_close(
            change.household, by_member(change, "leave_reasons"), on=change.happened_on
        ),
        apply=_close,
        keys={"leave_reasons": "members:leave_reason"},
    ),
    kinds.CLEAR_MEMBER: Effect(_check_clear, _clear, {"leave_reason": "leave_reason"}, needs_member=True),
    kinds.CLEAR_HOUSEHOLD: Effect(
        check=lambda change: check_clear(change.household, on=change.happened_on), apply=_clear_household
    ),
}


def people_now(household: Household) -> list[list]:
    """Members of a household now as [id, relation key], head first: kept with a change as its before and
    after.
    """
    rows = sorted(open_memberships(household), key=lambda row: row.relation != HEAD)
    return [[row.member_id, row.relation] for row in rows]
