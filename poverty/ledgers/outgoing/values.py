"""From rows of the database to what stands in cells: labels, masks, dates, numbers; and the checksum over them.

A cell is None, text, int, Decimal of two places, date, or datetime without zone (time of the place).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import Any

from django.utils import timezone

from poverty.fields.crypto import SealedDataError
from poverty.fields.masks import MASKS
from poverty.fields.sealed import UNREADABLE, Sealed
from poverty.fields.states import LABELS
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import AS_OF, SERIAL, Derived, is_dated

_CENT = Decimal("0.01")
_FIELD, _ROW = "\x1f", "\x1e"
_MASK_OF = {Kind.IDENTITY: "identity", Kind.PHONE: "phone", Kind.BANK: "bank"}
OPTIONS_SEPARATOR = ","  # as the national system joins several choices


class Reading:
    """How the rows of some columns are read: `lookups` go to values_list, `cells(row)` turns one row into cells.

    `full`: sensitive values in clear; the caller has seen to right, purpose and log. The last lookup is the primary
    key, which tells rows apart when two files are compared. `as_of`: the day of the file, today without one.
    """

    def __init__(self, columns: Sequence[Column], *, full: bool = False, as_of: date | None = None):
        self.columns = tuple(columns)
        self._as_of = as_of or timezone.localdate()
        self.lookups: list[Any] = []
        self._serial = 0
        self._takers = [self._taker(column, full) for column in self.columns]
        self.lookups.append("pk")

    def cells(self, row: Sequence[Any]) -> list[Any]:
        """The cells of one row, in the order of the columns."""
        return [take(row) for take in self._takers]

    def _place(self, lookup: Any) -> int:
        if isinstance(lookup, str) and lookup in self.lookups:
            return self.lookups.index(lookup)
        self.lookups.append(lookup)
        return len(self.lookups) - 1

    def _taker(self, column: Column, full: bool) -> Callable[[Sequence[Any]], Any]:
        if column.source is SERIAL:
            return self._next
        turn = _turning(column, full)
        if isinstance(column.source, Derived):
            function = column.source.function
            if is_dated(column):
                takers = [self._part(one) for one in column.source.lookups]
                return lambda row: turn(function(*[take(row) for take in takers]))
            places = [self._place(one) for one in column.source.lookups]
            return lambda row: turn(function(*[row[place] for place in places]))
        place = self._place(column.lookup)
        return lambda row: turn(row[place])

    def _part(self, lookup: Any) -> Callable[[Sequence[Any]], Any]:
        """What takes one value of a Derived from a row."""
        if lookup is AS_OF:
            return lambda _row: self._as_of
        return itemgetter(self._place(lookup))

    def _next(self, _row: Sequence[Any]) -> int:
        self._serial += 1
        return self._serial


def _turning(column: Column, full: bool) -> Callable[[Any], Any]:
    """What makes a cell of a value of this column."""
    kind, options = column.kind, column.options
    if column.sensitive:
        mask = MASKS[_MASK_OF[kind]]
        return _clear if full else lambda value: _masked(value, mask)
    if kind is Kind.BIRTH_DATE:
        return _PLAIN[Kind.DATE] if full else _year_of_birth
    if kind is Kind.OPTION:
        labels = dict(options.choices)
        return lambda value: labels.get(value, value) or None
    if kind is Kind.OPTIONS:
        return lambda value: _several(value, options)
    return _PLAIN[kind]


def _clear(value: Any) -> str | None:
    if isinstance(value, Sealed):
        try:
            return value.reveal() or None
        except SealedDataError:
            return UNREADABLE  # one damaged value does not keep back a county's ledger
    return value or None


def _masked(value: Any, mask: Callable[[str], str]) -> str | None:
    if isinstance(value, Sealed):
        return value.masked or None
    return mask(value) if value else None


def _year_of_birth(value: date | None) -> str | None:
    """A date of birth without the right: as much as an age would tell."""
    return None if value is None else f"{value:%Y}-**-**"


def _several(value: Any, options: Any) -> str | None:
    keys = value.split(",") if isinstance(value, str) else value
    return options.labels([key for key in keys if key], OPTIONS_SEPARATOR) or None if keys else None


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else str(value)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(_CENT, ROUND_HALF_UP)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.replace(tzinfo=None, microsecond=0)


def _yes_no(value: Any) -> str | None:
    return None if value is None else "是" if value else "否"


_PLAIN: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.YES_NO: _yes_no,
    Kind.STATE: LABELS.get,
    Kind.INTEGER: lambda value: value,
    Kind.YEAR: lambda value: value,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: lambda value: value,
    Kind.MOMENT: _moment,
}


def plain(cell: Any) -> str:
    """A cell as the checksum and CSV see it: 1234.50, 2018-05-01, 2018-05-01 09:30:00; "" for an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


class Checksum:
    """SHA-256 over the cells of every row in order: cells parted by U+001F, rows ended by U+001E, in UTF-8."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.rows = 0

    def add(self, line: bytes) -> None:
        """Count in one row, as `line_of` gives it."""
        self._digest.update(line)
        self.rows += 1

    @property
    def value(self) -> str:
        return self._digest.hexdigest()


def line_of(cells: Iterable[Any]) -> bytes:
    """One row as the checksum counts it."""
    return (_FIELD.join(map(plain, cells)) + _ROW).encode()


def undated(columns: Sequence[Column]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """What leaves out of a row's cells those that change with the day of the file."""
    dated = {place for place, one in enumerate(columns) if is_dated(one)}
    if not dated:
        return lambda cells: cells
    return lambda cells: [None if place in dated else cell for place, cell in enumerate(cells)]


def as_kind(column_kind: Kind, raw: Any) -> Any:
    """A cell read back from a workbook as it was written, so that the checksum of an unchanged value is the same."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, float) and column_kind in (Kind.MONEY, Kind.NUMBER):
        return Decimal(repr(raw)).quantize(_CENT)
    if isinstance(raw, int) and column_kind in (Kind.MONEY, Kind.NUMBER):
        return Decimal(raw).quantize(_CENT)
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, datetime):
        # A moment is stored as a fraction of a day: to the second it is what was written.
        whole = (raw + timedelta(milliseconds=500)).replace(microsecond=0)
        return whole.date() if column_kind in (Kind.DATE, Kind.BIRTH_DATE) else whole
    return raw


def numbered(rows: Iterator[Sequence[Any]], reading: Reading) -> Iterator[tuple[Any, list[Any]]]:
    """(primary key, cells) of every row."""
    cells = reading.cells
    for row in rows:
        yield row[-1], cells(row)
