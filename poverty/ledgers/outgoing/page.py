"""A worksheet whose body rows are written straight into the library's row stream.

XlsxWriter draws everything else: headings, merges, formats, paper, totals. Its way for a cell makes a tuple, a list of
attributes and several strings of each; with thirty columns that is most of an export (docs/decisions.md). It also
takes a text that begins with "<r>" and ends with "</r>" for finished markup; here every text is escaped.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from poverty.ledgers.columns import Kind
from poverty.ledgers.outgoing.sheet import Heading

MOST_TEXT = 32_767  # characters of a cell, by the format
_DAY_ONE = date(1899, 12, 30).toordinal()  # what Excel counts days from
_SECONDS = 24 * 3600
# What cannot stand in XML as it is, and what Excel would read as one of its own escapes.
_SPECIAL = re.compile("[&<>\x00-\x1f\x7f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

Render = Callable[[str, Any], str]  # (row number as text, cell) -> the cell's XML


class Page(Worksheet):
    """A worksheet in constant memory. After the last heading: `begin_body(row)`, then `add_body_row` for each row."""

    def begin_body(self, row: int) -> None:
        """Write out what stands above `row` (from 0)."""
        self._write_single_row(row)

    def add_body_row(self, row: int, cells: Sequence[Any], renders: Sequence[Render]) -> None:
        """Write row `row` (from 0) with these cells."""
        number = str(row + 1)
        parts = [render(number, cell) for render, cell in zip(renders, cells, strict=True)]
        self.fh.write(f'<row r="{number}">{"".join(parts)}</row>')
        self.previous_row = row + 1

    def merge_down(self, row: int, place: int) -> None:
        """Merge a cell with the one below; both have been written."""
        self.merge.append([row, place, row + 1, place])


def render_of(place: int, heading: Heading, style: Format) -> Render:
    """What makes the XML of a cell in column `place`; an empty cell keeps its frame."""
    start = f'<c r="{xl_col_to_name(place)}'
    styled = f'" s="{style._get_xf_index()}"'
    empty = f"{styled}/>"

    if heading.is_text:
        opened, kept = (
            f'{styled} t="inlineStr"><is><t>',
            f'{styled} t="inlineStr"><is><t xml:space="preserve">',
        )

        def render(number: str, cell: str | None) -> str:
            if cell is None:
                return start + number + empty
            if len(cell) > MOST_TEXT:
                raise ValueError(f"A text of {len(cell)} characters does not fit into a cell.")
            if _SPECIAL.search(cell) is None:
                return f"{start}{number}{opened}{cell}</t></is></c>"
            return f"{start}{number}{kept}{_escaped(cell)}</t></is></c>"

        return render

    value = _NUMBERS.get(heading.kind, str)

    def render_number(number: str, cell: Any) -> str:
        if cell is None:
            return start + number + empty
        return f"{start}{number}{styled}><v>{value(cell)}</v></c>"

    return render_number


def _escaped(text: str) -> str:
    text = _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _day(cell: date) -> int:
    return cell.toordinal() - _DAY_ONE


def _moment(cell: datetime) -> str:
    seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
    return repr(cell.toordinal() - _DAY_ONE + seconds / _SECONDS)


def _decimal(cell: Decimal) -> str:
    return format(cell, "f")


_NUMBERS: dict[Kind, Callable[[Any], str]] = {
    Kind.DATE: lambda cell: str(_day(cell)),
    Kind.MOMENT: _moment,
    Kind.MONEY: _decimal,
    Kind.NUMBER: _decimal,
}
