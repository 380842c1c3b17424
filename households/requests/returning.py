"""Answers written into the sender's own workbook: only the cells answered change, every other byte of it stays.

The sheet is a stream of XML. It is parsed as it comes, and copied as it came, except for the cells to be written. So
styles, widths, merged cells, pictures, formulas and other sheets are the sender's, and the size costs no memory. (A
program that loads and saves a workbook loses what it does not know: pictures, shapes, extensions.)
"""

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from households.requests.formats import STYLES, Formats
from poverty.ledgers.incoming.archive import Archive
from poverty.ledgers.incoming.limits import DEFAULT
from poverty.ledgers.incoming.package import read_package
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.scanning import column_letters, column_number

Value = str | int | Decimal | date
_CHUNK = 1 << 18
_MOST_COLUMNS = 200  # whose own style is kept; a sheet may name its style for all 16,384
_LETTERS = re.compile(r"[A-Z]+")


def write_back(
    path: Path, out: BinaryIO, sheet: str, cells: Mapping[int, Mapping[int, Value]], *, heading_row: int = 0
) -> int:
    """Copy a workbook to `out` with `cells` {row number: {position: value}} written into a sheet; how many were.

    Texts go as texts, numbers as numbers and days as real dates, each in the style of its cell; where the sender's
    column is formatted as text, as texts. A row that the sheet does not have is not made. WorkbookRefused when the
    sheet is gone, or a cell to be written holds a formula.
    """
    archive = Archive(path, DEFAULT)
    package = read_package(archive, DEFAULT.sheets)
    formats = Formats(archive)
    days = any(isinstance(value, date) for line in cells.values() for value in line.values())
    part = next((one.part for one in package.sheets if one.name == sheet), "")
    if not part:
        raise WorkbookRefused("no_sheet", f"工作簿里没有工作表“{sheet}”。")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        written, styles = 0, None
        for entry in source.infolist():
            if days and entry.filename == STYLES:
                styles = entry
                continue
            if entry.filename != part:
                with source.open(entry) as one, target.open(_copy_of(entry), "w") as other:
                    while chunk := one.read(_CHUNK):
                        other.write(chunk)
                continue
            with source.open(entry) as one, target.open(_copy_of(entry), "w", force_zip64=True) as other:
                writer = _SheetWriter(other, cells, formats, heading_row)
                while chunk := one.read(_CHUNK):
                    writer.feed(chunk)
                written = writer.close()
        if styles is not None:  # last: only now is it known which styles show dates
            target.writestr(_copy_of(styles), formats.content())
    return written


