"""The workbook of one village: its own rows, what is known, and blank cells to fill; and reading it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from households.requests.answers import read_answer
from households.requests.columns import AskedColumn
from poverty.ledgers.cells import Fault
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.tables import read_table

ROW_HEADING = "任务行号"
ROW_COLUMN = Column("row", ROW_HEADING, Kind.CODE, needed=True)
_HEAD = PatternFill("solid", fgColor="D9E1F2")
_TO_FILL = PatternFill("solid", fgColor="FFF2CC")
_HEADINGS_AT = 3
_LONGEST_LIST = 250  # characters; Excel takes no more in a list of choices


def row_mark(request_id: int, number: int, version: int) -> str:
    """What tells a row of the workbook when it comes back: request, row, and the version that was taken along."""
    return f"{request_id}-{number}-{version}"


def write_part(
    out: BinaryIO,
    *,
    title: str,
    note: str,
    columns: list[AskedColumn],
    rows: Iterable[tuple[str, dict[str, str]]],
) -> int:
    """Write (mark, {column name: text}) rows, texts as texts, with choices to pick from; how many."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("填报")
    sheet.freeze_panes = f"A{_HEADINGS_AT + 1}"
    sheet.column_dimensions["A"].width = 14
    for place, column in enumerate(columns, 2):
        width = min(max(10, 2 * len(column.heading) + 2), 32)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for place, column in enumerate(columns, 2):
        choices = {"yes_no": ("是", "否"), "option": column.options}.get(column.kind, ())
        said = ",".join(choices)
        if column.role == "fill" and choices and len(said) < _LONGEST_LIST:
            rule = DataValidation(type="list", formula1=f'"{said}"', allow_blank=True)
            rule.error, rule.errorTitle = f"请从“{'、'.join(choices)}”中选择。", column.heading
            letter = get_column_letter(place)
            rule.add(f"{letter}{_HEADINGS_AT + 1}:{letter}{_HEADINGS_AT + 60_000}")
            sheet.data_validations.append(rule)
    sheet.append([_text(sheet, title, Font(bold=True, size=14))])
    sheet.append([_text(sheet, note)])
    head = [_text(sheet, ROW_HEADING, Font(bold=True), _HEAD)]
    for column in columns:
        fill = _TO_FILL if column.role == "fill" else _HEAD
        cell = _text(sheet, column.heading, Font(bold=True), fill)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        head.append(cell)
    sheet.append(head)
    count = 0
    for mark, values in rows:
        line = [_text(sheet, mark)]
        for column in columns:
            line.append(
                _text(sheet, values.get(column.name, ""), fill=_TO_FILL if column.role == "fill" else None)
            )
        sheet.append(line)
        count += 1
    book.save(out)
    return count


def _text(sheet, text: str, font: Font | None = None, fill: PatternFill | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    if clean:
        cell.value = clean
        cell.data_type = "s"
    cell.number_format = "@"
    if font:
        cell.font = font
    if fill:
        cell.fill = fill
    return cell


@dataclass
class PartRow:
    """A row that came back: its mark in three, the answers that are right, and what is wrong by heading."""

    row: int
    request_id: int
    number: int
    version: int
    answers: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)


def read_part(path: Path, columns: list[AskedColumn], *, today: date) -> Iterable[PartRow]:
    """Read the columns to be filled; all others are not looked at. WorkbookRefused when it is not such a workbook.

    A mark that is none gives a row with request_id 0.
    """
    asked = [ROW_COLUMN, *[Column(one.name, one.heading) for one in columns]]
    with read_table(path, asked) as table:
        places = table.headings.places
        for number, cells in table.rows:
            mark = _cell(cells, places["row"])
            request_id, row, version = _mark(mark)
            found = PartRow(number, request_id, row, version)
            for column in columns:
                if column.name not in places:
                    continue
                text, fault = read_answer(column, _cell(cells, places[column.name]), today=today)
                if fault:
                    found.faults.append((column.heading, fault))
                elif text:
                    found.answers[column.name] = text
            yield found


def _cell(cells, place: int):
    return cells[place] if place < len(cells) else None


def _mark(raw) -> tuple[int, int, int]:
    parts = str(raw or "").strip().split("-")
    if len(parts) != 3 or not all(one.isdecimal() and len(one) < 10 for one in parts):
        return 0, 0, 0
    return int(parts[0]), int(parts[1]), int(parts[2])
