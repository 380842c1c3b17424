"""The county enters its own duty: a new row from a day on; what counted before stays as it was."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.duties.in_force import rules_at
from households.duties.models import Duty
from households.duties.models.rules import BY_THE_MONTH
from households.duties.services.writing import save
from households.options.duty_acts import PRESENCE
from poverty.audit.services import record

RIGHT = "duty.edit"


@transaction.atomic
def set_duty(
    key: str,
    area_code: str,
    *,
    actor,
    valid_from: date,
    every_months: int,
    times: int,
    document: str,
    least_days: int | None = None,
    note: str = "",
) -> Duty:
    """Let a duty hold at a place (county or above) in another measure from the first day of a month on; return the row.

    `times` 0: not asked there. What the duty is about (bearer, act, of which households) is taken over from the row in
    force. Raises PermissionDenied (duty.edit at the place), ValidationError by field: an unknown duty, a day that is no
    first of a month or lies before this month (figures that were reported would change), a later row of the place,
    days in a village by another period than a month.
    """
    if not actor.has_right_at(RIGHT, area_code):
        raise PermissionDenied("职责由县级规定。")
    if valid_from.day != 1:
        raise ValidationError({"valid_from": "从某月1日起，请填该月1日：当月应走访名单按月初确定。"})
    today = timezone.localdate()
    if valid_from < today.replace(day=1):
        raise ValidationError({"valid_from": "只能从本月或以后的月份起；已经过去的月份不改。"})
    now = rules_at(area_code, valid_from).by_key.get(key)
    if now is None:
        raise ValidationError("没有这项职责。")
    if now.act == PRESENCE and every_months != 1:
        raise ValidationError({"every_months": BY_THE_MONTH})
    own = Duty.objects.select_for_update().filter(key=key, area_code=area_code)
    if own.filter(valid_from__gte=valid_from).exists():
        raise ValidationError({"valid_from": "这一天或以后已有规定，请从更晚的月份起。"})
    own.filter(valid_to__isnull=True).update(valid_to=valid_from)
    row = Duty(
        area_code=area_code,
        key=key,
        title=now.title,
        bearer=now.bearer,
        act=now.act,
        per=now.per,
        statuses=list(now.statuses),
        watched=now.watched,
        regime=now.regime,
        every_months=every_months,
        times=times,
        least_days=now.least_days if least_days is None else least_days,
        valid_from=valid_from,
        document=document.strip(),
        note=note.strip(),
        recorded_by=actor,
    )
    save(row)
    record(
        "households.duty.set",
        row,
        actor=actor,
        summary=f"{row.title}：{valid_from}起{row.often}，{row.document}"[:200],
        changes={
            "every_months": [now.every_months, row.every_months],
            "times": [now.times, row.times],
        },
    )
    return row


def first_possible(area_code: str, key: str) -> date:
    """The first day from which a new row of a place may hold."""
    today = timezone.localdate().replace(day=1)
    last = Duty.objects.filter(key=key, area_code=area_code).order_by("-valid_from").first()
    if last is None or last.valid_from < today:
        return today
    return (last.valid_from + timedelta(days=31)).replace(day=1)
