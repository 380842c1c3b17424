"""What a ledger looks like, whatever writes it: lines above the table, headings, widths, formats, paper.

The words come from here and the strokes from the writer (workbook.py): another engine must draw the same.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from poverty.ledgers.columns import Column, Kind

MAX_ROWS = 1_048_576  # of one sheet, by the format
FOOT_ROWS = 4  # 合计, 总计, a blank line, the signatures

FORMATS = {
    Kind.INTEGER: "0",
    Kind.YEAR: "0",
    Kind.NUMBER: "#,##0.00",
    Kind.MONEY: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
TEXT_FORMAT = "@"
_RIGHT = {Kind.INTEGER, Kind.NUMBER, Kind.MONEY}
_LEFT = {Kind.TEXT, Kind.OPTIONS}
_LEAST_WIDTH = {
    Kind.IDENTITY: 21,
    Kind.PHONE: 14,
    Kind.BANK: 23,
    Kind.MONEY: 13,
    Kind.DATE: 12,
    Kind.MOMENT: 20,
}
_A4, _A3 = 9, 8
_WIDE = 130  # characters of a landscape A4 sheet that can still be read
_PAGE = 260  # characters of a landscape A3 sheet that can still be read
_UNIT_WIDTH = 18  # characters; a text that is merged with nothing is cut by its neighbour
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
TOTAL, TOTAL_OF_SHEET, TOTAL_OF_ALL = "合计", "本表合计", "各表合计"
SIGNED_BY = "制表人"
SIGNATURE = (
    f"{SIGNED_BY}：                审核人：                单位负责人：                （盖章）        "
    "年    月    日"
)


@dataclass(frozen=True)
class Heading:
    """A column's heading with the merged group above it ("" for none), its format and width."""

    text: str
    group: str
    kind: Kind
    width: int
    total: bool

    @property
    def is_text(self) -> bool:
        return self.kind not in FORMATS

    @property
    def number_format(self) -> str:
        return FORMATS.get(self.kind, TEXT_FORMAT)

    @property
    def align(self) -> str:
        return "right" if self.kind in _RIGHT else "left" if self.kind in _LEFT else "center"


@dataclass(frozen=True)
class Look:
    """Everything a writer must know besides the rows.

    `lines`: above the table, under the title. `unit`: at the right of the first line. `watermark`: "" or what is
    printed on every page and above the table. `as_of`: a moment of the place, to the second, without zone. `name_at`:
    position of the column that says whose row it is, repeated on every page where a row takes several.
    """

    title: str
    sheet_name: str
    lines: tuple[str, ...]
    unit: str
    headings: tuple[Heading, ...]
    per: str
    as_of: datetime
    watermark: str = ""
    max_rows: int = MAX_ROWS
    name_at: int = 0

    @property
    def grouped(self) -> bool:
        return any(one.group for one in self.headings)

    @property
    def head_rows(self) -> int:
        """Rows above the first row of data."""
        return 1 + len(self.lines) + bool(self.watermark) + 1 + self.grouped

    @property
    def unit_at(self) -> int | None:
        """Position of the first column that the unit is printed over; None: it stands in the line itself, or nowhere."""
        for place in range(len(self.headings) - 1, 1, -1):
            if self.unit and sum(one.width for one in self.headings[place:]) >= _UNIT_WIDTH:
                return place
        return None

    @property
    def head(self) -> list[list[str | None]]:
        """What stands above the first row of data, row by row and cell by cell (None: empty, or covered by a merge)."""
        lines = list(self.lines)
        if self.unit and self.unit_at is None and lines:
            lines[0] = f"{lines[0]}　{self.unit}"
        rows: list[list[str | None]] = [
            [one] for one in (self.title, *lines, *filter(None, [self.watermark]))
        ]
        if self.unit_at is not None and lines:
            rows[1] += [None] * (self.unit_at - 1) + [self.unit]
        if self.grouped:
            above: list[str | None] = [None] * len(self.headings)
            for first, _, group in spans(self.headings):
                above[first] = group or self.headings[first].text
            rows.append(above)
        rows.append([None if self.grouped and not one.group else one.text for one in self.headings])
        return rows

    @property
    def rows_per_sheet(self) -> int:
        """How many rows of data one sheet takes, heads and foot left out."""
        return self.max_rows - self.head_rows - FOOT_ROWS

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(place for place, one in enumerate(self.headings) if one.total)

    @property
    def paper(self) -> int:
        return _A3 if self._width > _WIDE else _A4

    @property
    def pages_wide(self) -> int:
        return max(1, math.ceil(self._width / _PAGE))

    @property
    def _width(self) -> int:
        return sum(one.width for one in self.headings)

    def name_of(self, number: int) -> str:
        """Name of the sheet with this number, from 1."""
        ending = "" if number == 1 else f"({number})"
        return _NOT_IN_NAMES.sub("", self.sheet_name)[: 31 - len(ending)] + ending


def heading_of(column: Column, text: str, group: str, *, full: bool = False) -> Heading:
    """How one column is drawn; wide enough for what is in it and for half of its heading. `full`: not masked."""
    kind = column.kind
    if kind is Kind.BIRTH_DATE:
        kind = Kind.DATE if full else Kind.TEXT
    width = max(column.width, _LEAST_WIDTH.get(kind, 0), min(len(text) + 2, 16))
    return Heading(text, group, kind, width, column.total)


def spans(headings: Sequence[Heading]) -> list[tuple[int, int, str]]:
    """(first, last, group) of neighbours under one group; "" where there is none, one by one."""
    found: list[tuple[int, int, str]] = []
    for place, one in enumerate(headings):
        if one.group and found and found[-1][2] == one.group:
            found[-1] = (found[-1][0], place, one.group)
        else:
            found.append((place, place, one.group))
    return found


def printed(text: str) -> str:
    """A text inside a page's header or footer, where "&" begins a code; Excel takes 255 characters in all."""
    doubled = text.replace("&", "&&")[:200]
    halved = (len(doubled) - len(doubled.rstrip("&"))) % 2  # cut between the two: one alone begins a code
    return doubled[: len(doubled) - halved]
