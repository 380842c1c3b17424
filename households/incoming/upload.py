"""The open lines of 待录国网清单 as a workbook in the columns of the national import: one row per household or person."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from households.incoming import households, persons
from households.models import NationalGap
from households.national_lines import value_words
from households.services.national import FIELDS
from poverty.ledgers.columns import Column, Kind

_NUMBERS = (Kind.MONEY, Kind.NUMBER, Kind.INTEGER)
_SHEETS = (("persons", "人口", persons.COLUMNS), ("households", "户", households.COLUMNS))
_KEYS = ("户编号", "人口编号", "姓名")


def write_upload(out: BinaryIO, gaps: Iterable[NationalGap]) -> int:
    """Write a sheet per kind with the columns that differ and our values; returns how many rows.

    Personal numbers are not in it: they are typed from the person's page. `gaps` have household, its head and the
    member fetched.
    """
    book = Workbook(write_only=True)
    by_kind: dict[str, dict[tuple, dict[str, NationalGap]]] = {}
    for gap in gaps:
        known = FIELDS.get(gap.field)
        if known is None or known[1].sensitive:
            continue
        person = gap.member or gap.household.head
        key = (
            gap.household.household_no or "",
            person.member_no if person else "",
            person.name if person else "",
        )
        by_kind.setdefault(known[0], {}).setdefault((*key, gap.year), {})[gap.field] = gap
    rows = 0
    for kind, title, columns in _SHEETS:
        found = by_kind.get(kind)
        if found:
            rows += _sheet(book.create_sheet(title), columns, found)
    if not by_kind:
        book.create_sheet("没有待录")
    book.save(out)
    return rows


def _sheet(sheet, columns: tuple[Column, ...], found: dict) -> int:
    used = [one for one in columns if any(one.key in fields for fields in found.values())]
    head = [_text(sheet, heading) for heading in (*_KEYS, "年度", *(one.heading for one in used))]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.append(head)
    for (household_no, member_no, name, year), fields in sorted(found.items()):
        row: list[Any] = [
            _text(sheet, household_no),
            _text(sheet, member_no),
            _text(sheet, name),
            year or None,
        ]
        for one in used:
            gap = fields.get(one.key)
            row.append(None if gap is None else _cell(sheet, one, gap))
        sheet.append(row)
    return len(found)


def _cell(sheet, column: Column, gap: NationalGap):
    if column.kind in _NUMBERS:
        return float(gap.ours)
    return _text(sheet, value_words(gap.field, gap.ours))


def _text(sheet, text: str) -> WriteOnlyCell:
    """A text that stays one, whatever it begins with."""
    cell = WriteOnlyCell(sheet)
    if text:
        cell.value, cell.data_type = text, "s"
    cell.number_format = "@"
    return cell
