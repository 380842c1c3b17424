"""The workbook of an import's wrong rows, in the user's own columns, to be corrected and sent again."""

from collections.abc import Iterator
from typing import BinaryIO

from django.core.exceptions import ValidationError

from poverty.ledgers.cells import Fault
from poverty.ledgers.columns import TEXT_ONLY, Kind
from poverty.ledgers.incoming.originals import IMPORTS
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.report import WrongRow, write_report
from poverty.ledgers.incoming.tables import read_table
from poverty.ledgers.models import Import, Outcome, StagedRow
from poverty.ledgers.services.importing import kind_of

_EXPECTED = "应填："
ROW = -1  # a fault of the whole row


def report_of(imported: Import, out: BinaryIO | str) -> int:
    """Write the rows that cannot be taken over as they are, read again from the user's file; returns how many.

    Rows left out by hand are not wrong and not in it. ValidationError when the file was removed or cannot be read.
    """
    kind = kind_of(imported)
    wrong = StagedRow.objects.filter(imported=imported, outcome=Outcome.WRONG).order_by("number")
    faults = {
        number: [*cells, *rows]
        for number, cells, rows in wrong.values_list("number", "cell_faults", "row_faults")
    }
    texts = {
        imported.found[column.key]
        for column in kind.columns
        if column.kind in TEXT_ONLY - {Kind.TEXT} and column.key in imported.found
    }
    try:
        with IMPORTS.opened(imported.file) as path, read_table(path, kind.columns) as table:
            return write_report(
                out, headings=imported.headings, rows=_rows(imported, table.rows, faults), text_at=texts
            )
    except WorkbookRefused as refused:
        raise ValidationError(refused.message) from refused


def _rows(imported: Import, rows, faults: dict[int, list[dict]]) -> Iterator[WrongRow]:
    left = len(faults)
    for number, cells in rows:
        if number not in faults:
            continue
        places: dict[int, list[Fault]] = {}
        for one in faults[number]:
            places.setdefault(imported.found.get(one["c"], ROW), []).append(_fault(one))
        yield number, cells, places
        left -= 1
        if not left:
            return


def _fault(one: dict) -> Fault:
    message, _, expected = one["m"].partition(_EXPECTED)
    return Fault(one["k"], message, expected.rstrip("。") or "核对后更正")
