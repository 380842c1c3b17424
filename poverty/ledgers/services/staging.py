"""Rows of a workbook into the staging tables: parsed, numbers sealed and hashed, copied batch by batch."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from poverty.fields.bank import HASH_PURPOSE as BANK
from poverty.fields.crypto import keyed_hash, seal
from poverty.fields.identity import FAULTS as IDENTITY_FAULTS
from poverty.fields.identity import check_against, parse_identity
from poverty.fields.phone import HASH_PURPOSE as PHONE
from poverty.ledgers.cells import Fault, expected_of, reader
from poverty.ledgers.columns import Column, Headings
from poverty.ledgers.incoming.kinds import Found, ImportKind
from poverty.ledgers.incoming.places import Places
from poverty.ledgers.models import Import, Level, StagedCells, StagedRow
from poverty.sql.staging import analyze, copy_rows

BATCH = 2_000
PLACE_COLUMNS = ("province", "city", "county", "township", "village")
# Keys of personal columns -> the purpose under which they are sealed; each has a column of its own.
SEALED = {
    "identity": "identity",
    "head_identity": "identity",
    "phone": "phone",
    "member_phone": "phone",
    "bank_account": "bank",
}
_HASHED = {"phone": PHONE, "member_phone": PHONE, "bank_account": BANK}
_CELLS = ("id", "values", "identity_last4_hash", *SEALED)
_HASHES = ("identity_hash", "head_hash", "phone_hash", "member_phone_hash", "bank_account_hash")
_ROWS = (
    "cells",
    "imported",
    "number",
    "household_no",
    "member_no",
    "area_code",
    "is_head",
    *_HASHES,
    "cell_faults",
    "row_faults",
    "cell_level",
    "level",
    "leads",
    "outcome",
    "differences",
    "kept",
    "national",
)
_MATCHED = ("imported", "household_id", "member_id", "leads", "level", "outcome")
_FEW = 1_000
_COPIED_AS_THEY_ARE = ("household_no", "member_no")


@dataclass
class _Row:
    """One row on its way: values by column key, personal numbers apart, faults."""

    values: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, bytes] = field(default_factory=dict)
    last4_hash: bytes | None = None
    area_code: str = ""
    faults: list[Found] = field(default_factory=list)


def stage(
    imported: Import,
    kind: ImportKind,
    headings: Headings,
    rows: Iterable[tuple[int, Sequence[Any]]],
    *,
    today: date,
    told: Callable[[int], None] = lambda done: None,
) -> int:
    """Parse `rows` (number as Excel counts, cells) into the staging tables of an import; returns how many.

    Rows of an earlier try go first. Empty rows are passed over. `told` hears how many rows are done. Inside a
    transaction of the caller's.
    """
    clear_rows(imported)
    read = _Reading(kind, headings, imported, today)
    staged = 0
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        parsed = [(number, read(cells)) for number, cells in batch if not _is_empty(cells)]
        copy_rows(StagedCells, _wide(imported, parsed), columns=_CELLS)
        copy_rows(StagedRow, _narrow(imported, parsed), columns=_ROWS)
        staged += len(parsed)
        told(staged)
    analyze(StagedCells)
    analyze(StagedRow)
    return staged


def weigh(imported: Import, *, new: bool = True) -> None:
    """Let the planner know what a step of matching has written into the staged rows.

    They were analyzed before anybody was found, and PostgreSQL would take "all rows whose household is known" for
    none: it then compares each with each. Rows that were weighed before are not `new` (sql.staging.analyze).
    """
    if StagedRow.objects.filter(imported=imported).count() > _FEW:
        analyze(StagedRow, *_MATCHED, new=new)


def clear_rows(imported: Import) -> None:
    """Delete the staged rows of an import."""
    first, last = StagedRow.key_of(imported.pk, 0), StagedRow.key_of(imported.pk + 1, 0)
    StagedRow.objects.filter(imported=imported).delete()
    StagedCells.objects.filter(pk__gte=first, pk__lt=last).delete()


def _is_empty(cells: Sequence[Any]) -> bool:
    return not any(cell is not None and cell != "" for cell in cells)


class _Reading:
    """How the cells of one workbook become a row."""

    def __init__(self, kind: ImportKind, headings: Headings, imported: Import, today: date):
        self.target, self.compared, self.today = kind.target, kind.compared, today
        self.places_needed = kind.places_needed
        self.year, self.places = imported.year, Places(imported.area_code)
        found = [one for one in kind.columns if one.key in headings.places]
        # What is asked of every cell of every row is worked out once.
        self.cells: list[tuple[str, int, Callable, bool, Column]] = [
            (one.key, headings.places[one.key], reader(one, today=today), one.sensitive, one) for one in found
        ]
        self.asked = frozenset(headings.places)
        self.needed = [one for one in found if one.needed]

    def __call__(self, cells: Sequence[Any]) -> _Row:
        row, length = _Row(), len(cells)
        values, personal = row.values, row.personal
        for key, position, read, sensitive, column in self.cells:
            raw = cells[position] if position < length else None
            if raw is None:
                continue
            value, fault = read(raw)
            if fault is not None:
                row.faults.append(self._fault(column, fault))
            elif value is not None:
                if sensitive:
                    personal[key] = value
                else:
                    values[key] = value
        self._identity(row)
        for key, purpose in _HASHED.items():
            if key in row.personal:
                row.hashes[f"{key}_hash"] = keyed_hash(purpose, row.personal[key])
        place = [row.values.get(key, "") for key in PLACE_COLUMNS]
        if self.places_needed or any(place):
            row.area_code, fault = self.places.find(*place)
            if fault is not None:
                row.faults.append(fault)
        for column in self.needed:
            if column.key not in values and column.key not in personal:
                self._missing(row, column)
        wrong = {one.column for one in row.faults}
        row.faults.extend(
            self.target.read(row.values, asked=self.asked, wrong=wrong, year=self.year, today=self.today)
        )
        return row

    def _fault(self, column: Column, fault: Fault) -> Found:
        level = Level.QUESTION if column.key in self.compared else Level.CELL
        return Found(column.key, fault.code, str(fault), Level.ROW if column.needed else level)

    @staticmethod
    def _missing(row: _Row, column: Column) -> None:
        if all(one.column != column.key for one in row.faults):
            message = f"没有填“{column.heading}”。应填：{expected_of(column)}。"
            row.faults.append(Found(column.key, "missing", message, Level.ROW))

    def _identity(self, row: _Row) -> None:
        """Hashes of the numbers, and what the person's own number says of birth date and sex."""
        if head := row.personal.get("head_identity"):
            row.hashes["head_hash"] = parse_identity(head, today=self.today).hash
        number = row.personal.get("identity")
        if not number:
            return
        values = row.values
        identity = parse_identity(number, values.get("document_type"), today=self.today)
        blocking = [code for code in identity.faults if IDENTITY_FAULTS[code].blocking]
        if blocking:
            row.faults.append(Found("identity", f"identity_{blocking[0]}", identity.refused[0], Level.CELL))
            del row.personal["identity"]
            return
        row.personal["identity"] = identity.number
        row.hashes["identity_hash"], row.last4_hash = identity.hash, identity.last4_hash
        values["document_type"] = identity.kind
        if identity.faults:
            values["identity_faults"] = list(identity.faults)
        against = check_against(identity, values.get("birth_date"), values.get("sex"))
        for key, message in against.items():
            row.faults.append(Found(key, "against_identity", message, Level.CELL))
            del values[key]
        if identity.birth_date and "birth_date" not in against:
            values["birth_date"] = identity.birth_date
        if identity.sex and "sex" not in against:
            values["sex"] = identity.sex


def _wide(imported: Import, rows: list[tuple[int, _Row]]) -> Iterator[tuple]:
    for number, row in rows:
        sealed = (
            seal(row.personal[key], purpose) if key in row.personal else None
            for key, purpose in SEALED.items()
        )
        values = {key: value for key, value in row.values.items() if key not in _COPIED_AS_THEY_ARE}
        yield (StagedRow.key_of(imported.pk, number), _json(values), row.last4_hash, *sealed)


def _narrow(imported: Import, rows: list[tuple[int, _Row]]) -> Iterator[tuple]:
    for number, row in rows:
        level = max((one.level for one in row.faults), default=Level.NONE)
        yield (
            StagedRow.key_of(imported.pk, number),
            imported.pk,
            number,
            row.values.get("household_no", ""),
            row.values.get("member_no", ""),
            row.area_code,
            "t" if row.values.get("is_head") else "f",
            *(row.hashes.get(name) for name in _HASHES),
            _json([one.as_json() for one in row.faults]),
            "[]",
            int(level),
            int(level),
            "f",
            "",
            "{}",
            "{}",
            "f",
        )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a staged row.")
