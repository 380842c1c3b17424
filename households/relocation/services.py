"""A cadre answers for a household that moves: from a day, for which matters, until another takes over."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.duties.services.writing import check_day
from households.models import Household, Membership, RelocationCharge
from households.options.relocation_tasks import RELOCATION_TASKS
from households.relocation.querysets import EDIT
from households.services.locking import lock_households, lock_open, require_registered
from households.services.refusals import told_in_words
from poverty.accounts.models import User
from poverty.audit.services import record
from poverty.review.errors import ChangedMeanwhile


@transaction.atomic
def take_charge(
    household: Household, cadre: User, *, tasks: Sequence[str], since: date, document: str = "", actor
) -> RelocationCharge:
    """Let a cadre answer for a household from a day on and return the row.

    Any person on record, with or without account; not somebody of the household itself. Raises PermissionDenied
    (pairing.edit), ValidationError by field (cadre, tasks, since).
    """
    household = lock_open(household)
    _require_right(household, actor)
    require_registered(household)
    check_day(since, "since")
    errors = {}
    if not tasks or set(tasks) - set(RELOCATION_TASKS.keys):
        errors["tasks"] = "请选择负责的事项。"
    if _lives_there(cadre, household):
        errors["cadre"] = f"{cadre.name}是该户的成员，不能包扶自己家。"
    rows = household.relocation_charges.standing().filter(cadre=cadre)
    if rows.filter(valid_to=None).exists():
        errors["cadre"] = f"{cadre.name}已在包扶该户，增减事项请用“换人或调整”。"
    elif (last := rows.order_by("-valid_to").first()) is not None and since < last.valid_to:
        errors["since"] = f"{cadre.name}上一段包扶到 {last.valid_to} 为止，开始时间不能早于该日。"
    if errors:
        raise ValidationError(errors)
    with told_in_words(RelocationCharge):
        row = RelocationCharge.objects.create(
            household=household,
            cadre=cadre,
            tasks=[key for key in RELOCATION_TASKS.keys if key in tasks],
            valid_from=since,
            document=document.strip(),
            recorded_by=actor,
        )
    told = f"搬迁包扶：{cadre.name}，{row.task_labels}，{since}起"
    _record("charge", household, actor, told, [None, cadre.name])
    return row


@transaction.atomic
def end_charge(charge: RelocationCharge, *, on: date, reason: str, actor) -> RelocationCharge:
    """End it: on the day `on` it holds no more. Raises PermissionDenied, ValidationError by field (on, reason)."""
    household, row = _held(charge, actor)
    if row.valid_to is not None:
        raise ValidationError(f"{row.cadre.name}的这段包扶已于 {row.valid_to} 终止。")
    errors = {}
    if on > timezone.localdate():
        errors["on"] = "日期在今天之后，请核对。"
    elif on <= row.valid_from:
        errors["on"] = f"终止时间须晚于开始时间 {row.valid_from}；登记错了的请用“撤销”。"
    if not reason.strip():
        errors["reason"] = "请写明原因，例如人员调动、已稳定入住。"
    if errors:
        raise ValidationError(errors)
    row.valid_to, row.end_reason = on, reason.strip()
    row.save(update_fields=["valid_to", "end_reason"])
    told = f"终止搬迁包扶：{row.cadre.name}，{on}起，{row.end_reason}"
    _record("end", household, actor, told, [row.cadre.name, None])
    return row


@transaction.atomic
def change_charge(
    charge: RelocationCharge,
    cadre: User,
    *,
    tasks: Sequence[str],
    on: date,
    reason: str,
    document: str = "",
    actor,
) -> RelocationCharge:
    """Another cadre, or the same for other matters, from a day on; returns the new row. Raises as both of the above."""
    if cadre.pk == charge.cadre_id and set(tasks) == set(charge.tasks):
        raise ValidationError({"tasks": "还是原来的人和事项，没有要改的。"})
    ended = end_charge(charge, on=on, reason=reason, actor=actor)
    try:
        return take_charge(ended.household, cadre, tasks=tasks, since=on, document=document, actor=actor)
    except ValidationError as error:
        if "since" in getattr(error, "error_dict", {}):
            raise ValidationError({"on": error.message_dict["since"]}) from error
        raise


@transaction.atomic
def withdraw_charge(charge: RelocationCharge, *, reason: str, actor) -> RelocationCharge:
    """Take one back that never was; one that held until a day is ended."""
    household, row = _held(charge, actor)
    row.take_back(reason, actor)
    told = f"撤销搬迁包扶：{row.cadre.name}，原因：{row.withdrawn_reason}"
    _record("withdraw", household, actor, told, [row.cadre.name, None])
    return row


def _require_right(household: Household, actor) -> None:
    if not actor.has_right_at(EDIT, household.area_id):
        raise PermissionDenied("您没有在该区划安排包扶的权限。")


def _lives_there(cadre: User, household: Household) -> bool:
    if cadre.identity_hash is None:
        return False
    rows = Membership.objects.filter(household=household, valid_to=None)
    return rows.filter(member__identity_hash=bytes(cadre.identity_hash)).exists()


def _held(charge: RelocationCharge, actor) -> tuple[Household, RelocationCharge]:
    household = lock_households([charge.household_id])[charge.household_id]
    _require_right(household, actor)
    rows = RelocationCharge.objects.select_for_update(of=("self",)).select_related("household", "cadre")
    row = rows.get(pk=charge.pk)
    if row.withdrawn_at is not None:
        raise ChangedMeanwhile("已撤销")
    return household, row


def _record(verb: str, household: Household, actor, summary: str, cadre: list) -> None:
    action = f"households.relocation.{verb}"
    record(action, household, actor=actor, changes={"包扶干部": cadre}, summary=summary)
