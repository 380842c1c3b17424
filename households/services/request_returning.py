"""Giving a table back: the answers in the sender's own sheet, and which rows are not filled."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.models import RequestRow, TableRequest
from households.requests.answers import cell_kind
from households.requests.columns import FILL, KNOWN, AskedColumn
from households.requests.originals import SENT
from households.requests.partbook import row_mark, write_part
from households.requests.returning import Value, write_back
from households.requests.rows import masked
from households.services.personal import RIGHT as REVEAL
from households.services.request_filling import shown_row
from households.services.requests import check_issuer
from poverty.audit.services import record
from poverty.ledgers.columns import Kind
from poverty.ledgers.incoming.refusals import WorkbookRefused

AT_ONCE = 1_000
_NUMBERS = frozenset({Kind.INTEGER, Kind.YEAR, Kind.NUMBER, Kind.MONEY})


@dataclass(frozen=True)
class Returned:
    """What was written: rows, cells, rows that are not filled."""

    rows: int
    cells: int
    unfilled: int


@transaction.atomic
def give_back(request: TableRequest, out: BinaryIO, *, actor, purpose: str = "") -> Returned:
    """Write the merged workbook: the sender's own, with the answers and, where his cells are empty, what is known.

    The sender's cells come back as they were sent; once his workbook is removed (request_keeping) they stand in a
    plain table. Numbers of persons among answers and known columns are in full only
    with a purpose and the right personal.reveal, else masked. PermissionDenied, ValidationError.
    """
    check_issuer(request.area_code, actor)
    if request.state not in (TableRequest.State.ISSUED, TableRequest.State.CLOSED):
        raise ValidationError("任务表还没有下发。")
    full = bool(purpose)
    if full and not actor.has_right_at(REVEAL, request.area_code):
        raise PermissionDenied("您没有查看完整证件号码的权限。")
    rows = request.rows.order_by("number")
    unfilled = rows.filter(complete=False).count()
    if not request.has_workbook:  # a recurring one has none, and after its days the sender's is gone
        columns = [one for one in request.asked if one.heading]
        written = write_part(
            out,
            title=request.title,
            note=request.sender,
            columns=columns,
            rows=(
                (row_mark(request.pk, row.number, row.version), _all_of(row, columns, full))
                for row in rows.iterator(AT_ONCE)
            ),
        )
    else:
        try:
            with SENT.opened(request.file) as path:
                cells = _cells(request, rows, full)
                written = write_back(path, out, request.sheet, cells, heading_row=request.heading_row)
        except WorkbookRefused as refused:
            raise ValidationError(refused.message) from refused
    done = Returned(rows.count(), written, unfilled)
    record(
        "households.request.return",
        request,
        actor=actor,
        summary=f"下载汇总表 {done.rows} 行，未填完 {done.unfilled} 行" + ("（完整号码）" if full else ""),
        purpose=purpose,
    )
    return done


def _all_of(row: RequestRow, columns: list[AskedColumn], full: bool) -> dict[str, str]:
    shown = shown_row(row, columns)
    if full:
        parts = {True: row.sealed_part("answers"), False: row.sealed_part("known")}
        for one in columns:
            shown[one.name] = parts[one.role == FILL].get(one.name, shown[one.name])
    return shown


def _cells(request: TableRequest, rows, full: bool) -> dict[int, dict[int, Value]]:
    """{row number: {position: value}} of what is written into the sender's sheet."""
    columns = request.asked
    end = 1 + max(one.position for one in columns if one.position is not None)
    places: dict[str, int] = {}
    found: dict[int, dict[int, Value]] = {}
    for one in columns:
        if one.role not in (FILL, KNOWN):
            continue
        if one.position is None:
            places[one.name], end = end, end + 1
            found.setdefault(request.heading_row, {})[places[one.name]] = one.heading
        else:
            places[one.name] = one.position
    kinds = {one.name: cell_kind(one) for one in columns if one.role in (FILL, KNOWN)}
    filled = {one.name for one in columns if one.role == FILL}
    # What is known of a column to fill is no answer.
    whose = {"known": kinds.keys() - filled, "answers": filled}
    for row in rows.filter(reason="").iterator(AT_ONCE):
        values = {}
        for part in ("known", "answers"):
            sealed = row.sealed_part(part)
            found_here = {**getattr(row, part), **(sealed if full else masked(sealed))}
            values |= {name: text for name, text in found_here.items() if name in whose[part]}
        own = row.whole("cells")
        line = {
            places[name]: _value(text, kinds[name])
            for name, text in values.items()
            if text and name in places and (name in filled or not own.get(f"{places[name]}"))
        }
        if line:
            found.setdefault(row.number, {}).update(line)
    return found


def _value(text: str, kind: Kind) -> Value:
    """What stands in the cell: numbers as numbers, days as days, everything else as the text that it is."""
    try:
        if kind in _NUMBERS:
            number = Decimal(text)
            return number if number.is_finite() else text
        return date.fromisoformat(text) if kind is Kind.DATE else text
    except (ArithmeticError, ValueError):
        return text
