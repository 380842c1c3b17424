"""Register changes on their way: the village proposes, the township confirms its monthly list, the county
decides.

What a change does stands in effects.py; it happens in the transaction of the deciding step, or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Member, RegisterChange
from households.options import change_kinds as kinds
from households.options.change_kinds import CHANGE_KINDS, COUNTY
from households.services.decision import Decision
from households.services.effects import EFFECTS, people_now
from households.services.locking import lock_households, require_open
from households.services.refusals import told_in_words
from households.services.registration import discard_household
from households.workflow import CHANGE
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.files.services import link
from poverty.review.entry import Entry, check_entry, holds_right
from poverty.review.services import fire

RIGHT_OF_KIND = {False: "register.confirm", True: "register.decide"}


@dataclass(frozen=True)
class Outcome:
    """What became of one change of a list: done, or why it was not. What was not done changed nothing."""

    change: RegisterChange
    problem: str = ""

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return not self.problem


@transaction.atomic
def propose_change(
    kind: str,
    household: Household,
    *,
    actor,
    happened_on: date,
    reason: str,
    document_name: str,
    member: Member | None = None,
    target: Household | None = None,
    details: dict[str, Any] | None = None,
    scan: StoredFile | None = None,
    proposed_on: date | None = None,
    late_reason: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> RegisterChange:
    """Propose a change of a household (a key of CHANGE_KINDS) and return it; it waits for the township.

    `happened_on` is the day from which the change counts (birth, death, 分户 ...), `proposed_on` the day on
    which the village proposed it (None: today). `details` as EFFECTS[kind].keys says, ids and option keys
    only. What cannot take effect is refused now. Raises PermissionDenied (register.propose at the village)
    and ValidationError by field; one open change of a kind per household (and member).
    """
    effect = EFFECTS[kind]
    locked = lock_households({household.pk, *([target.pk] if target else [])})
    household, target = locked[household.pk], locked[target.pk] if target else None
    if kind != kinds.REGISTER:
        require_open(household)
    errors = {}
    if not reason.strip():
        errors["reason"] = "请写明原因。"
    if not document_name.strip():
        errors["document_name"] = "请注明依据，例如户口本、结婚证、死亡证明。"
    if effect.needs_member and member is None:
        errors["member"] = "请选择成员。"
    if effect.needs_target and target is None:
        errors["target"] = "请选择对方户。"
    if errors:
        raise ValidationError(errors)
    change = RegisterChange(
        kind=kind,
        household=household,
        member=member if effect.needs_member else None,
        target=target,
        area_id=household.area_id,
        happened_on=happened_on,
        reason=reason.strip(),
        document_name=document_name.strip(),
        scan=scan,
        details=_details(effect, details or {}),
        proposed_by=actor,
    )
    effect.check(change)
    change.details["before"] = people_now(household)
    with told_in_words():
        change.save()
    Decision(actor, change.document_name, proposed_on, "", late_reason, decided_by, decided_by_name).fire(
        "propose_change", change
    )
    if scan is not None:
        link(scan, change, role="scan", actor=actor)
    _record(change, "households.change.propose", actor, "提出")
    return change


def _details(effect, details: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(details) - set(effect.keys):
        raise TypeError(f"Details a change of this kind does not have: {', '.join(sorted(unknown))}.")
    kept: dict[str, Any] = {}
    for key, form in effect.keys.items():
        value = details.get(key)
        if form.startswith("members:"):
            kept[key] = {str(pk): chosen for pk, chosen in (value or {}).items()}
        elif form == "member":
            if value is None:
                raise ValidationError({key: "请选择新户主。"})
            kept[key] = getattr(value, "pk", value)
        elif value:
            kept[key] = value
    return kept


def confirm_changes(
    ids: Iterable[int],
    *,
    actor,
    happened_on: date | None = None,
    document_name: str = "",
    comment: str = "",
    late_reason: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> list[Outcome]:
    """Confirm proposed changes as one list of the township: small kinds take effect, county kinds go on to
    the county.

    One by one in the order of their days, each whole or not at all; the outcomes tell which and why. What
    concerns the list itself (right, dates, document) refuses all: PermissionDenied, ValidationError by field.
    """
    decision = Decision(actor, document_name, happened_on, comment, late_reason, decided_by, decided_by_name)
    return _decide_list(ids, decision, {False: "confirm_change", True: "forward_change"})


def decide_changes(
    ids: Iterable[int],
    *,
    actor,
    happened_on: date | None = None,
    document_name: str = "",
    comment: str = "",
    late_reason: str = "",
    decided_by=None,
    decided_by_name: str = "",
) -> list[Outcome]:
    """Decide changes that the township forwarded (分户, 并户, 销户, 清退) as one list of the county; as
    confirm_changes.
    """
    decision = Decision(actor, document_name, happened_on, comment, late_reason, decided_by, decided_by_name)
    return _decide_list(ids, decision, {False: "decide_change", True: "decide_change"})


@transaction.atomic
def return_change(
    change: RegisterChange,
    *,
    actor,
    comment: str,
    happened_on: date | None = None,
    document_name: str = "",
    late_reason: str = "",
) -> RegisterChange:
    """Send a change back to the village with the reason: the township or, once forwarded, the county."""
    change = _locked([change.pk])[0]
    name = "reject_change" if change.state == RegisterChange.State.CONFIRMED else "return_change"
    fire(
        name,
        change,
        actor=actor,
        comment=comment,
        happened_on=happened_on,
        document_name=document_name,
        late_reason=late_reason,
    )
    _record(change, "households.change.return", actor, "退回", comment)
    return change


@transaction.atomic
def refuse_registration(household: Household, *, actor, comment: str) -> Household:
    """Refuse to register a pending household (不予登记); what the village proposed for it goes back with the
    same reason, so that nothing waits for a household that is closed.
    """
    for change in household.changes.open().order_by("pk"):
        return_change(change, actor=actor, comment=comment)
    return discard_household(household, actor=actor, comment=comment)


@transaction.atomic
def withdraw_change(change: RegisterChange, *, actor, comment: str = "") -> RegisterChange:
    """Take a proposal back, by the village, as long as the township has not confirmed it."""
    change = _locked([change.pk])[0]
    fire("withdraw_change", change, actor=actor, comment=comment)
    _record(change, "households.change.withdraw", actor, "撤回", comment)
    return change


def is_for_county(change: RegisterChange) -> bool:
    """Whether the county decides on this kind of change after the township."""
    return CHANGE_KINDS[change.kind].decided_at == COUNTY


@transaction.atomic
def _decide_list(ids: Iterable[int], decision: Decision, names: dict[bool, str]) -> list[Outcome]:
    changes = _locked(ids)
    if not changes:
        raise ValidationError("请先选择变动。")
    # What concerns the whole list is said once, before anything is tried.
    transitions = {CHANGE.get(names[is_for_county(change)]) for change in changes}
    for transition in transitions:
        places = [c.area_id for c in changes if names[is_for_county(c)] == transition.name]
        check_entry(
            transition,
            places,
            Entry(
                decision.actor,
                decision.decided_by,
                decision.decided_by_name,
                decision.happened_on,
                decision.comment,
                decision.late_reason,
                decision.document_name,
            ),
        )
    return [_decide_one(change, names[is_for_county(change)], decision) for change in changes]


def _decide_one(change: RegisterChange, name: str, decision: Decision) -> Outcome:
    transition = CHANGE.get(name)
    try:
        with transaction.atomic():
            if change.state not in transition.sources:
                raise ValidationError(f"已由他人处理，现在是“{change.get_state_display()}”")
            if change.target_id and not holds_right(decision.actor, transition, change.target.area_id):
                raise ValidationError("对方户不在您的区划，请由上级或对方乡镇一并办理")
            effect = EFFECTS[change.kind]
            effect.check(change)
            decision.fire(name, change)
            if transition.target == RegisterChange.State.EFFECTIVE:
                effect.apply(change, decision)
                change.effective_at = timezone.now()
                household = Household.objects.get(pk=change.household_id)
                change.details = {**change.details, "after": people_now(household)}
                change.save(update_fields=["effective_at", "target", "details"])
            _record(change, f"households.change.{name}", decision.actor, transition.label)
    except ValidationError as error:
        change.refresh_from_db()
        return Outcome(change, f"{_named(change)}：{'；'.join(error.messages)}")
    return Outcome(change)


def _locked(ids: Iterable[int]) -> list[RegisterChange]:
    """The changes in the order of their days, their households locked first, so that lists take turns."""
    ids = list(ids)
    pairs = RegisterChange.objects.filter(pk__in=ids).values_list("household_id", "target_id")
    households = lock_households(key for pair in pairs for key in pair if key is not None)
    rows = RegisterChange.objects.filter(pk__in=ids).select_related("member").order_by("happened_on", "pk")
    changes = list(rows.select_for_update(of=("self",)))
    for change in changes:
        change.household = households[change.household_id]
        change.target = households[change.target_id] if change.target_id else None
    return changes


def _named(change: RegisterChange) -> str:
    who = f" {change.member.name}" if change.member else ""
    return f"{change.household.head_name}户“{change.get_kind_display()}”{who}"


def _record(change: RegisterChange, action: str, actor, verb: str, comment: str = "") -> None:
    """One line in the household's timeline; the step of the change itself is logged by fire."""
    who = f"（{change.member.name}）" if change.member else ""
    record(
        action,
        change.household,
        actor=actor,
        summary=f"{verb}：{change.get_kind_display()}{who}，{change.happened_on}，{comment or change.reason}",
    )
