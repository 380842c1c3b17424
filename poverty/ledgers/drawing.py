"""Cells of a ledger on a page, as Excel will show them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from poverty.ledgers.columns import Column
from poverty.ledgers.outgoing.sheet import Heading

# What a row is called by, the nearest first; a ledger without any of them is called by its first column.
_NAMES = ("name", "head_name", "village", "township")
# What is the same in every row of a county: a phone leaves it out.
_ABOVE = ("province", "city", "county")


def shown(cell: Any) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def name_place(columns: Sequence[Column]) -> int:
    """Position (from 0) of the column that says whose row it is: it stays in sight while the others scroll."""
    keys = [one.key for one in columns]
    return next((keys.index(name) for name in _NAMES if name in keys), 0)


def classes_of(columns: Sequence[Column], headings: Sequence[Heading], named: int) -> list[str]:
    """CSS classes of the columns: numbers to the right, the one that heads the row, what a phone leaves out."""
    return [
        "ledger-name"
        if place == named
        else " ".join(
            filter(
                None, ("num" if heading.align == "right" else "", "wide-only" if column.key in _ABOVE else "")
            )
        )
        for place, (column, heading) in enumerate(zip(columns, headings, strict=True))
    ]


def table_rows(rows: Iterable[Sequence[Any]], classes: Sequence[str]) -> SafeString:
    """The rows of a table, every text escaped; `classes` as `classes_of` gives them.

    Drawn here: fifty rows of 47 columns through a template's loop are most of a page's time.
    """
    marks = [
        ('<th scope="row">', "</th>")
        if one == "ledger-name"
        else (f'<td class="{one}">' if one else "<td>", "</td>")
        for one in classes
    ]
    drawn = (
        "".join(f"{start}{escape(shown(cell))}{end}" for (start, end), cell in zip(marks, cells, strict=True))
        for cells in rows
    )
    return mark_safe("".join(f"<tr>{row}</tr>" for row in drawn))