def _copy_of(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(entry.filename, entry.date_time)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = entry.external_attr
    return info


class _SheetWriter:
    """One sheet on its way through: `_kept` holds the bytes from `_base` on that are not yet written."""

    def __init__(self, out, cells: Mapping[int, Mapping[int, Value]], formats: Formats, heading_row: int):
        self.out, self.cells, self.formats = out, cells, formats
        self._heading = heading_row  # what it looks like says nothing of the cells below
        self.written = 0
        self._kept = bytearray()
        self._base = 0  # offset in the whole stream of the first byte of _kept
        self._row, self._column = 0, -1
        self._todo: list[tuple[int, Value]] = []  # what is still to be written in this row, left to right
        self._replaced: tuple[int, Value, str, int] | None = None  # of the cell we are in
        self._after: list[tuple[int, int, bytes]] = []  # (from, to, new bytes), in order
        self._styles: dict[int, str] = {}  # of each column: its own, then that of the last written row
        self._last_style = ""  # of the cell before, and of the row where it has one
        self._prefix = ""
        self._row_is_empty = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        """Take some more of the sheet."""
        self._kept += chunk
        self._parser.Parse(chunk, False)
        self._flush(self._safe())

    def close(self) -> int:
        """Write the rest; how many cells were written."""
        self._parser.Parse(b"", True)
        self._flush(self._base + len(self._kept))
        return self.written

    def _safe(self) -> int:
        """Up to where everything is decided: the place the parser has come to, before an unfinished cell."""
        if self._replaced is not None:
            return self._replaced[3]
        return max(self._base, self._parser.CurrentByteIndex)

    def _flush(self, up_to: int) -> None:
        place = self._base
        while self._after and self._after[0][1] <= up_to:
            start, end, new = self._after.pop(0)
            self.out.write(self._kept[place - self._base : start - self._base])
            self.out.write(new)
            place = end
        stop = min(up_to, self._after[0][0]) if self._after else up_to
        if stop > place:
            self.out.write(self._kept[place - self._base : stop - self._base])
            place = stop
        del self._kept[: place - self._base]
        self._base = place

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _, plain = name.rpartition(":")
        if plain == "col" and attributes.get("style"):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            for column in range(first - 1, min(last, _MOST_COLUMNS)):
                self._styles[column] = attributes["style"]
        elif plain == "row":
            self._prefix = prefix
            self._row_is_empty = self._closes_itself(self._parser.CurrentByteIndex)
            self._row = int(attributes.get("r", self._row + 1))
            self._column = -1
            self._last_style = attributes.get("s", "")
            self._todo = sorted(self.cells.get(self._row, {}).items())
        elif plain == "c" and self._row:
            place = attributes.get("r", "")
            letters = _LETTERS.match(place)
            self._column = column_number(letters[0]) if letters else self._column + 1
            here = self._parser.CurrentByteIndex
            while self._todo and self._todo[0][0] < self._column:
                self._insert(here)
            self._last_style = attributes.get("s", "")
            if "s" in attributes and self._row in self.cells and self._row != self._heading:
                self._styles[self._column] = attributes["s"]
            if self._todo and self._todo[0][0] == self._column:
                _, value = self._todo.pop(0)
                self._replaced = (self._column, value, attributes.get("s", ""), here)
        elif plain == "f" and self._replaced is not None:
            where = f"{column_letters(self._column)}{self._row}"
            raise WorkbookRefused("formula", f"单元格{where}里是公式，不能填写。请把这一列改为“原样”。")

    def _end(self, name: str) -> None:
        plain = name.rpartition(":")[2]
        if plain == "c" and self._replaced is not None:
            column, value, style, start = self._replaced
            self._replaced = None
            # After a tag that closes itself the parser stands behind it already.
            end = self._end_of_tag(start if self._closes_itself(start) else self._parser.CurrentByteIndex)
            self._after.append((start, end, self._cell(column, value, style)))
            self.written += 1
        elif plain == "row":
            here = self._parser.CurrentByteIndex
            while self._todo and not self._row_is_empty:
                self._insert(here)
            self._todo = []

    def _end_of_tag(self, start: int) -> int:
        """Just after the tag that begins at `start`; no attribute of a cell holds a >."""
        return self._base + self._kept.index(b">", start - self._base) + 1

    def _closes_itself(self, start: int) -> bool:
        """Whether the tag that begins at `start` ends with />."""
        end = self._end_of_tag(start) - self._base
        return self._kept[end - 2 : end] == b"/>"

    def _insert(self, here: int) -> None:
        column, value = self._todo.pop(0)
        style = self._styles.get(column) or self._last_style
        self._after.append((here, here, self._cell(column, value, style)))
        self.written += 1

    def _cell(self, column: int, value: Value, style: str) -> bytes:
        p = f"{self._prefix}:" if self._prefix else ""
        if isinstance(value, date) and not self.formats.is_text(style):
            dated = self.formats.dated(style, self._styles.get(column, ""))
            style, value = (dated, self.formats.serial(value)) if dated else (style, value)
        if not isinstance(value, str) and (isinstance(value, date) or self.formats.is_text(style)):
            value = str(value)  # a day as 2018-05-01
        said = f' s="{style}"' if style else ""
        place = f"{column_letters(column)}{self._row}"
        if isinstance(value, int | Decimal):
            return f'<{p}c r="{place}"{said}><{p}v>{value}</{p}v></{p}c>'.encode()
        text = escape(ILLEGAL_CHARACTERS_RE.sub("", value))
        return (
            f'<{p}c r="{place}"{said} t="inlineStr"><{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is></{p}c>'
        ).encode()
