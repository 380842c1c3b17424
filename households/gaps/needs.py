"""诉求: taking a need in, answering it, passing it on, settling it, telling the household (practice.md, Field work)."""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.gaps.models_needs import Need
from households.models import Household, Visit
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import BUREAUS, COUNTY, HELPER, NEED_PARTIES, TOWNSHIP, VILLAGE
from households.services.locking import require_registered
from poverty.audit.services import record
from poverty.parameters.services import value_for
from poverty.review.errors import constraint_of
from poverty.review.services import fire
from poverty.review.services.papers import check_paper_day

DAYS = "need.answer_days"
# action -> transition
ACTIONS = {
    "answer": "answer_need",
    "pass_on": "pass_on_need",
    "finish": "finish_need",
    "decline": "decline_need",
    "reopen": "reopen_need",
}
_LONGEST = {VILLAGE: 12, TOWNSHIP: 9, COUNTY: 6}
OTHER_TEXT = "这个编号的诉求已经收到，内容不同。请刷新后重新登记。"


@transaction.atomic
def raise_need(
    household: Household,
    *,
    kind: str,
    text: str,
    whom: str,
    actor,
    raised_on: date | None = None,
    visit: Visit | None = None,
    identity: UUID | None = None,
    late_reason: str = "",
) -> Need:
    """Take a need in and return it with the day by which it must be answered.

    Idempotent by `identity`: the same once more is the one that stands, another text under it is refused. `kind` and
    `whom` are keys of NEED_KINDS and NEED_PARTIES; `raised_on` None: today. Raises PermissionDenied (need.raise over the
    household), ValidationError by field: no words, a day to come, late without reason, a household not on the register.
    """
    text = text.strip()
    if identity is not None:
        known = Need.objects.filter(identity=identity).first()
        if known is not None:
            return _same(known, household, kind, text)
    if not Household.objects.visible_to(actor, "need.raise").filter(pk=household.pk).exists():
        raise PermissionDenied("您没有为该户登记诉求的权限。")
    require_registered(household)
    errors = {}
    if kind not in NEED_KINDS:
        errors["kind"] = "请选择诉求类别。"
    if visit is not None and visit.household_id != household.pk:
        errors["visit"] = "这次走访不是该户的。"
    if whom not in NEED_PARTIES:
        errors["whom"] = "请选择由谁答复。"
    if not text:
        errors["text"] = "请写明农户要解决什么。"
    elif len(text) > 500:
        errors["text"] = "最多 500 个字。"
    if errors:
        raise ValidationError(errors)
    raised_on, late_reason = check_paper_day(
        raised_on, household.area_id, late_reason, field="raised_on", what="提出日期"
    )
    made = Need(
        household=household,
        visit=visit,
        identity=identity,
        area_code=household.area_id,
        kind=kind,
        text=text,
        whom=whom,
        raised_on=raised_on,
        due_on=_due(household.area_id, raised_on),
        recorded_by=actor,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        # Sent twice at the same moment: the other one stands.
        known = Need.objects.filter(identity=identity).first() if identity is not None else None
        if known is None or "identity" not in constraint_of(error):
            raise
        return _same(known, household, kind, text)
    record(
        "households.need.raise",
        made,
        actor=actor,
        summary=f"{made.get_kind_display()}，由{made.get_whom_display()}答复，{made.due_on} 前"
        + (f"，补录：{late_reason}" if late_reason else ""),
    )
    return made


def _same(known: Need, household: Household, kind: str, text: str) -> Need:
    if (known.household_id, known.kind, known.text) != (household.pk, kind, text):
        raise ValidationError({"identity": OTHER_TEXT})
    return known


def _due(area_code: str, day: date) -> date:
    return day + timedelta(days=value_for(DAYS, area_code, day))


def may_answer(user, need: Need) -> bool:
    """Whether a need is put to this person, or to somebody below him; a bureau's is the bureau's own."""
    scope = user.scope("need.answer")
    here = [grant for grant in scope.grants if need.area_code.startswith(grant.area)]
    if need.whom in BUREAUS:
        return any(grant.sector == need.whom for grant in here)
    longest = _LONGEST.get(need.whom, 12)
    if any(not grant.sector and len(grant.area) <= longest for grant in here):
        return True
    return need.whom == HELPER and _is_helper(user, need)


def may_pass_on(user, need: Need) -> bool:
    """Whether a person may put a need to somebody else: who may answer it, and the county office for a bureau's."""
    grants = user.scope("need.answer").grants
    office = any(
        not one.sector and len(one.area) <= _LONGEST[COUNTY] and need.area_code.startswith(one.area)
        for one in grants
    )
    return office or may_answer(user, need)


def may_reopen(user, need: Need) -> bool:
    """Whether a person may send a settled need back: township and county, not who answered it for himself."""
    longest = _LONGEST[COUNTY] if need.whom in (*BUREAUS, TOWNSHIP, COUNTY) else _LONGEST[TOWNSHIP]
    return any(
        not one.sector and len(one.area) <= longest and need.area_code.startswith(one.area)
        for one in user.scope("need.answer").grants
    )


def _is_helper(user, need: Need) -> bool:
    return (
        user.scope("need.answer").paired
        and Household.objects.visible_to(user, "need.answer").filter(pk=need.household_id).exists()
    )


@transaction.atomic
def answer_need(
    need: Need, action: str, *, reply: str, actor, on: date | None = None, whom: str = "", **entry
) -> Need:
    """Answer, pass on (to `whom`), settle, decline or send back a need (a key of ACTIONS), in words.

    `reply` is what the household is told; for passing on and sending back the reason, and what was told before stands.
    Sent back it waits with a day of its own. Raises PermissionDenied (not put to him), ValidationError by field, and what
    `fire` raises: another who was quicker.
    """
    if action not in ACTIONS:
        raise ValidationError({"action": "请选择怎么办理。"})
    need = _locked(need)
    allowed = {"pass_on": may_pass_on, "reopen": may_reopen}.get(action, may_answer)
    if not allowed(actor, need):
        raise PermissionDenied("这条诉求不由您办理。")
    reply, on = reply.strip(), on or timezone.localdate()
    errors = {}
    if not reply:
        errors["reply"] = (
            "请写明原因。" if action in ("pass_on", "reopen", "decline") else "请写明怎么答复农户的。"
        )
    elif len(reply) > 500:
        errors["reply"] = "最多 500 个字。"
    if on < need.raised_on:
        errors["on"] = f"办理日期不能早于提出日期 {need.raised_on}。"
    if on > timezone.localdate():
        errors["on"] = "办理日期不能晚于今天。"
    if action == "pass_on" and (whom not in NEED_PARTIES or whom == need.whom):
        errors["whom"] = "请选择转交给谁（不能是原来的承办方）。"
    if errors:
        raise ValidationError(errors)
    _write(need, action, reply, on, whom)
    fire(ACTIONS[action], need, actor=actor, happened_on=on, comment=reply, **entry)
    return need


def _write(need: Need, action: str, reply: str, on: date, whom: str) -> None:
    """What goes with the new state, written before it; `fire` refuses what does not fit the state, and all is undone.

    A need sent back loses the day on which it was settled by a trigger.
    """
    if action in ("answer", "finish", "decline"):
        need.reply, need.replied_on, need.told_on = reply, on, None
    if action in ("finish", "decline"):
        need.settled_on = on
    if action == "pass_on":
        need.whom = whom
    if action == "reopen":
        need.due_on = _due(need.area_code, on)
    need.save(update_fields=["reply", "replied_on", "told_on", "settled_on", "whom", "due_on"])


@transaction.atomic
def tell_household(need: Need, *, on: date, actor) -> Need:
    """Note that the household was told the answer, by who may take its needs in; once for each answer.

    Raises PermissionDenied, ValidationError at "on": nothing answered yet, before the answer, a day to come, told already.
    """
    if not Household.objects.visible_to(actor, "need.raise").filter(pk=need.household_id).exists():
        raise PermissionDenied("您没有为该户登记诉求的权限。")
    need = _locked(need)
    if need.replied_on is None:
        raise ValidationError({"on": "这条诉求还没有答复。"})
    if need.told_on is not None:
        raise ValidationError({"on": f"已于 {need.told_on} 告知农户。"})
    if not need.replied_on <= on <= timezone.localdate():
        raise ValidationError({"on": f"告知日期须在答复日期 {need.replied_on} 至今天之间。"})
    need.told_on = on
    need.save(update_fields=["told_on"])
    record("households.need.tell", need, actor=actor, summary=f"{on} 告知农户答复")
    return need


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("household").get(pk=need.pk)
