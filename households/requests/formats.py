"""Number formats of a sender's workbook: which of its cell styles show dates or texts, and their twins that show dates.

A real date in a workbook is a number whose style shows it as a date. Where the sender's cell has no such style it gets
a twin of its own, the same but for the number format, so that border, font and colour stay.
"""

import re
from datetime import date

from poverty.ledgers.incoming.archive import Archive
from poverty.ledgers.incoming.package import WORKBOOK, parse_xml

STYLES = "xl/styles.xml"
SHORT_DATE = 14  # as the reader's computer writes a day: 2018/5/1
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_TEXT = 49
_SPOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.S)
_XF = re.compile(rb"<(\w+:)?xf\b([^>]*?)(/>|>.*?</(?:\w+:)?xf>)", re.S)
_COUNT = re.compile(rb'(<(?:\w+:)?cellXfs\b[^>]*?\bcount=")\d+(")')
_OLD_FORMAT = re.compile(rb'\s(?:numFmtId|applyNumberFormat)="[^"]*"')
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


class Formats:
    """The cell styles of one workbook, by number. Without a list of styles every question is answered no."""

    def __init__(self, archive: Archive):
        self._content = archive.small(STYLES) if STYLES in archive else b""
        self._formats: list[int] = []  # the number format of each cell style
        self._codes: dict[int, str] = {}
        self._twins: dict[tuple[int, int], int] = {}
        self._since_1904 = False
        if self._content:
            self._read()
        if WORKBOOK in archive:
            parse_xml(archive.small(WORKBOOK), self._workbook)

    def _read(self) -> None:
        parse_xml(self._content, self._code)
        found = _XFS.search(self._content)
        self._pieces = [one[0] for one in _XF.finditer(found[1])] if found else []
        for piece in self._pieces:
            number = re.search(rb'\bnumFmtId="(\d+)"', piece)
            self._formats.append(int(number[1]) if number else 0)

    def _code(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")

    def _workbook(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self._since_1904 = attributes.get("date1904", "") in ("1", "true")

    def _format_of(self, style: str) -> int:
        place = int(style) if style.isdecimal() else 0
        return self._formats[place] if place < len(self._formats) else 0

    def shows_dates(self, style: str) -> bool:
        """Whether a cell style shows its number as a day."""
        number = self._format_of(style)
        if number not in self._codes:
            return number in _DATES
        code = _SPOKEN.sub("", self._codes[number]).lower()
        return "y" in code or "d" in code

    def is_text(self, style: str) -> bool:
        """Whether a cell style keeps what is typed as a text."""
        number = self._format_of(style)
        return number == _TEXT or self._codes.get(number) == "@"

    def dated(self, style: str, like: str = "") -> str:
        """A style like this one that shows dates, in the format of the style `like` where that shows any.

        "" where the workbook has no styles to add to.
        """
        if self.shows_dates(style):
            return style
        place = int(style) if style.isdecimal() else 0
        if place >= len(self._formats):
            return ""
        number = self._format_of(like) if self.shows_dates(like) else SHORT_DATE
        made = len(self._formats) + len(self._twins)
        return str(self._twins.setdefault((place, number), made))

    def serial(self, day: date) -> int:
        """A day as the workbook counts it."""
        return (day - (_EPOCH_1904 if self._since_1904 else _EPOCH)).days

    def content(self) -> bytes:
        """The list of styles with the twins at its end."""
        if not self._twins:
            return self._content
        end = _XFS.search(self._content).end(1)
        added = b"".join(self._twin(place, number) for place, number in self._twins)
        count = b"%d" % (len(self._formats) + len(self._twins))
        whole = self._content[:end] + added + self._content[end:]
        return _COUNT.sub(lambda found: found[1] + count + found[2], whole, count=1)

    def _twin(self, place: int, number: int) -> bytes:
        found = _XF.fullmatch(self._pieces[place])
        prefix, attributes = found[1] or b"", _OLD_FORMAT.sub(b"", found[2])
        return b'<%sxf numFmtId="%d" applyNumberFormat="1"%s%s' % (prefix, number, attributes, found[3])
