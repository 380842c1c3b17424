"""Recurring tables (定期任务): set up once, made and issued on their days, each day once."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.models import RecurringRequest, RequestRow, TableRequest
from households.requests.choosing import checked
from households.requests.columns import FILL, AskedColumn
from households.requests.conditions import CONDITIONS, Ask
from households.services.request_reading import prefill
from households.services.requests import check_issuer, issue
from poverty.areas.models import Level
from poverty.audit.services import record
from poverty.ledgers.columns import plain_heading

logger = logging.getLogger(__name__)
HANDED_IN_BY = time(18, 0)
_TERMS = ((3, 1), (9, 1))
AT_ONCE = 1_000
MOST_ROWS = 50_000


def due_day(every: str, today: date) -> date:
    """The latest day not after today on which a table of this repeat was due."""
    if every == RecurringRequest.Every.WEEK:
        return today - timedelta(days=today.weekday())
    if every == RecurringRequest.Every.MONTH:
        return today.replace(day=1)
    days = [date(year, month, day) for year in (today.year - 1, today.year) for month, day in _TERMS]
    return max(one for one in days if one <= today)


@transaction.atomic
def set_up(
    *,
    area_code: str,
    title: str,
    condition: str,
    every: str,
    days: int,
    actor,
    instructions: str = "",
    filters: Mapping[str, str] | None = None,
    asks: Sequence[Ask] = (),
) -> RecurringRequest:
    """Set up a recurring table; its first comes on the next of its days. ValidationError by field.

    `filters`: of a condition that is chosen freely; `asks`: the columns to fill, by default the condition's own.
    """
    check_issuer(area_code, actor)
    if len(area_code) != Level.COUNTY:
        raise ValidationError({"area": "定期任务由县设置，请选择县。"})
    if condition not in CONDITIONS:
        raise ValidationError({"condition": "请选择条件。"})
    chosen = CONDITIONS[condition]
    kept = checked(chosen.filters, filters or {}) if chosen.filters else {}
    columns = chosen.columns(asks)
    _check_asked(columns)
    made = RecurringRequest.objects.create(
        area_code=area_code,
        title=title.strip(),
        instructions=instructions.strip(),
        condition=condition,
        filters=kept,
        columns=[one.stored() for one in columns],
        every=every,
        days=days,
        created_by=actor,
    )
    record("households.recurring.set", made, actor=actor, summary=f"设置定期任务：{made.get_every_display()}")
    return made


def _check_asked(columns: list[AskedColumn]) -> None:
    """The columns to fill can be filled, and each has a name of its own."""
    filled = [one for one in columns if one.role == FILL]
    if not filled:
        raise ValidationError({"asks": "请写明要各村填什么，至少一列。"})
    headings = [plain_heading(one.heading) for one in columns]
    doubled = next((one.heading for one in filled if headings.count(plain_heading(one.heading)) > 1), "")
    if doubled:
        raise ValidationError({"asks": f"“{doubled}”有两列，请改一个名称。"})
    for one in filled:
        if one.kind == "option" and (len(one.options) < 2 or len(set(one.options)) < len(one.options)):
            raise ValidationError({"asks": f"“{one.heading}”是选项，请写出至少两个不同的选项，用逗号分开。"})


def fits_now(recurring: RecurringRequest, actor) -> int:
    """How many persons or households it would ask about today."""
    condition, today = CONDITIONS[recurring.condition], timezone.localdate()
    return condition.found(actor, recurring.area_code, today.year, today, recurring.filters).count()


@transaction.atomic
def switch(recurring: RecurringRequest, *, active: bool, actor) -> None:
    """Turn a recurring table on or off; what it has brought stays."""
    check_issuer(recurring.area_code, actor)
    RecurringRequest.objects.filter(pk=recurring.pk).update(active=active)
    record(
        "households.recurring.switch",
        recurring,
        actor=actor,
        summary="启用定期任务" if active else "停用定期任务",
    )


def issue_due(now: datetime | None = None) -> int:
    """Make and issue what is due and not made yet; how many. Each day of each once, however often it is called.

    One that cannot be issued (its issuer has left, nobody fits) says why on its page and keeps no other from it.
    """
    today = timezone.localdate(now)
    made = 0
    for one in RecurringRequest.objects.filter(active=True).select_related("created_by"):
        due = due_day(one.every, today)
        if due <= timezone.localdate(one.created_at) or one.requests.filter(due_on=due).exists():
            continue
        try:
            with transaction.atomic():
                make(one, due)
                RecurringRequest.objects.filter(pk=one.pk).update(message="")
            made += 1
        except (PermissionDenied, ValidationError) as error:
            text = error.messages[0] if isinstance(error, ValidationError) else str(error)
            RecurringRequest.objects.filter(pk=one.pk).update(message=f"{due}：{text}"[:200])
        except IntegrityError:
            logger.info("Recurring table %s of %s was made by another process", one.pk, due)
    return made


@transaction.atomic
def make(recurring: RecurringRequest, due: date) -> TableRequest:
    """Make and issue the table of a day. ValidationError when nobody fits, IntegrityError when it is there already."""
    actor = recurring.created_by
    check_issuer(recurring.area_code, actor)
    condition = CONDITIONS[recurring.condition]
    rows = condition.found(actor, recurring.area_code, due.year, due, recurring.filters)
    if condition.per_person:
        found = rows.order_by("household__area_id", "household_id", "rank", "id").values_list(
            "household_id", "member_id", "household__area_id"
        )
    else:
        found = ((pk, None, area) for pk, area in rows.order_by("area_id", "id").values_list("pk", "area_id"))
    found = list(found)
    if not found:
        raise ValidationError("没有符合条件的人或户，没有下发。")
    if len(found) > MOST_ROWS:
        raise ValidationError(f"符合条件的超过 {MOST_ROWS} 行，没有下发。")
    deadline = datetime.combine(timezone.localdate() + timedelta(days=recurring.days), HANDED_IN_BY)
    request = TableRequest.objects.create(
        area_code=recurring.area_code,
        title=f"{recurring.title}（{due}）",
        sender="定期任务",
        instructions=recurring.instructions,
        deadline=timezone.make_aware(deadline),
        year=due.year,
        columns=[AskedColumn.of(one).stored() for one in recurring.columns],
        prepared_at=timezone.now(),
        recurring=recurring,
        due_on=due,
        created_by=actor,
    )
    RequestRow.objects.bulk_create(
        [
            RequestRow(
                request=request, number=number, household_id=household, member_id=member, area_code=area
            )
            for number, (household, member, area) in enumerate(found, 1)
        ],
        batch_size=AT_ONCE,
    )
    prefill(request)
    return issue(request, actor=actor)


def enqueue_due(due: datetime) -> None:
    """The timetable's call, once a day."""
    issue_due()
