"""Writing a ledger as a workbook, row by row, in constant memory.

XlsxWriter was chosen by measurement (docs/decisions.md), with rows of its own (page.py). Text is always written as
text, whatever it begins with; a formula stands only in the totals. Rows that do not fit on a sheet go to a further one.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from poverty.ledgers.outgoing import manifest
from poverty.ledgers.outgoing.page import Page, render_of
from poverty.ledgers.outgoing.pausing import BETWEEN_PAUSES, Pause, PausingFile
from poverty.ledgers.outgoing.sheet import (
    SIGNATURE,
    TOTAL,
    TOTAL_OF_ALL,
    TOTAL_OF_SHEET,
    Look,
    printed,
    spans,
)
from poverty.ledgers.outgoing.stamping import stamp

_FONT = "宋体"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_urls": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
}


@dataclass
class Sheet:
    """One sheet while it is being written: its name, how many rows it holds, and the sums of its totals."""

    name: str
    page: Any
    rows: int = 0
    sums: list[Decimal] | None = None


class Workbook:
    """A ledger being written to `path`. Add rows in order, then `close` with what the manifest says.

    book = Workbook(path, look, tmpdir)
    for cells in rows:
        book.add(cells)
    book.close([("台账", "贫困户信息"), ...])
    """

    def __init__(self, path: Path, look: Look, tmpdir: Path):
        self.look = look
        self.sheets: list[Sheet] = []
        self._path, self._target = path, PausingFile(path)
        buffered = io.BufferedWriter(self._target, BETWEEN_PAUSES)
        self._book = xlsxwriter.Workbook(buffered, {**_OPTIONS, "tmpdir": str(tmpdir)})
        self._buffered = buffered
        self._book.use_zip64()
        self._book.set_properties({"title": look.title, "created": look.as_of})
        self._make_formats()
        self._renders = [render_of(place, one, self._cells[place]) for place, one in enumerate(look.headings)]
        self._begin_sheet()

    @property
    def rows(self) -> int:
        """How many rows have been added."""
        return sum(one.rows for one in self.sheets)

    def add(self, cells: Sequence[Any]) -> None:
        """One more row, on a further sheet when this one is full."""
        sheet = self.sheets[-1]
        if sheet.rows == self.look.rows_per_sheet:
            self._end_sheet(more=True)
            sheet = self._begin_sheet()
        sheet.page.add_body_row(self.look.head_rows + sheet.rows, cells, self._renders)
        for number, place in enumerate(self.look.totals):
            if cells[place] is not None:
                sheet.sums[number] += cells[place]
        sheet.rows += 1

    def close(self, said: Iterable[tuple[str, str]], pause: Pause | None = None) -> None:
        """Write foot and manifest and finish the file. `said`: the lines of the manifest but for the sheets.

        `pause` is called now and then while the sheets are packed, which takes a minute for a million rows; what it
        raises ends the work.
        """
        self._end_sheet()
        self._write_manifest(said)
        self._target.pause = pause
        try:
            self._book.close()
        except BaseException:
            self.abandon()
            raise
        self._buffered.close()
        stamp(self._path, self.look.as_of)

    def abandon(self) -> None:
        """Give up, and leave no file; the temporary ones go with their folder."""
        self._book.fileclosed = True
        self._target.pause = None  # whoever lets go of the zip now still writes its end
        self._path.unlink(missing_ok=True)

    def _make_formats(self) -> None:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        boxed = {**base, "border": 1}
        make = self._book.add_format
        head = {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EDEDED"}
        self._title = make({**base, "font_size": 16, "bold": True, "align": "center"})
        self._line = make({**base, "align": "left"})
        self._unit = make({**base, "align": "right"})
        self._warning = make({**base, "align": "left", "bold": True, "font_color": "#C00000"})
        self._head = make(head)
        self._foot_text = make({**boxed, "bold": True, "align": "center", "num_format": "@"})
        self._plain = make({**base, "num_format": "@", "text_wrap": True, "valign": "top"})
        self._plain_bold = make({**base, "bold": True, "valign": "top"})
        self._cells, self._foot = [], []
        made: dict[tuple, tuple] = {}
        for one in self.look.headings:
            key = (one.number_format, one.align)
            if key not in made:
                cell = {**boxed, "num_format": one.number_format, "align": one.align}
                made[key] = make(cell), make({**cell, "bold": True})
            self._cells.append(made[key][0])
            self._foot.append(made[key][1])

    def _begin_sheet(self) -> Sheet:
        look = self.look
        name = look.name_of(len(self.sheets) + 1)
        sheet = Sheet(
            name, self._book.add_worksheet(name, worksheet_class=Page), sums=[Decimal(0)] * len(look.totals)
        )
        self.sheets.append(sheet)
        page, last = sheet.page, len(look.headings) - 1
        page.hide_gridlines(2)
        for place, one in enumerate(look.headings):
            page.set_column(place, place, one.width)
        page.freeze_panes(look.head_rows, 0)
        self._set_paper(page)
        row = 0
        page.set_row(row, 28)
        _across(page, row, 0, last, look.title, self._title)
        for cells in look.head[1 : 1 + len(look.lines)]:
            row += 1
            if len(cells) == 1:
                _across(page, row, 0, last, cells[0], self._line)
            else:
                _across(page, row, 0, look.unit_at - 1, cells[0], self._line)
                _across(page, row, look.unit_at, last, cells[-1], self._unit)
        if look.watermark:
            row += 1
            _across(page, row, 0, last, look.watermark, self._warning)
        self._write_headings(page, row + 1)
        return sheet

    def _write_headings(self, page: Any, row: int) -> None:
        headings = self.look.headings
        if self.look.grouped:
            for first, last, group in spans(headings):
                if last > first:
                    page.merge_range(row, first, row, last, group, self._head)
                else:
                    page.write_string(row, first, group or headings[first].text, self._head)
            row += 1
        page.set_row(row, 30)
        for place, one in enumerate(headings):
            page.write_string(row, place, one.text, self._head)
        if self.look.grouped:
            for place, one in enumerate(headings):
                if not one.group:
                    page.merge_down(row - 1, place)
        page.begin_body(row + 1)

    def _set_paper(self, page: Any) -> None:
        look = self.look
        page.set_landscape()
        page.set_paper(look.paper)
        page.fit_to_pages(look.pages_wide, 0)
        page.repeat_rows(look.head_rows - 1 - look.grouped, look.head_rows - 1)
        if look.pages_wide > 1:
            page.repeat_columns(look.name_at, look.name_at)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        page.center_horizontally()
        if look.watermark:
            page.set_header(f"&C&9{printed(look.watermark)}")
        page.set_footer(
            f"&L&9{printed(look.title)}&C&9第 &P 页 共 &N 页&R&9截至 {look.as_of:%Y-%m-%d %H:%M:%S}"
        )

    def _end_sheet(self, *, more: bool = False) -> None:
        """The foot of the sheet that is being written, and what needs to know its length. `more`: others follow."""
        look, sheet = self.look, self.sheets[-1]
        page, last, first_row = sheet.page, len(look.headings) - 1, look.head_rows
        end_row = first_row + sheet.rows
        page.autofilter(first_row - 1, 0, max(end_row - 1, first_row - 1), last)
        if sheet.rows:
            page.ignore_errors({"number_stored_as_text": xl_range(first_row, 0, end_row - 1, last)})
        several = more or len(self.sheets) > 1
        label = TOTAL_OF_SHEET if several else TOTAL
        formulas = [
            f"SUBTOTAL(109,{xl_range(first_row, place, max(end_row - 1, first_row), place)})"
            for place in look.totals
        ]
        self._write_total(page, end_row, f"{label} {sheet.rows} {look.per}", formulas, sheet.sums)
        row = end_row + 1
        if several and not more:
            ends = [(one.name, first_row + one.rows) for one in self.sheets]
            formulas = [
                "+".join(f"'{name}'!{xl_rowcol_to_cell(at, place)}" for name, at in ends)
                for place in look.totals
            ]
            sums = [sum(column) for column in zip(*(one.sums for one in self.sheets), strict=True)]
            words = f"{TOTAL_OF_ALL} {self.rows} {look.per}"
            self._write_total(page, row, words, formulas, sums)
            row += 1
        _across(page, row + 1, 0, last, SIGNATURE, self._line)

    def _write_total(self, page: Any, row: int, label: str, formulas: list[str], sums: list[Decimal]) -> None:
        totals = dict(zip(self.look.totals, zip(formulas, sums, strict=True), strict=True))
        for place in range(len(self.look.headings)):
            if place in totals:
                formula, value = totals[place]
                page.write_formula(row, place, f"={formula}", self._foot[place], float(value))
            elif place == 0:
                page.write_string(row, place, label, self._foot_text)
            else:
                page.write_blank(row, place, None, self._foot[place])

    def _write_manifest(self, said: Iterable[tuple[str, str]]) -> None:
        page = self._book.add_worksheet(manifest.SHEET)
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 90)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.write_string(0, 0, manifest.TITLE, self._title_left())
        lines = [*said, *((f"{manifest.ROWS_OF}{one.name}", str(one.rows)) for one in self.sheets)]
        for row, (name, value) in enumerate(lines, 2):
            page.write_string(row, 0, name, self._plain_bold)
            page.write_string(row, 1, value, self._plain)

    def _title_left(self):
        return self._book.add_format({"font_name": _FONT, "font_size": 14, "bold": True})


def _across(page: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """A text over these columns."""
    if last > first:
        page.merge_range(row, first, row, last, text, style)
    else:
        page.write_string(row, first, text, style)
