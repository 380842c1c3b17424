"""One cell of a workbook becomes a value or a fault: what was written, and what was expected.

An empty cell is "not answered" (None), never zero and never "no".
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from poverty.ledgers.cell_choices import read_option, read_options, read_state, read_yes_no
from poverty.ledgers.cell_faults import Fault, Parsed, expected_of, located
from poverty.ledgers.cell_numbers import read_amount, read_date, read_integer, read_moment, read_year
from poverty.ledgers.cell_texts import read_text, read_text_only
from poverty.ledgers.columns import TEXT_ONLY, Column, Kind

__all__ = ["Fault", "Parsed", "expected_of", "located", "parse", "reader"]

CACHED_WORDINGS = 5_000


def parse(column: Column, raw: Any, *, today: date) -> Parsed:
    """(value, None), (None, None) for an empty cell, or (None, fault).

    `raw` is what a workbook holds: str, float, int, bool, datetime, date, time, timedelta or None. Values: str for
    texts and numbers of persons (normalised), the key for OPTION, a list of keys for OPTIONS, bool for YES_NO, int for
    INTEGER, YEAR and STATE, Decimal with two places for NUMBER and MONEY, date for DATE, datetime without a zone for MOMENT.
    """
    return _READERS[column.kind](column, raw, today)


def reader(column: Column, *, today: date) -> Callable[[Any], Parsed]:
    """`parse` for one column, for many rows: kinds with few wordings remember what they have read."""
    read = partial(_READERS[column.kind], column)
    if column.kind not in _FEW_WORDINGS:
        return lambda raw: (None, None) if raw is None else read(raw, today)
    known: dict[tuple[type, Any], Parsed] = {}

    def remembering(raw: Any) -> Parsed:
        key = (raw.__class__, raw)
        found = known.get(key)
        if found is None:
            found = read(raw, today)
            if len(known) < CACHED_WORDINGS:
                known[key] = found
        return found

    return remembering


_READERS: dict[Kind, Callable[[Column, Any, date], Parsed]] = {
    Kind.TEXT: read_text,
    **dict.fromkeys(TEXT_ONLY - {Kind.TEXT}, read_text_only),
    Kind.OPTION: read_option,
    Kind.OPTIONS: read_options,
    Kind.YES_NO: read_yes_no,
    Kind.STATE: read_state,
    Kind.INTEGER: read_integer,
    Kind.YEAR: read_year,
    Kind.NUMBER: read_amount,
    Kind.MONEY: read_amount,
    Kind.DATE: read_date,
    Kind.BIRTH_DATE: read_date,
    Kind.MOMENT: read_moment,
}
_FEW_WORDINGS = frozenset({Kind.OPTION, Kind.OPTIONS, Kind.YES_NO, Kind.STATE, Kind.YEAR, Kind.INTEGER})
