"""After the approval: the household lives in its new house, and its old one is gone.

Neither changes the facts of a year: who collects them says 是否搬迁户 there.
"""

from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from households.models import RelocationApplication
from households.relocation.applications.services.lists import WHOM
from households.relocation.applications.workflow import RELOCATION
from households.services.case_lists import list_of, locked_one
from households.services.decision import Decision
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.files.services import link
from poverty.review.errors import ChangedMeanwhile


@transaction.atomic
def move_in(
    case: RelocationApplication, *, moved_to: str, decision: Decision, scan: StoredFile | None = None
) -> RelocationApplication:
    """Note that the household has moved in: the day is the decision's, the paper the 入住确认单 (`scan`).

    Raises PermissionDenied (register.confirm at the township), ValidationError by field (moved_to, happened_on,
    document_name): not announced, the announcement still hangs, an objection; ChangedMeanwhile.
    """
    case = locked_one(case)
    if decision.happened_on is None:
        raise ValidationError({"happened_on": "请填写入住日期。"})
    if not moved_to.strip():
        raise ValidationError({"moved_to": "请填写入住地址。"})
    case.moved_on, case.moved_to = decision.happened_on, moved_to.strip()
    values = {"moved_on": case.moved_on, "moved_to": case.moved_to}
    _noted(case, "move_in", values, decision, f"{case.moved_on} 入住，{case.moved_to}")
    if scan is not None:
        link(scan, case, role="moved_in", actor=decision.actor)
    return case


@transaction.atomic
def clear_old_house(case: RelocationApplication, decision: Decision) -> RelocationApplication:
    """Note that the old house was taken down, as promised: the day is the decision's.

    Raises PermissionDenied (register.confirm at the township), ValidationError by field; ChangedMeanwhile.
    """
    case = locked_one(case)
    if decision.happened_on is None:
        raise ValidationError({"happened_on": "请填写旧房拆除日期。"})
    case.cleared_on = decision.happened_on
    told = f"{case.cleared_on} 旧房已拆除"
    return _noted(case, "clear_old_house", {"cleared_on": case.cleared_on}, decision, told)


@transaction.atomic
def revoke_move_in(case: RelocationApplication, decision: Decision) -> RelocationApplication:
    """Take a wrongly noted move back (撤销入住): announced again, the day and the address gone; the log keeps them.

    It stands on a list of its own from then on, so that it is announced anew before anybody moves in, or its approval is
    revoked. Raises PermissionDenied (register.decide at the county), ValidationError by field (comment, document_name):
    nobody has moved in; ChangedMeanwhile.
    """
    case = locked_one(case)
    if case.state != RelocationApplication.State.MOVED:
        raise ValidationError(f"该件{case.get_state_display()}，没有要撤销的入住。")
    before = {"moved_on": case.moved_on, "moved_to": case.moved_to}
    step = decision.fire("revoke_move_in", case)
    rows = RelocationApplication.objects.filter(pk=case.pk, state=case.state)
    case.moved_on, case.moved_to = None, ""
    if rows.update(moved_on=None, moved_to="") != 1:
        raise ChangedMeanwhile(case.get_state_display())
    on_that_day = replace(decision, happened_on=step.happened_on)
    list_of(RELOCATION, rows, case.area_code, WHOM, on_that_day, remark="（重新公告）")
    record(
        "households.relocation.revoke_move_in",
        case.household,
        actor=decision.actor,
        changes={"moved_on": [str(before["moved_on"]), None], "moved_to": [before["moved_to"], None]},
        summary=f"搬迁申请：撤销入住：{step.comment}，依据：{step.document_name}",
    )
    return case


def _noted(
    case: RelocationApplication, name: str, values: dict[str, date | str], decision: Decision, told: str
) -> RelocationApplication:
    """Write what belongs to a step with the step, or neither."""
    source = {"move_in": "announced", "clear_old_house": "moved"}[name]
    if case.state != source:
        raise ValidationError(f"该件{case.get_state_display()}，不能办理。")
    case.clean_fields(exclude=["household", "created_by", "told_by"])
    if RelocationApplication.objects.filter(pk=case.pk, state=source).update(**values) != 1:
        raise ChangedMeanwhile(case.get_state_display())
    decision.fire(name, case)
    record(
        f"households.relocation.{name}",
        case.household,
        actor=decision.actor,
        summary=f"搬迁申请：{told}",
    )
    return case
