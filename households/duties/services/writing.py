"""Storing a record of field work: its days, its words, what the constraints say of it, its proofs."""

from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from poverty.files.services import link
from poverty.review.errors import constraint_of

FIRST_DAY = date(2014, 1, 1)  # 建档立卡 began


def check_day(day: date, field: str = "happened_on") -> None:
    """ValidationError at `field`: a day to come, or before there was a register."""
    if day > timezone.localdate():
        raise ValidationError({field: "日期不能晚于今天。"})
    if day < FIRST_DAY:
        raise ValidationError({field: "日期不能早于 2014-01-01。"})


def save(row: models.Model) -> None:
    """Check and insert a row; what a field or a constraint refuses is a ValidationError in words."""
    try:
        row.full_clean(exclude=_by_service(row))
    except ValidationError as error:
        found = error.message_dict
        alone = found.pop(NON_FIELD_ERRORS, [])
        raise ValidationError(found or alone) from error
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        words = {one.name: one.violation_error_message for one in row._meta.constraints}
        name = constraint_of(error)
        if name not in words:
            raise
        raise ValidationError(str(words[name])) from error


def _by_service(row: models.Model) -> list[str]:
    """Keys that the service found itself: looking them up again would ask the database once each."""
    return [field.name for field in row._meta.fields if field.is_relation]


def prove(row: models.Model, scans, *, actor) -> None:
    """Link stored files to a record, by role."""
    for role, scan in (scans or {}).items():
        link(scan, row, role=role, actor=actor)
