"""The table in a workbook: which sheet, where its headings stand, and the rows under them.

A form from above has title lines over its table, headings in one to three rows with merged groups, and a total and
signatures under it. What is read is what people see: hidden sheets are not read, and nothing is taken from a cell
whose value is not its own (formulas, errors, merged cells).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from poverty.ledgers.columns import Column, Headings, match_headings, plain_heading
from poverty.ledgers.incoming.inspection import Inspected, SheetInfo, inspect
from poverty.ledgers.incoming.limits import DEFAULT, Limits
from poverty.ledgers.incoming.reading import Cell, read_rows
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.scanning import Place, cell_name, column_letters

REASON_HEADING = "错误原因"  # the last column of our reports, which come back corrected
HEADINGS_WITHIN = 10  # rows of the sheet in which the headings must begin
DEEPEST_HEADINGS = 3

# 合计; 本表合计 1,234 人; 小计:
_TOTAL = re.compile(r"(?:本表|各表|本页|本村|全村|全县)?(?:合计|总计|小计|共计):?(?:[0-9,.]+\S{0,3})?")
_FOOT = (
    "填表",
    "制表",
    "填报",
    "审核人",
    "复核",
    "负责人",
    "单位负责人",
    "单位盖章",
    "公章",
    "经办人",
    "注:",
    "备注:",
    "说明:",
)

_FOOT_BEGINS = frozenset("合总小共本各全") | {words[0] for words in _FOOT}

Row = tuple[int, tuple[Cell, ...]]


@dataclass
class Table:
    """A table found in a sheet. `names`: the user's own headings by position, "" where there is none.

    `rows` gives (row number in the sheet, cells from column A on) of each filled row under the headings, once; total,
    signature and repeated heading rows are left out and counted in `left_out`. Close it (or use it with `with`)
    when not read to the end: the process that reads then ends at once.
    """

    sheet: str
    heading_row: int
    first_row: int
    headings: Headings
    names: tuple[str, ...]
    last_row: int
    notes: tuple[str, ...]
    rows: Iterator[Row] = field(repr=False)
    left_out: int = 0

    def close(self) -> None:
        """End the process that reads."""
        self.rows.close()

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_) -> None:
        self.close()


@dataclass(frozen=True)
class _Found:
    """Headings of a sheet that may be the ones."""

    sheet: SheetInfo
    heading_row: int
    depth: int
    headings: Headings
    names: tuple[str, ...]

    @property
    def score(self) -> tuple[int, int, int]:
        """More needed columns, then more columns, then fewer rows of headings."""
        return (-len(self.headings.missing), len(self.headings.places), -self.depth)

    @property
    def fits(self) -> bool:
        return not self.headings.missing and bool(self.headings.places)


def read_table(
    path: Path,
    columns: Sequence[Column],
    *,
    sheet: str | None = None,
    inspected: Inspected | None = None,
    limits: Limits = DEFAULT,
) -> Table:
    """The table that has these columns. `sheet` names the one to read, where several would do.

    WorkbookRefused when the file must not be opened, no visible sheet has the needed columns, several have them, a
    heading stands twice, or a cell of the columns that are read holds a formula, an error or is merged.
    """
    path = Path(path)
    inspected = inspected or inspect(path, limits=limits)
    found = _choose(inspected, columns, sheet)
    _refuse_doubled(found)
    foot = _foot_rows(found)
    if not _has_rows(found, foot):
        raise WorkbookRefused(
            "no_rows", f"工作表“{found.sheet.name}”只有表头，没有数据。请检查是否选对了文件。"
        )
    read = set(found.headings.places.values())
    _refuse_cells(found, foot, read)
    _refuse_merged(found, foot, read)
    table = Table(
        sheet=found.sheet.name,
        heading_row=found.heading_row,
        first_row=found.heading_row + 1,
        headings=found.headings,
        names=found.names,
        last_row=found.sheet.rows,
        notes=inspected.notes,
        rows=iter(()),
    )
    table.rows = _rows(table, path, limits)
    return table


def is_foot(first: str) -> bool:
    """Whether a row whose first filled cell says this is a total or a signature line and no row of data."""
    if first.lstrip("* \u3000\n\t")[:1] not in _FOOT_BEGINS:  # nearly every row
        return False
    text = plain_heading(first)
    return bool(_TOTAL.fullmatch(text)) or text.startswith(_FOOT)


def _rows(table: Table, path: Path, limits: Limits) -> Iterator[Row]:
    rows = read_rows(path, table.sheet, header_rows=table.heading_row, limits=limits)
    try:
        for number, cells in enumerate(rows, table.first_row):
            first = next((cell for cell in cells if cell is not None and not _blank(cell)), None)
            if first is None:
                continue
            if isinstance(first, str) and is_foot(first):
                table.left_out += 1
                continue
            if number == table.first_row and _numbers_columns(cells):
                continue
            if isinstance(first, str) and _repeats_headings(table, cells):
                table.left_out += 1
                continue
            yield number, cells
    finally:
        rows.close()


def _repeats_headings(table: Table, cells: tuple[Cell, ...]) -> bool:
    """Whether a row says the headings once more, as over every page of a printed table."""
    said = 0
    for position in table.headings.places.values():
        cell = cells[position] if position < len(cells) else None
        if cell is None or _blank(cell):
            continue
        if not isinstance(cell, str) or cell.strip() != table.names[position]:
            return False  # nearly every row, by its first cell
        said += 1
    return said > 2


def _numbers_columns(cells: tuple[Cell, ...]) -> bool:
    """Whether a row under the headings only counts the columns: 1, 2, 3 ..."""
    filled = [cell for cell in cells if cell is not None and not _blank(cell)]
    said = [
        str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
        for cell in filled
    ]
    return len(said) > 2 and said == [str(number) for number in range(1, len(said) + 1)]


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


# --- which sheet, which rows are the headings --------------------------------------------------------------------


def _choose(inspected: Inspected, columns: Sequence[Column], name: str | None) -> _Found:
    sheets = [one for one in inspected.sheets if one.readable and name in (None, one.name)]
    if name is not None and not sheets:
        raise WorkbookRefused("no_sheet", f"工作簿里没有看得见的、有数据的工作表“{name}”。")
    found = [best for sheet in sheets if (best := _best(sheet, columns))]
    fitting = [one for one in found if one.fits]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = "”“".join(one.sheet.name for one in fitting[:8])
        raise WorkbookRefused(
            "several_sheets",
            f"有{len(fitting)}个工作表都像是要导入的表：“{names}”。请合并到一个工作表，或每个工作表单独存成一个文件再导入。",
        )
    if not found:
        raise WorkbookRefused("no_headings", _no_headings(inspected, columns))
    raise WorkbookRefused("missing_columns", _missing(max(found, key=lambda one: one.score)))


def _best(sheet: SheetInfo, columns: Sequence[Column]) -> _Found | None:
    """The rows that fit best; None when no row has any of the columns."""
    candidates = []
    for last, depth, written in possible_headings(sheet):
        names = tuple("" if plain_heading(name) == REASON_HEADING else name.strip() for name in written)
        headings = match_headings(names, columns)
        if headings.places:
            candidates.append(_Found(sheet, last, depth, headings, names))
    return max(candidates, key=lambda one: one.score, default=None)


def possible_headings(sheet: SheetInfo) -> Iterator[tuple[int, int, list[str]]]:
    """The rows at the top of a sheet that may be its headings: number of the last one, how many, names by column.

    Headings take one row or a few that follow each other. The name of a column is the lowest that stands in it, since
    what stands above is the group's; "" where nothing stands.
    """
    rows = [(number, cells) for number, cells in sheet.head if cells]
    for start, (number, _) in enumerate(rows):
        if number > HEADINGS_WITHIN:
            break
        lowest: dict[int, str] = {}
        for depth, (last, cells) in enumerate(rows[start : start + DEEPEST_HEADINGS], 1):
            if last != number + depth - 1:
                break
            lowest |= cells
            yield last, depth, [lowest.get(column, "") for column in range(max(lowest, default=-1) + 1)]


def _no_headings(inspected: Inspected, columns: Sequence[Column]) -> str:
    wanted = [one.heading for one in columns if one.needed] or [one.heading for one in columns]
    words = f"前{HEADINGS_WITHIN}行里没有找到表头。应有的列：{'、'.join(wanted[:12])}。"
    hidden = [one.name for one in inspected.sheets if one.hidden]
    if hidden:
        words += f"隐藏的工作表“{'”“'.join(hidden[:5])}”没有读取；要导入它，请先取消隐藏。"
    return words


def _missing(found: _Found) -> str:
    lacking = "、".join(one.heading for one in found.headings.missing)
    words = f"工作表“{found.sheet.name}”第{found.heading_row}行的表头缺少必需的列：{lacking}。"
    if found.headings.unknown:
        unknown = "、".join(name[:20] for name in found.headings.unknown[:12])
        words += f"不认识的列：{unknown}。"
    return words + "请按表样改好表头再导入。"


def _refuse_doubled(found: _Found) -> None:
    if found.headings.doubled:
        names = "”“".join(name[:20] for name in found.headings.doubled[:8])
        raise WorkbookRefused(
            "doubled_columns",
            f"工作表“{found.sheet.name}”第{found.heading_row}行的表头有重复的列：“{names}”。请每种只留一列。",
        )


# --- cells whose value is not their own --------------------------------------------------------------------------


def _foot_rows(found: _Found) -> set[int]:
    """Numbers of the total and signature rows among the first and last rows."""
    rows = [*found.sheet.head, *found.sheet.tail]
    return {
        number
        for number, cells in rows
        if number > found.heading_row and cells and is_foot(cells[min(cells)])
    }


def _has_rows(found: _Found, foot: set[int]) -> bool:
    seen = {number for number, _ in (*found.sheet.head, *found.sheet.tail)}
    return found.sheet.filled_rows > len(seen) or any(
        number > found.heading_row and number not in foot for number in seen
    )


def _refuse_cells(found: _Found, foot: set[int], read: set[int]) -> None:
    sheet = found.sheet
    for code, places, total, what, advice in (
        (
            "formulas",
            sheet.formula_places,
            sheet.formulas,
            "是公式",
            "请选中这些列，复制后原处“选择性粘贴→数值”",
        ),
        ("errors", sheet.error_places, sheet.errors, "是公式出错的结果（如 #N/A）", "请改成实际内容或清空"),
    ):
        inside = [place for place in places if _inside(place, found, foot, read)]
        if inside:
            first = inside[0]
            many = f"等{total}处" if total > len(places) else f"等{len(inside)}处" if len(inside) > 1 else ""
            raise WorkbookRefused(
                code,
                f"工作表“{sheet.name}”单元格{cell_name(first)}（{found.names[first[1]]}）{many}{what}。{advice}再导入。",
            )
        if total > len(places):
            raise WorkbookRefused(
                code, f"工作表“{sheet.name}”有{total}处{what}，太多，无法逐个查看。{advice}再导入。"
            )


def _inside(place: Place, found: _Found, foot: set[int], read: set[int]) -> bool:
    return place[0] > found.heading_row and place[0] not in foot and place[1] in read


def _refuse_merged(found: _Found, foot: set[int], read: set[int]) -> None:
    """A merged cell holds its value once; the rows under it would be read as empty."""
    for first_row, first, last_row, last in found.sheet.merged:
        if last_row <= found.heading_row or first_row in foot or first_row > found.sheet.rows:
            continue
        if not any(first <= position <= last for position in read):
            continue
        where = f"{column_letters(first)}{first_row}:{column_letters(last)}{last_row}"
        raise WorkbookRefused(
            "merged",
            f"工作表“{found.sheet.name}”单元格{where}是合并单元格，只有第一格有内容。请取消合并并逐行填满再导入。",
        )


def own_headings(table: Table) -> list[str]:
    """The user's headings for a report, each as he wrote it; "" columns get their letter."""
    return [
        unicodedata.normalize("NFC", name) or f"（{column_letters(position)}列）"
        for position, name in enumerate(table.names)
    ]
