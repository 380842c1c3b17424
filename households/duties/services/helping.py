"""Help given on the spot, and what a person adds to his diary in his own words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.duties.models import DiaryNote, HelpAction
from households.duties.periods import last_of, month_of
from households.duties.services.access import check_person
from households.duties.services.writing import check_day, prove, save
from households.models import Household
from households.services.once import sent_before
from poverty.accounts.models import User
from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.files.models import StoredFile


@transaction.atomic
def add_help(
    kind: str,
    person: User,
    *,
    actor,
    happened_on: date,
    item: str,
    household: Household | None = None,
    village: Area | None = None,
    quantity: Decimal | None = None,
    measure: str = "",
    amount: Decimal | None = None,
    note: str = "",
    scans: Mapping[str, StoredFile] | None = None,
    identity: UUID | None = None,
) -> HelpAction:
    """Record what a helper gave to a household, or (without one) to a village; return the row. `amount` in yuan.

    Raises PermissionDenied (oneself, or duty.record at the village; a household that one does not see),
    ValidationError by field. `identity` of the page makes it arrive once.
    """
    check_day(happened_on)
    if household is not None:
        if not Household.objects.visible_to(actor).filter(pk=household.pk).exists():
            raise PermissionDenied("该户不在您的范围。")
        village = household.area
    if village is None:
        raise ValidationError({"village": "请选择户或村。"})
    check_person(actor, person, village.pk)
    row = HelpAction(
        kind=kind,
        area=village,
        household=household,
        person=person,
        unit=person.unit,
        happened_on=happened_on,
        item=item.strip(),
        quantity=quantity,
        measure=measure.strip(),
        amount=amount,
        note=note.strip(),
        recorded_by=actor,
        identity=identity,
    )
    if (stands := sent_before(row)) is not None:
        return stands
    save(row)
    prove(row, scans, actor=actor)
    record(
        "households.helpaction.add",
        row,
        actor=actor,
        summary=f"{person.name}：{row.get_kind_display()}，{row.item}，{happened_on}"[:200],
    )
    return row


@transaction.atomic
def add_note(
    person: User,
    month: date,
    *,
    actor,
    book: str,
    text: str,
    day: date | None = None,
    identity: UUID | None = None,
) -> DiaryNote:
    """Add to one's own diary of a month; return the row. Nobody writes in another's.

    `identity` of the page makes it arrive once. Raises PermissionDenied, ValidationError by field: a day outside the
    month or to come, nothing written.
    """
    if actor.pk != person.pk or not actor.has_right("duty.record"):
        raise PermissionDenied("日记由本人补记。")
    month = month_of(month)
    if day is not None and not month <= day <= last_of(month):
        raise ValidationError({"day": "日期须在这个月内。"})
    check_day(day or month, "day")
    row = DiaryNote(
        person=person,
        month=month,
        book=book,
        day=day,
        text=text.strip(),
        recorded_by=actor,
        identity=identity,
    )
    if (stands := sent_before(row)) is not None:
        return stands
    save(row)
    record(
        "households.diarynote.add",
        row,
        actor=actor,
        area_code=person.area_code,
        summary=f"{row.get_book_display()} {month:%Y-%m}",
    )
    return row
