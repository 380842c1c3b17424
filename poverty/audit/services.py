"""Writing the log. Services of every app call these inside the transaction of what they record."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from poverty.audit.context import current
from poverty.audit.models import Entry
from poverty.sql.insert import insert_select

# Fields that hold an identity, phone or bank number: what is logged of them must be masked by the caller.
SENSITIVE = re.compile(
    r"identity|id_number|id_no|certificate|phone|mobile|telephone|bank|account_number|card"
)
_MANY_DIGITS = re.compile(r"[0-9０-９]{9,}")  # full-width digits are digits too
_BATCH = 2000


class UnmaskedNumber(ValueError):
    """A service tried to log a personal number in clear. The message names the field, never the number."""


def record(
    action: str,
    obj: Model | None = None,
    *,
    actor,
    changes: Mapping[str, Any] | None = None,
    summary: str = "",
    area_code: str | None = None,
    purpose: str = "",
    case: tuple | None = None,
) -> Entry:
    """Write one entry and return it.

    `action` is a code such as "household.survey.save", with a label in poverty.audit.actions. `obj` says
    which case it belongs to: by `obj.audit_case()` -> (case type, id, area code) where it has that method,
    else by its own model, key and `area_code`. `case` gives type and id (and area code) directly,
    `area_code` overrides the place. `actor` is a user, or None for the system and for who is not signed in.
    `changes` is {field: [old, new]}; dates, decimals and model instances become text. Address and request
    number come from the request being served.

    Raises UnmaskedNumber when the value of an identity, phone or bank field is not masked. Numbers that
    people typed into other texts are masked by the database.
    """
    return Entry.objects.create(**_row(action, actor, obj, changes, summary, area_code, purpose, case))


def record_rows(action: str, rows: Iterable[Mapping[str, Any]], *, actor) -> int:
    """Write one entry per row and return how many; all or none.

    A row is a mapping with the keyword arguments of `record`: obj, changes, summary, area_code, purpose,
    case. The rows may come from a generator; 2,000 are held at a time.
    """
    written = 0
    with transaction.atomic():
        entries = (Entry(**_row(action, actor, **row)) for row in rows)
        while batch := list(islice(entries, _BATCH)):
            written += len(Entry.objects.bulk_create(batch))
    return written


def record_select(
    action: str,
    queryset: QuerySet,
    *,
    actor,
    case_type: str,
    case_id: Any = None,
    area_code: Any = "",
    changes: Any = None,
    summary: Any = "",
    purpose: str = "",
) -> int:
    """Write one entry per row of `queryset` inside the database and return how many.

    `case_id` (by default the primary key), `area_code`, `changes` and `summary` are expressions over the
    queryset or plain values: `changes=JSONObject(status=JSONArray(F("status"), Value("closed")))`. Call it
    before the UPDATE where old values are needed. Columns with personal numbers have no business in
    `changes`.
    """
    origin = current()
    return insert_select(
        Entry,
        queryset,
        {
            "actor": actor,
            "action": action,
            "case_type": case_type,
            "case_id": F("pk") if case_id is None else case_id,
            "area_code": area_code,
            "changes": {} if changes is None else changes,
            "summary": summary,
            "purpose": purpose,
            "address": origin.address,
            "request_id": origin.request_id,
        },
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list]:
    """Return {field: [old, new]} of what differs, ready for `changes`; NULL and "" are the same nothing."""
    return {
        field: [plain(before.get(field)), plain(value)]
        for field, value in after.items()
        if before.get(field) != value and not (before.get(field) in (None, "") and value in (None, ""))
    }


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: dates as 2018-11-03, times as 2018-11-03 09:30, the rest as text.

    A sealed value gives its mask, since that is its text.
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | QuerySet):
        return [plain(item) for item in value]
    return str(value)


def _row(
    action, actor, obj=None, changes=None, summary="", area_code=None, purpose="", case=None
) -> dict[str, Any]:
    case_type, case_id, place = _case(obj, case)
    changes = {field: plain(value) for field, value in (changes or {}).items()}
    _refuse_unmasked(changes)
    origin = current()
    return {
        "actor": actor,
        "action": action,
        "area_code": (place if area_code is None else area_code) or "",
        "case_type": case_type,
        "case_id": case_id,
        "summary": _shortened(summary, 500),
        "changes": changes,
        "purpose": _shortened(purpose, 200),
        "address": origin.address,
        "request_id": origin.request_id,
    }


def _case(obj: Model | None, case: tuple | None) -> tuple[str, int | None, str]:
    if case is not None:
        case_type, case_id, *place = case
        return case_type, case_id, place[0] if place else getattr(obj, "area_code", "")
    if obj is None:
        return "", None, ""
    if hasattr(obj, "audit_case"):
        return obj.audit_case()
    return obj._meta.label_lower, obj.pk, getattr(obj, "area_code", "")


def _refuse_unmasked(changes: Mapping[str, Any]) -> None:
    for field, value in changes.items():
        if SENSITIVE.search(field) and any(_MANY_DIGITS.search(text) for text in _texts(value)):
            raise UnmaskedNumber(f"The value of {field} must be masked before it is logged.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
