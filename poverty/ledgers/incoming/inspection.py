"""Whether a file is a workbook that may be opened, and what is in it, before any reader of workbooks sees it."""

from dataclasses import dataclass, field
from pathlib import Path

from poverty.files.kinds import MEGABYTE
from poverty.ledgers.incoming.archive import Archive
from poverty.ledgers.incoming.content import refuse_other_content
from poverty.ledgers.incoming.limits import DEFAULT, Limits
from poverty.ledgers.incoming.package import Package, Sheet, read_package
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.scanning import (
    LAST_ROW,
    HeadCell,
    Place,
    SheetScanner,
    cell_name,
    long_text,
    scan_shared_strings,
)

__all__ = ["Inspected", "SheetInfo", "WorkbookRefused", "inspect"]


@dataclass(frozen=True)
class SheetInfo:
    """One sheet. A hidden sheet, a chart or a macro sheet is not looked into: all its counts are 0.

    `rows`, `columns`: up to the last cell that holds anything, counted. `formulas`, `errors`, `links`: how many;
    their places (row from 1, column from 0) as far as remembered. `head`, `tail`: the first and last filled rows as
    (row number, {column: text}); numbers and dates as the file stores them.
    """

    name: str
    hidden: bool = False
    cells: bool = True  # False: a chart
    rows: int = 0
    columns: int = 0
    filled_rows: int = 0
    hidden_rows: int = 0
    formulas: int = 0
    formula_places: tuple[Place, ...] = ()
    errors: int = 0
    error_places: tuple[Place, ...] = ()
    links: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()
    head: tuple[tuple[int, dict[int, str]], ...] = field(default=(), repr=False)
    tail: tuple[tuple[int, dict[int, str]], ...] = field(default=(), repr=False)

    @property
    def readable(self) -> bool:
        """Whether it is a visible sheet of cells with anything in it."""
        return self.cells and not self.hidden and self.rows > 0

    @property
    def merged_in_headings(self) -> tuple[tuple[int, int, int, int], ...]:
        """Merged ranges that begin in the first rows."""
        last = self.head[-1][0] if self.head else 0
        return tuple(one for one in self.merged if one[0] <= last)

    def first_formula(self) -> str:
        """Name of its cell; "" where there is none."""
        return cell_name(self.formula_places[0]) if self.formula_places else ""


@dataclass(frozen=True)
class Inspected:
    """`notes`: what is left out or not believed, in sentences for the user."""

    kind: str
    sheets: tuple[SheetInfo, ...]
    notes: tuple[str, ...]

    def sheet(self, name: str) -> SheetInfo | None:
        """The sheet of that name, None when there is none."""
        return next((one for one in self.sheets if one.name == name), None)


def inspect(path: Path, *, limits: Limits = DEFAULT) -> Inspected:
    """Examine a file by its content, whatever its name. WorkbookRefused for everything that must not be opened.

    Formulas, errors, links and merged cells are told, not refused: whether they matter depends on the sheet and the
    columns that are read (see tables.py). Reads the whole file once, in pieces, and keeps a few rows of it.
    """
    path = Path(path)
    size = path.stat().st_size
    if not size:
        raise WorkbookRefused("empty", "文件是空的（0字节）。请重新选择或重新导出。")
    if size > limits.size:
        raise WorkbookRefused(
            "too_large", f"文件超过{limits.size // MEGABYTE} MB。请删去图片和多余的工作表，或拆成几个文件。"
        )
    refuse_other_content(path)
    archive = Archive(path, limits)
    package = read_package(archive, limits.sheets)
    scanned = {
        sheet.name: SheetScanner(sheet.name, limits).scan(archive.stream(sheet.part))
        for sheet in package.sheets
        if sheet.part and not sheet.hidden
    }
    texts = _texts(archive, package, scanned, limits)
    sheets = tuple(_info(sheet, scanned.get(sheet.name), texts) for sheet in package.sheets)
    if not any(sheet.readable for sheet in sheets):
        raise WorkbookRefused("no_data", _nothing_to_read(sheets))
    declared = {name: scan.declared for name, scan in scanned.items()}
    return Inspected("xlsx", sheets, tuple(_notes(sheets, package, declared)))


def _texts(archive: Archive, package: Package, scanned, limits: Limits) -> dict[int, str]:
    """The shared texts of the rows kept. A text that no cell may hold is refused with the cell that has it."""
    if not package.shared_strings:
        return {}
    kept = (cell for scan in scanned.values() for _, cells in [*scan.head, *scan.tail] for cell in cells)
    wanted = {cell.shared for cell in kept if cell.shared is not None}
    found = scan_shared_strings(archive.stream(package.shared_strings), wanted, limits)
    if found.too_long is None:
        return found.texts
    for sheet in package.sheets:
        if sheet.name in scanned:
            places = (
                SheetScanner(sheet.name, limits, found.too_long).scan(archive.stream(sheet.part)).first_texts
            )
            if places:
                raise long_text(sheet.name, places[found.too_long], limits)
    raise WorkbookRefused("cell_too_large", f"工作簿里有超过{limits.cell_text}个字的文字。请删短后再导入。")


def _info(sheet: Sheet, scan, texts: dict[int, str]) -> SheetInfo:
    if scan is None:
        return SheetInfo(sheet.name, sheet.hidden, bool(sheet.part))

    def row(cells: list[HeadCell]) -> dict[int, str]:
        said = (
            (cell.column, cell.text if cell.shared is None else texts.get(cell.shared, "")) for cell in cells
        )
        return {column: text for column, text in said if text.strip()}

    return SheetInfo(
        sheet.name,
        rows=scan.rows,
        columns=scan.columns,
        filled_rows=scan.filled,
        hidden_rows=scan.hidden_rows,
        formulas=scan.formulas,
        formula_places=tuple(scan.formula_places),
        errors=scan.errors,
        error_places=tuple(scan.error_places),
        links=scan.links,
        merged=tuple(scan.merged),
        head=tuple((number, row(cells)) for number, cells in scan.head),
        tail=tuple((number, row(cells)) for number, cells in scan.tail),
    )


def _nothing_to_read(sheets: tuple[SheetInfo, ...]) -> str:
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden:
        return (
            f"看得见的工作表都是空的；隐藏的工作表“{'”“'.join(hidden[:5])}”不会读取。要导入它，请先取消隐藏。"
        )
    return "工作簿里没有数据。请检查是否选对了文件。"


def _notes(sheets: tuple[SheetInfo, ...], package: Package, declared: dict[str, str]):
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden:
        yield f"隐藏的工作表“{'”“'.join(hidden[:5])}”没有读取；要导入它，请先取消隐藏。"
    for sheet in sheets:
        if sheet.hidden_rows:
            yield f"工作表“{sheet.name}”有{sheet.hidden_rows}行被隐藏或筛选掉，也会读取。"
        if sheet.links:
            yield f"工作表“{sheet.name}”有{sheet.links}个超链接，只读文字，不读链接。"
        if _understated(declared.get(sheet.name, ""), sheet):
            yield f"工作表“{sheet.name}”自己标明的范围与内容不符，已按实际内容读取。"
    if package.outside:
        yield f"工作簿引用了{package.outside}个其他文件，不会去打开。"


def _understated(declared: str, sheet: SheetInfo) -> bool:
    """Whether a reader that believed the stated range would have lost rows.

    A range that is too large costs nothing, and a lone A1 is what many exporting programs leave there.
    """
    _, colon, last = declared.replace("$", "").partition(":")
    row = last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return bool(colon) and row.isdigit() and int(row) < min(sheet.rows, LAST_ROW)
