"""A ledger's columns as a table for the printer: headings in two rows where there are groups, cells as text, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import QuerySet

from poverty.ledgers.columns import Column
from poverty.ledgers.outgoing.sheet import Heading, heading_of
from poverty.ledgers.outgoing.values import Reading, numbered


@dataclass(frozen=True)
class Printed:
    """`groups`: (merged heading, columns, heading below or None) in order; `subheadings`: the second row, if any."""

    groups: list[tuple[str, int, Heading | None]]
    subheadings: list[Heading]
    rows: list[list[tuple[str, str]]]  # (text, alignment)
    totals: list[str]


def printed(rows: QuerySet, columns: Sequence[Column]) -> Printed:
    """Every row of a village or township, masked; the caller has limited them to one such place."""
    headings = [heading_of(one, one.heading, one.group) for one in columns]
    reading = Reading(columns)
    lines = [cells for _, cells in numbered(rows.values_list(*reading.lookups).iterator(2000), reading)]
    groups: list[tuple[str, int, Heading | None]] = []
    below: list[Heading] = []
    for group, found in groupby(headings, key=lambda one: one.group):
        members = list(found)
        if group:
            groups.append((group, len(members), None))
            below += members
        else:
            groups += [(one.text, 1, one) for one in members]
    texts = [[(_text(cell), one.align) for cell, one in zip(cells, headings, strict=True)] for cells in lines]
    totals = [
        _text(sum(line[place] or 0 for line in lines)) if column.total else ""
        for place, column in enumerate(columns)
    ]
    return Printed(groups, below, texts, totals if any(one.total for one in columns) and lines else [])


def _text(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
