"""The workbook of wrong rows: the user's own headings, the wrong cells marked, the reasons in the last column.

It is corrected and sent in again as it is. So everything in it is a plain value, texts are text also where Excel
would make numbers of them, and the column of reasons is not read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from poverty.ledgers.cells import Fault
from poverty.ledgers.incoming.tables import REASON_HEADING

AS_TEXT = "@"
LONGEST = 32_767  # characters of a cell
MOST_COMMENTS = 5_000  # each is a drawing; past this the fill and the reasons say it
ROWS_PER_SHEET = 1_000_000
_WRONG = PatternFill("solid", fgColor="FFC7CE")
_HEAD = PatternFill("solid", fgColor="D9E1F2")

WrongRow = tuple[int, Sequence[Any], Mapping[int, Fault | Sequence[Fault]]]


def write_report(
    out: str | Path | BinaryIO,
    *,
    headings: Sequence[str],
    rows: Iterable[WrongRow],
    text_at: Collection[int] = (),
    sheet: str = "错误行",
) -> int:
    """Write the wrong rows; the number of rows.

    `rows`: (row number in the user's sheet, its cells as read, faults by position from 0; -1 for a fault of the whole
    row). `text_at`: positions of columns that must be text (numbers of persons): their cells are set to 文本, also the
    empty ones, so that what is typed there stays as typed.
    """
    book = Workbook(write_only=True)
    writer = _Sheet(book, sheet, headings, frozenset(text_at))
    count = 0
    for number, cells, faults in rows:
        writer.add(number, cells, faults)
        count += 1
    book.save(out)
    return count


class _Sheet:
    def __init__(self, book: Workbook, name: str, headings: Sequence[str], text_at: frozenset[int]):
        self.headings, self.text_at = list(headings), text_at
        self.comments = 0
        self.sheet = book.create_sheet(name)
        self.sheet.freeze_panes = "A2"
        for position, heading in enumerate(self.headings):
            width = min(max(8, 2 * len(heading) + 2), 40)
            self.sheet.column_dimensions[get_column_letter(position + 1)].width = (
                20 if position in text_at else width
            )
        self.sheet.column_dimensions[get_column_letter(len(self.headings) + 1)].width = 80
        row = [self._text(heading) for heading in (*self.headings, REASON_HEADING)]
        for cell in row:
            cell.font, cell.fill = Font(bold=True), _HEAD
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        self.sheet.append(row)

    def add(self, number: int, cells: Sequence[Any], faults: Mapping[int, Fault | Sequence[Fault]]) -> None:
        """A wrong row as the user wrote it, its wrong cells marked, the reasons in the last column."""
        by_position = {
            where: [found] if isinstance(found, Fault) else list(found) for where, found in faults.items()
        }
        row = []
        for position in range(len(self.headings)):
            raw = cells[position] if position < len(cells) else None
            wrong = by_position.get(position, ())
            cell = self._cell(raw, position, bool(wrong))
            if wrong:
                cell.fill = _WRONG
                if self.comments < MOST_COMMENTS:
                    cell.comment = Comment("\n".join(map(str, wrong)), "导入检查", height=90, width=260)
                    self.comments += 1
            row.append(cell)
        row.append(self._text(self._reason(number, by_position)))
        self.sheet.append(row)

    def _reason(self, number: int, faults: Mapping[int, Sequence[Fault]]) -> str:
        parts = [
            f"{self.headings[where]}：{fault}" if 0 <= where < len(self.headings) else str(fault)
            for where in sorted(faults)
            for fault in faults[where]
        ]
        return f"原表第{number}行　" + "；".join(part.rstrip("。") for part in parts)

    def _cell(self, raw: Any, position: int, wrong: bool) -> Any:
        if position in self.text_at or isinstance(raw, str):
            return self._text("" if raw is None else _shown(raw))
        if isinstance(raw, datetime | date):
            cell = WriteOnlyCell(self.sheet, raw)
            clock = isinstance(raw, datetime) and raw.time() != datetime.min.time()
            cell.number_format = "yyyy-mm-dd hh:mm" if clock else "yyyy-mm-dd"
            return cell
        if isinstance(raw, timedelta):
            return self._text(str(raw))
        if raw is None and not wrong:
            return None
        if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
            raw = int(raw)
        return WriteOnlyCell(self.sheet, raw)

    def _text(self, text: str) -> WriteOnlyCell:
        """A text that stays one: nothing that begins with = becomes a formula, no digits become a number."""
        cell = WriteOnlyCell(self.sheet)
        clean = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
        if clean:
            cell.value = clean
            cell.data_type = "s"
        cell.number_format = AS_TEXT
        return cell


def _shown(raw: Any) -> str:
    """A value as the user saw it in his cell."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else f"{raw:.6G}"
    if isinstance(raw, datetime) and raw.time() == datetime.min.time():
        return raw.date().isoformat()
    return str(raw)
