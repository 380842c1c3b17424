"""Days in the village: told by who was there, or typed by the village; no position is taken, nobody is clocked."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from households.duties.models import Leave, Presence
from households.duties.services.access import check_person
from households.duties.services.there_or_away import days_there, hold_days, leave_of, named
from households.duties.services.writing import check_day, prove
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.files.models import StoredFile
from poverty.parameters.services import value_for

LATE_DAYS = "presence.late_days"
_WAITS = "已申请请假，正在等待批准；没有请假的，请先撤回申请，提前回村的，批准后先登记回村。"


@transaction.atomic
def add_days(
    person: User,
    village: Area,
    days: Iterable[date],
    *,
    actor,
    work: str,
    scans: Mapping[str, StoredFile] | None = None,
) -> list[Presence]:
    """Record that a person was in a village on these days with the work of the days, and return the rows.

    A day that stands already is refused, not doubled. Raises PermissionDenied (oneself, or duty.record at the village),
    ValidationError by field: days to come, too long ago (presence.late_days), on leave or asked for as leave, told before,
    no work.
    """
    days = sorted(set(days))
    check_person(actor, person, village.pk)
    if not days:
        raise ValidationError({"days": "请选择日期。"})
    if not work.strip():
        raise ValidationError({"work": "请填写当日工作。"})
    for day in days:
        check_day(day, "days")
    today = timezone.localdate()
    limit = value_for(LATE_DAYS, village.pk, today)
    if (today - days[0]).days > limit:
        raise ValidationError({"days": f"{days[0]} 已超过 {limit} 天的补登期限。"})
    hold_days(person)
    _refuse_known(person, days)
    rows = [
        Presence(person=person, area=village, day=day, work=work.strip()[:300], recorded_by=actor)
        for day in days
    ]
    # Two who tell the same day at once: the second one meets the first one's row.
    made = Presence.objects.bulk_create(rows, ignore_conflicts=True)
    kept = list(
        Presence.objects.standing().filter(person=person, area=village, day__in=days, recorded_by=actor)
    )
    if len(kept) != len(made):
        raise ValidationError({"days": "有的日期刚刚已被登记，请刷新后再填。"})
    prove(kept[0], scans, actor=actor)
    record(
        "households.presence.add",
        kept[0],
        actor=actor,
        summary=f"{person.name}驻村 {len(days)} 天：{days[0]} 至 {days[-1]}",
    )
    return kept


def _refuse_known(person: User, days: list[date]) -> None:
    told = set(days_there(person, days[0], days[-1]))
    if known := [day for day in days if day in told]:
        raise ValidationError({"days": f"{named(known)} 已登记过驻村。"})
    for leave in leave_of(person, days[0], days[-1]):
        away = [day for day in days if leave.starts_on <= day <= leave.last_day]
        if away and leave.state == Leave.State.APPLIED:
            raise ValidationError({"days": f"{named(away)} {_WAITS}"})
        if away:
            span = f"{leave.starts_on} 至 {leave.last_day}"
            raise ValidationError(
                {"days": f"{named(away)} 在请假期内（{span}）；已提前回村的，请先登记回村。"}
            )
