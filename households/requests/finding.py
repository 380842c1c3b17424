"""Where the table stands in a sender's workbook, and by which column its rows are told.

Unlike an import, the columns are the sender's: only one must be known, that with 户编号, 人口编号 or 证件号码.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from households.requests.known import find_source
from poverty.ledgers.columns import plain_heading
from poverty.ledgers.incoming.inspection import Inspected, SheetInfo, inspect
from poverty.ledgers.incoming.reading import Cell, read_rows
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.tables import HEADINGS_WITHIN, is_foot, possible_headings

MOST_ROWS = 50_000
MOST_COLUMNS = 100
HOUSEHOLD_NO, MEMBER_NO, IDENTITY = "household_no", "member_no", "identity"
# By person before by household: a sheet that has both has a row per person. The head's number comes last.
KEY_HEADINGS = (
    (MEMBER_NO, ("人口编号", "人编号", "家庭成员编号", "人员编号")),
    (
        IDENTITY,
        (
            "证件号码",
            "身份证号码",
            "身份证号",
            "身份证",
            "公民身份号码",
            "公民身份证号码",
            "身份证件号码",
            "证件号",
        ),
    ),
    (HOUSEHOLD_NO, ("户编号", "家庭编号", "户号", "贫困户编号", "脱贫户编号")),
    (IDENTITY, ("户主证件号码", "户主身份证号码", "户主身份证号")),
)


@dataclass(frozen=True)
class Found:
    """A table: its sheet, the row in which its headings end, the headings by position, the key that is proposed."""

    sheet: str
    heading_row: int
    names: tuple[str, ...]
    key_position: int
    key_kind: str
    rows: int  # down to the last filled row
    formulas: frozenset[int]  # positions of columns with formulas
    notes: tuple[str, ...]


def find_table(path: Path, sheet: str = "") -> Found:
    """Find the table. WorkbookRefused when the file must not be opened, or no visible sheet has one of the keys."""
    inspected = inspect(path)
    sheets = [one for one in inspected.sheets if one.readable and sheet in ("", one.name)]
    if sheet and not sheets:
        raise WorkbookRefused("no_sheet", f"工作簿里没有看得见的、有数据的工作表“{sheet}”。")
    found = [best for one in sheets if (best := _best(one, inspected))]
    if not found:
        raise WorkbookRefused(
            "no_key",
            f"前{HEADINGS_WITHIN}行里没有找到“户编号”“人口编号”或“证件号码”的列，无法与登记对应。请补上其中一列再上传。",
        )
    if len(found) > 1:
        names = "”“".join(one.sheet for one in found[:8])
        raise WorkbookRefused(
            "several_sheets", f"有{len(found)}个工作表都能与登记对应：“{names}”。请填写要用的工作表名称。"
        )
    [one] = found
    if one.rows - one.heading_row > MOST_ROWS:
        raise WorkbookRefused(
            "too_many",
            f"任务表最多{MOST_ROWS:,}行，这个表有{one.rows - one.heading_row:,}行。请按乡镇拆成几个表。",
        )
    if len(one.names) > MOST_COLUMNS:
        raise WorkbookRefused("too_wide", f"任务表最多{MOST_COLUMNS}列。请删去不用的列。")
    return one


def read_data(path: Path, found_sheet: str, heading_row: int) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """(row number, cells) of every filled row under the headings; totals and signatures are left out."""
    rows = read_rows(path, found_sheet, header_rows=heading_row)
    try:
        for number, cells in enumerate(rows, heading_row + 1):
            first = next((one for one in cells if one is not None and str(one).strip()), None)
            if first is None or (isinstance(first, str) and is_foot(first)):
                continue
            if number == heading_row + 1 and _numbers_columns(cells):
                continue
            yield number, cells
    finally:
        rows.close()


def key_of(names: tuple[str, ...]) -> tuple[int, str] | None:
    """(position, kind) of the column that rows are matched by; None when there is none."""
    plain = {plain_heading(name): place for place, name in reversed(list(enumerate(names))) if name}
    for kind, wordings in KEY_HEADINGS:
        for wording in wordings:
            if plain_heading(wording) in plain:
                return plain[plain_heading(wording)], kind
    return None


def _best(sheet: SheetInfo, inspected: Inspected) -> Found | None:
    """The rows of headings that have a key and most of the register's headings, in as few rows as do."""
    candidates = []
    for last, depth, written in possible_headings(sheet):
        names = tuple("".join(name.split())[:60] for name in written)
        key = key_of(names)
        if key is None:
            continue
        known = sum(1 for name in names if name and find_source(name))
        candidates.append(((known, -depth), last, names, key))
    if not candidates:
        return None
    _, heading_row, names, (position, kind) = max(candidates, key=lambda one: one[0])
    places = [place for place in sheet.formula_places if place[0] > heading_row]
    return Found(
        sheet.name,
        heading_row,
        names,
        position,
        kind,
        sheet.rows,
        frozenset(place[1] for place in places),
        inspected.notes,
    )


def _numbers_columns(cells: tuple[Cell, ...]) -> bool:
    """Whether a row under the headings only counts the columns: 1, 2, 3 ..."""
    said = [
        str(int(one)) if isinstance(one, float) and one.is_integer() else str(one).strip()
        for one in cells
        if one is not None and str(one).strip()
    ]
    return len(said) > 2 and said == [str(number) for number in range(1, len(said) + 1)]
