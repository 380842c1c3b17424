"""Helper and household (结对帮扶): paired, ended, handed over. Dated; a helper sees the households paired
with him.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import Household, Member, Pairing
from households.options.kinds import GENERAL_RURAL
from households.options.poverty_status import POVERTY_STATUSES
from households.services.days import check_not_before
from households.services.locking import lock_households, lock_open, require_registered
from households.services.refusals import told_in_words
from poverty.accounts.models import Role, User
from poverty.audit.services import record
from poverty.parameters.services import value_for, values_for

FIRST, SECOND = 1, 2
_LIMITS = (
    "pairing.households_per_helper_poor",
    "pairing.households_per_helper_exited",
    "pairing.households_second_helper",
)


@transaction.atomic
def pair(
    household: Household,
    helper: User,
    *,
    since: date,
    order: int = FIRST,
    actor,
    goal: str = "",
    reason: str = "",
    document: str = "",
) -> Pairing:
    """Pair a household with a helper (帮扶责任人) from a day on and return the row.

    The helper must hold a posting as helper, and must not be a person of the poverty register himself. A
    second helper (`order` 2) only where the county allows it and a first one is there. Raises
    PermissionDenied (pairing.edit), ValidationError by field (helper, order, since). Limits are asked
    about: pairing_questions.
    """
    household = lock_open(household)
    _require_right(household, actor)
    require_registered(household)
    _check_helper(helper)
    _check_since(household, since)
    _check_order(household, helper, order, since)
    row = Pairing(
        household=household,
        helper=helper,
        order=order,
        valid_from=since,
        goal=goal.strip(),
        reason=reason.strip(),
        document=document.strip(),
    )
    with told_in_words():
        row.save()
    _record(
        "households.pairing.pair",
        row,
        actor,
        f"结对：{helper.name}（{row.get_order_display()}），{since}起",
        [None, helper.name],
    )
    return row


@transaction.atomic
def end_pairing(pairing: Pairing, *, on: date, reason: str, document: str = "", actor) -> Pairing:
    """End a pairing: on the day `on` it holds no more. Raises PermissionDenied, ValidationError by field."""
    household = lock_households([pairing.household_id])[pairing.household_id]
    _require_right(household, actor)
    row = Pairing.objects.select_related("household", "helper").get(pk=pairing.pk)
    _check_end(row, on, reason)
    row.valid_to, row.reason = on, reason.strip()
    row.document = document.strip() or row.document
    row.save(update_fields=["valid_to", "reason", "document"])
    _record(
        "households.pairing.end",
        row,
        actor,
        f"终止结对：{row.helper.name}，{on}起，{row.reason}",
        [row.helper.name, None],
    )
    return row


@transaction.atomic
def transfer(
    pairing: Pairing, helper: User, *, on: date, reason: str, document: str = "", actor, goal: str = ""
) -> Pairing:
    """Hand a household over to another helper of the same order from a day on; returns the new row."""
    if helper.pk == pairing.helper_id:
        raise ValidationError({"helper": "接任人就是现在的帮扶责任人，请另选一人。"})
    ended = end_pairing(pairing, on=on, reason=reason, document=document, actor=actor)
    return pair(
        ended.household,
        helper,
        since=on,
        order=ended.order,
        goal=goal or ended.goal,
        reason=reason,
        document=document,
        actor=actor,
    )


@transaction.atomic
def hand_over(
    pairings: Iterable[Pairing], helper: User, *, on: date, reason: str, document: str = "", actor
) -> list[Pairing]:
    """Hand several households over to one helper: all or none. A refusal names the household."""
    rows = sorted(pairings, key=lambda row: row.household_id)
    lock_households(row.household_id for row in rows)
    made = []
    for row in rows:
        try:
            made.append(transfer(row, helper, on=on, reason=reason, document=document, actor=actor))
        except ValidationError as error:
            if hasattr(error, "error_dict") and "helper" in error.error_dict:
                raise
            raise ValidationError(f"{row.household.head_name}户：{'；'.join(error.messages)}") from error
    return made


def pairing_questions(household: Household, helper: User, order: int, since: date) -> list[str]:
    """What is odd about a pairing, though not refused: more households than the county's limits for one
    helper.
    """
    limits = values_for(_LIMITS, household.area_id, since)
    others = Pairing.objects.open_on(since).filter(helper=helper).exclude(household=household)
    if order == SECOND:
        number, limit = others.filter(order=SECOND).count() + 1, limits["pairing.households_second_helper"]
        kind = "作为第二帮扶责任人"
    else:
        exited = household.status in _exited()
        same = others.filter(order=FIRST)
        same = (
            same.filter(household__status__in=_exited())
            if exited
            else same.exclude(household__status__in=_exited())
        )
        kind = "已脱贫户" if exited else "未脱贫户"
        limit = limits[_LIMITS[1] if exited else _LIMITS[0]]
        number = same.count() + 1
    if limit is not None and number > limit:
        return [f"{helper.name}将帮扶{kind} {number} 户，超过本县每人 {limit} 户的要求，请核对。"]
    return []


def _exited() -> tuple[str, ...]:
    return POVERTY_STATUSES.keys_where(lambda status: status.is_exited)


def _require_right(household: Household, actor) -> None:
    if not actor.has_right_at("pairing.edit", household.area_id):
        raise PermissionDenied("您没有在该区划安排结对帮扶的权限。")


def _check_helper(helper: User) -> None:
    today = timezone.localdate()
    if not helper.postings.open_on(today).filter(role=Role.HELPER).exists():
        raise ValidationError(
            {"helper": f"{helper.name}还没有“{Role.HELPER.label}”的任职，请先由系统管理员安排任职。"}
        )
    if helper.identity_hash is None:
        return
    poor = Member.objects.filter(
        identity_hash=bytes(helper.identity_hash), household__state=Household.State.REGISTERED
    ).exclude(household__kind=GENERAL_RURAL)
    if poor.exists():
        raise ValidationError({"helper": f"{helper.name}本人是建档立卡人口，不能当帮扶责任人。"})


def _check_since(household: Household, since: date) -> None:
    if since > timezone.localdate():
        raise ValidationError({"since": "开始时间在今天之后，请核对。"})
    begun = household.places.order_by("valid_from").values_list("valid_from", flat=True).first()
    check_not_before(since, begun, "该户登记", field="since")


def _check_order(household: Household, helper: User, order: int, since: date) -> None:
    if order not in (FIRST, SECOND):
        raise ValidationError({"order": "请选择第一或第二帮扶责任人。"})
    open_rows = list(household.pairings.filter(valid_to=None).select_related("helper"))
    if any(row.helper_id == helper.pk for row in open_rows):
        raise ValidationError({"helper": f"{helper.name}已是该户的帮扶责任人。"})
    present = next((row for row in open_rows if row.order == order), None)
    if present is not None:
        raise ValidationError(
            {"order": f"该户的{present.get_order_display()}是{present.helper.name}，请用“换人”交接。"}
        )
    if order == SECOND:
        if not value_for("pairing.second_allowed", household.area_id, since):
            raise ValidationError({"order": "本县没有开放第二帮扶责任人（地方参数“允许第二帮扶责任人”）。"})
        if not any(row.order == FIRST for row in open_rows):
            raise ValidationError({"order": "该户还没有第一帮扶责任人，请先安排第一帮扶责任人。"})
    last = household.pairings.filter(order=order).order_by("-valid_to").first()
    if last is not None and last.valid_to is not None and since < last.valid_to:
        raise ValidationError({"since": f"上一任帮扶到 {last.valid_to} 为止，开始时间不能早于该日。"})


def _check_end(row: Pairing, on: date, reason: str) -> None:
    errors = {}
    if row.valid_to is not None:
        raise ValidationError(f"{row.helper.name}的这段结对已于 {row.valid_to} 终止。")
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    elif on <= row.valid_from:
        errors["on"] = f"终止时间须晚于开始时间 {row.valid_from}。"
    if not reason.strip():
        errors["reason"] = "请写明原因，例如人员调动。"
    if errors:
        raise ValidationError(errors)


def _record(action: str, row: Pairing, actor, summary: str, helper: list) -> None:
    record(action, row.household, actor=actor, changes={"helper": helper}, summary=summary)
