"""What is in a sheet, found in its bytes as they are unpacked; nothing of it is kept but the first and last rows.

A parser would call us for each of twelve million elements (100,000 x 47: 5.5 s of expat alone, before anything is
looked at; this takes 1.9 s with unpacking). Searching the bytes is as exact where the text is UTF-8 without comments,
CDATA and declarations, since then "<" stands only where a tag begins; anything else is refused, and no program for
tables writes it.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from poverty.ledgers.incoming.archive import damaged
from poverty.ledgers.incoming.limits import Limits
from poverty.ledgers.incoming.package import odd
from poverty.ledgers.incoming.refusals import WorkbookRefused

HEAD_ROWS = 16  # filled rows kept from the beginning: titles, headings, and a first row of data
TAIL_ROWS = 6
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of Excel's grid
REMEMBERED = 1_000  # places of formulas, of errors, each; merged ranges ten times that

_ROOT = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)(?:worksheet|sst)[\s>]")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_NUMBER_OF_ROW = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,9})["']""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,4})\$?([0-9]{1,9})["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_REF = re.compile(rb"""\sref\s*=\s*["']([^"']{1,40})["']""")
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_TAGS = re.compile(rb"<[^>]*>")
_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.DOTALL)

Place = tuple[int, int]  # row from 1, column from 0


@dataclass
class HeadCell:
    """A cell of the rows kept: its text, or the number of its text in the shared strings."""

    column: int
    text: str
    shared: int | None = None


@dataclass
class Scan:
    """`rows`, `columns`: up to the last cell that holds anything. Places of formulas and errors only so many."""

    rows: int = 0
    columns: int = 0
    filled: int = 0
    hidden_rows: int = 0
    declared: str = ""
    formulas: int = 0
    formula_places: list[Place] = field(default_factory=list)
    errors: int = 0
    error_places: list[Place] = field(default_factory=list)
    links: int = 0
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # first row, column, last row, column
    head: list[tuple[int, list[HeadCell]]] = field(default_factory=list)
    tail: list[tuple[int, list[HeadCell]]] = field(default_factory=list)
    first_texts: dict[int, Place] = field(default_factory=dict)


def column_letters(column: int) -> str:
    """0: A, 25: Z, 26: AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A: 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(place: Place) -> str:
    """(12, 2) is C12: the row counts from 1, the column from 0."""
    return f"{column_letters(place[1])}{place[0]}"


class SheetScanner:
    """Goes once over the bytes of a sheet. `wanted`: a number in the shared strings whose first cell is asked for."""

    def __init__(self, name: str, limits: Limits, wanted: int | None = None):
        self.name, self.limits, self.wanted = name, limits, wanted
        self.found = Scan()
        self._row = 0
        self._last: deque[tuple[int, bytes]] = deque(maxlen=TAIL_ROWS)

    def scan(self, chunks: Iterable[bytes]) -> Scan:
        """What stands in the sheet besides values. WorkbookRefused at the first thing that no honest sheet has."""
        prefix, chunks = _opened(chunks, b"worksheet")
        self._words(prefix)
        rest = b""
        inside = True
        for chunk in chunks:
            buffer = rest + chunk
            if b"<!" in buffer:
                raise odd()
            if inside:
                rest = self._rows(buffer)
                if rest.startswith(self._data_end):
                    inside, rest = False, self._after(rest)
            else:
                rest = self._after(buffer)
        if inside and self._row:
            raise damaged()  # the list of rows never ended
        for number, piece in self._last:
            self.found.tail.append((number, self._cells(piece)))
        return self.found

    def _words(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        self._data_end = b"</" + prefix + b"sheetData>"
        self._row_start, self._row_end = b"<" + prefix + b"row", b"</" + prefix + b"row>"
        self._cell_start = b"<" + prefix + b"c"
        self._v_end, self._is_end = b"</" + prefix + b"v>", b"</" + prefix + b"is>"
        self._f_start = b"<" + prefix + b"f"
        self._dimension = re.compile(rb"<" + p + rb"dimension\s[^>]*")
        self._formula = re.compile(rb"<" + p + rb"f[\s/>]")
        self._one_cell = re.compile(
            rb"<" + p + rb"c((?:\s[^>]*?)?)(?:/>|>(.*?)</" + p + rb"c\s*>)", re.DOTALL
        )
        self._value = re.compile(rb"<" + p + rb"v(?:\s[^>]*)?>([^<]*)<")
        self._texts = re.compile(rb"<" + p + rb"t(?:\s[^>]*)?>([^<]*)<")
        self._merge = re.compile(rb"<" + p + rb"mergeCell\s[^>]*")
        self._link = re.compile(rb"<" + p + rb"hyperlink\s")
        self._asked = re.compile(
            rb"<" + p + rb"v>\s*%d\s*<" % (self.wanted if self.wanted is not None else -1)
        )

    # --- rows -----------------------------------------------------------------------------------------------------

    def _rows(self, buffer: bytes) -> bytes:
        """Look at every whole row; what is left over. From the end of the rows on it is left over as it is."""
        if not self._row and not self.found.declared and (declared := self._dimension.search(buffer)):
            ref = _REF.search(declared[0])
            self.found.declared = ref[1].decode("ascii", "replace") if ref else "?"
        end = buffer.find(self._data_end)
        pieces = (buffer if end < 0 else buffer[:end]).split(self._row_end)
        rest = pieces.pop()
        for piece in pieces:
            self._look_at(piece)
        if end >= 0:
            return buffer[end:]
        if len(rest) > self.limits.row_bytes:
            raise self._refused("row_too_large", f"第{self._row + 1}行的内容太多", "请删去过长的内容")
        return rest

    def _look_at(self, piece: bytes) -> None:
        start = piece.rfind(self._row_start)
        tag = piece[start : piece.find(b">", start)]
        number = _NUMBER_OF_ROW.search(tag)
        row = int(number[1]) if number else self._row + 1
        if row <= self._row or row > LAST_ROW:
            raise self._refused(
                "odd", f"第{self._row}行之后的行号次序不对", "请用 Excel 或 WPS 打开、另存后再导入"
            )
        self._row = row
        value = max(piece.rfind(self._v_end), piece.rfind(self._is_end))
        formula = self._f_start in piece
        if value < 0 and not formula:
            return
        self._extent(piece, row, value if value >= 0 else len(piece))
        if b"hidden" in tag and re.search(rb"""hidden\s*=\s*["'](?:1|true)["']""", tag):
            self.found.hidden_rows += 1
        if formula:
            self._note_formulas(piece, row)
        if b'"e"' in piece or b"'e'" in piece:
            self._note_errors(piece, row)
        if len(piece) > self.limits.cell_text:
            self._check_texts(piece, row)
        if self.wanted is not None and self._asked.search(piece):
            self._find_wanted(piece, row)
        if len(self.found.head) < HEAD_ROWS:
            self.found.head.append((row, self._cells(piece)))
        self._last.append((row, piece))

    def _extent(self, piece: bytes, row: int, value: int) -> None:
        found, limits = self.found, self.limits
        start = piece.rfind(self._cell_start + b" ", 0, value)
        place = _PLACE.search(piece, start, piece.find(b">", start)) if start >= 0 else None
        # Cells may go without their place: then they stand one after the other.
        column = column_number(place[1].decode()) if place else len(self._one_cell.findall(piece)) - 1
        if column >= LAST_COLUMN:
            raise self._refused(
                "odd", f"第{row}行有超出表格范围的单元格", "请用 Excel 或 WPS 打开、另存后再导入"
            )
        found.rows = row
        found.filled += 1
        found.columns = max(found.columns, column + 1)
        if found.columns > limits.columns:
            where = f"第{row}行用到了{column_letters(column)}列（第{column + 1}列）"
            raise self._refused("columns", where, f"最多{limits.columns}列，请删去用不到的列")
        if row > limits.rows:
            raise self._refused(
                "rows",
                f"数据超过{limits.rows}行",
                "请拆成几个文件分别导入；若下面其实没有数据，请删去多余的行",
            )
        if row * found.columns > limits.cells:
            raise self._refused("cells", f"单元格太多（超过{limits.cells}个）", "请拆成几个文件分别导入")

    def _note_formulas(self, piece: bytes, row: int) -> None:
        for cell in self._places(piece, row):
            if cell[1] and self._formula.search(cell[1]):
                self.found.formulas += 1
                if len(self.found.formula_places) < REMEMBERED:
                    self.found.formula_places.append(cell[0])

    def _note_errors(self, piece: bytes, row: int) -> None:
        for place, _, attributes in self._places(piece, row):
            if _IS_ERROR.search(attributes):
                self.found.errors += 1
                if len(self.found.error_places) < REMEMBERED:
                    self.found.error_places.append(place)

    def _check_texts(self, piece: bytes, row: int) -> None:
        for place, body, _ in self._places(piece, row):
            if body and len(body) > self.limits.cell_text and _letters(body) > self.limits.cell_text:
                raise long_text(self.name, place, self.limits)

    def _find_wanted(self, piece: bytes, row: int) -> None:
        for place, body, attributes in self._places(piece, row):
            kind = _TYPE.search(attributes)
            if body and kind and kind[1] == b"s" and self._asked.search(body):
                self.found.first_texts.setdefault(self.wanted, place)

    def _places(self, piece: bytes, row: int) -> Iterator[tuple[Place, bytes, bytes]]:
        """(place, what is inside, attributes) of each cell of a row."""
        column = -1
        for match in self._one_cell.finditer(piece):
            place = _PLACE.search(match[1])
            column = column_number(place[1].decode()) if place else column + 1
            yield (row, column), match[2] or b"", match[1]

    def _cells(self, piece: bytes) -> list[HeadCell]:
        cells = []
        for (_, column), body, attributes in self._places(piece, 0):
            kind = _TYPE.search(attributes)
            if kind and kind[1] == b"inlineStr":
                text = _decoded(b"".join(self._texts.findall(_PHONETIC.sub(b"", body))))
                cells.append(HeadCell(column, text))
            elif value := self._value.search(body):
                text = _decoded(value[1])
                shared = int(text) if kind and kind[1] == b"s" and text.strip().isdigit() else None
                cells.append(HeadCell(column, "" if shared is not None else text, shared))
        return cells

    # --- what follows the rows --------------------------------------------------------------------------------------

    def _after(self, buffer: bytes) -> bytes:
        """Merged ranges and links in whole tags; a tag that is not whole is left over."""
        cut = buffer.rfind(b"<")
        whole, rest = buffer[:cut], buffer[cut:]
        if len(rest) > self.limits.row_bytes:
            raise odd()
        self.found.links += len(self._link.findall(whole))
        for tag in self._merge.finditer(whole):
            ref = _REF.search(tag[0])
            corners = (
                _RANGE.fullmatch(ref[1].decode("ascii", "replace").replace("$", "").upper()) if ref else None
            )
            if corners and len(self.found.merged) < 10 * REMEMBERED:
                first, row, last, last_row = corners.groups()
                self.found.merged.append(
                    (int(row), column_number(first), int(last_row or row), column_number(last or first))
                )
        return rest

    def _refused(self, code: str, where: str, what: str) -> WorkbookRefused:
        return WorkbookRefused(code, f"工作表“{self.name}”{where}。{what}。")


def long_text(sheet: str, place: Place, limits: Limits) -> WorkbookRefused:
    """The refusal of a cell that holds more than any form asks for."""
    return WorkbookRefused(
        "cell_too_large",
        f"工作表“{sheet}”单元格{cell_name(place)}的文字超过{limits.cell_text}个字。请删短后再导入。",
    )


@dataclass
class SharedTexts:
    """`texts`: those that were asked for. `too_long`: the number of the first that no cell may hold."""

    texts: dict[int, str]
    too_long: int | None = None


def scan_shared_strings(chunks: Iterable[bytes], wanted: set[int], limits: Limits) -> SharedTexts:
    """Go over the table of texts that cells refer to by number."""
    prefix, chunks = _opened(chunks, b"sst")
    end, empty = b"</" + prefix + b"si>", b"<" + prefix + b"si/>"
    texts = re.compile(rb"<" + re.escape(prefix) + rb"t(?:\s[^>]*)?>([^<]*)<")
    found = SharedTexts({})
    asked = deque(sorted(wanted))
    count, size, rest = 0, 0, b""
    for chunk in chunks:
        size += len(chunk)
        buffer = rest + chunk
        if b"<!" in buffer:
            raise odd()
        if size > limits.shared_strings:
            raise WorkbookRefused("strings", "工作簿里的文字太多，读不下。请拆成几个文件分别导入。")
        if empty in buffer:
            buffer = buffer.replace(empty, b"<" + prefix + b"si>" + end)
        *pieces, rest = buffer.split(end)
        if len(rest) > limits.row_bytes:
            found.too_long = count + len(pieces)
            return found
        while asked and asked[0] < count + len(pieces):
            number = asked.popleft()
            piece = _PHONETIC.sub(b"", pieces[number - count])
            found.texts[number] = _decoded(b"".join(texts.findall(piece)))
        for place, piece in enumerate(pieces):
            if len(piece) > limits.cell_text and _letters(piece) > limits.cell_text:
                found.too_long = count + place
                return found
        count += len(pieces)
    return found


def _opened(chunks: Iterable[bytes], root: bytes) -> tuple[bytes, Iterator[bytes]]:
    """(prefix of the names with its colon, all the chunks again). UTF-8 and the right root, or refused."""
    source = iter(chunks)
    start = b""
    for chunk in source:
        start += chunk
        if len(start) > 4096:
            break
    head = start.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(head)
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")) or (
        declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")
    ):
        raise odd()
    if b"<!" in start:
        raise odd()
    found = _ROOT.search(head[:65_536])
    if not found or not found[0].strip(b"<> \r\n\t").endswith(root):
        raise damaged()

    def again() -> Iterator[bytes]:
        yield head
        yield from source

    return found[1], again()


def _letters(body: bytes) -> int:
    """How many characters of text stand between the tags."""
    return len(_decoded(_TAGS.sub(b"", body)))


def _decoded(text: bytes) -> str:
    return unescape(text.decode("utf-8", "replace"))
