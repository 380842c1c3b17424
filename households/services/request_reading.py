"""Reading a table from above into rows: matching them, proposing what columns mean, prefilling."""

from collections.abc import Callable, Iterator
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import RequestMapping, RequestRow, TableRequest
from households.requests import known
from households.requests.columns import FILL, KNOWN, AskedColumn, guessed, verdict_columns
from households.requests.finding import read_data
from households.requests.matching import Match, key_text, match
from households.requests.originals import SENT
from households.requests.rows import batches, cell_text, parted, same_text
from poverty.ledgers.columns import plain_heading
from poverty.ledgers.incoming.refusals import WorkbookRefused

AT_ONCE = 1_000
State = TableRequest.State


def quiet(done: int) -> None:
    """Nobody watches."""


def prepare(request: TableRequest, *, told: Callable[[int], None] = quiet) -> TableRequest:
    """Read the rows of a draft, match them, propose what the columns mean, prefill. Safe to run again.

    A sheet that cannot be read leaves the request as it was, with the reason in `message`.
    """
    try:
        with transaction.atomic():
            request = locked_draft(request.pk)
            request.rows.all().delete()
            filled = _read_rows(request, told)
            _propose(request, filled)
            prefill(request)
            request.prepared_at, request.message = timezone.now(), ""
            request.save()
    except WorkbookRefused as refused:
        request.message = refused.message[:500]
        request.save(update_fields=["message"])
    return request


def locked_draft(pk: int) -> TableRequest:
    """A draft, held against others; ValidationError when it is none any more."""
    request = TableRequest.objects.select_for_update(of=("self",)).select_related("file").get(pk=pk)
    if request.state != State.DRAFT:
        raise ValidationError(f"任务表{request.get_state_display()}，不能再改。")
    return request


def _read_rows(request: TableRequest, told) -> set[int]:
    """Store the rows, matched; the positions of columns in which anything stands."""
    with SENT.opened(request.file) as path:
        return _store(request, read_data(path, request.sheet, request.heading_row), told)


def _store(request: TableRequest, rows: Iterator, told) -> set[int]:
    headings = {f"{one.position}": one.heading for one in request.asked}
    filled: set[int] = set()
    number = 0
    try:
        while taken := list(islice(rows, AT_ONCE)):
            texts = [
                (
                    row,
                    {f"{place}": cell_text(raw) for place, raw in enumerate(cells) if raw is not None},
                    cells,
                )
                for row, cells in taken
            ]
            keys = [_key(cells, request.key_position) for _, _, cells in texts]
            made = []
            for (row, values, _), found in zip(texts, _matches(keys, request), strict=True):
                one = RequestRow(request=request, number=row)
                one.put(cells=parted(values, headings))
                _set(one, found)
                filled.update(int(place) for place, text in values.items() if text)
                made.append(one)
            RequestRow.objects.bulk_create(made)
            number += len(made)
            told(number)
    finally:
        rows.close()
    if not number:
        raise WorkbookRefused("no_rows", "表头下面没有数据，请检查是否选对了文件。")
    return filled


def _key(cells, position: int) -> tuple[str, str]:
    return key_text(cells[position] if position < len(cells) else None)


def _matches(keys: list[tuple[str, str]], request: TableRequest) -> Iterator[Match]:
    found = match([key for key, _ in keys], request.key_kind, request.area_code)
    for key, reason in keys:
        yield Match(reason=reason) if reason else found[key]


def _set(row: RequestRow, found: Match) -> None:
    row.household_id, row.member_id = found.household_id, found.member_id
    row.area_code, row.reason = found.area_code, found.reason


def _propose(request: TableRequest, filled: set[int]) -> None:
    """What each column probably means, and in 疑点数据 the two columns of the answer."""
    columns = request.asked
    meanings = {
        one.heading: one.meaning
        for one in RequestMapping.objects.filter(
            area_code=request.area_code, heading__in=[plain_heading(one.heading)[:100] for one in columns]
        )
    }
    proposed = []
    for column in columns:
        place = column.position
        if place == request.key_position or not column.heading:
            proposed.append(AskedColumn(column.name, column.heading, place))
            continue
        proposed.append(
            guessed(
                place,
                column.heading,
                empty=place not in filled,
                source=known.find_source(column.heading),
                meaning=meanings.get(plain_heading(column.heading)[:100]),
            )
        )
    if request.kind == TableRequest.Kind.DOUBT:
        verdicts = verdict_columns([one.heading for one in columns])
        taken = {one.position for one in verdicts if one.position is not None}
        proposed = [
            AskedColumn(one.name, one.heading, one.position) if one.role == FILL else one
            for one in proposed
            if one.position not in taken
        ] + verdicts
    request.columns = [one.stored() for one in proposed]


def _write(rows: list[RequestRow], fields: list[str]) -> None:
    """Write some columns of rows that are there already: several times as fast as bulk_update's CASE for every row."""
    RequestRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def match_again(request: TableRequest) -> None:
    """Look every row up once more by the column that is the key now."""
    place = f"{request.key_position}"
    for rows in batches(request.rows.order_by("number").iterator(AT_ONCE), AT_ONCE):
        keys = [key_text(row.whole("cells").get(place)) for row in rows]
        for row, found in zip(rows, _matches(keys, request), strict=True):
            _set(row, found)
        _write(rows, ["household", "member", "area_code", "reason"])


def prefill(request: TableRequest) -> None:
    """Put what the register knows beside the known columns and those that update it; note where the sheet differs."""
    asked = [one for one in request.asked if one.source and (one.role == KNOWN or one.updates)]
    headings = {one.name: one.heading for one in asked}
    sure = {one.name for one in asked if known.is_sensitive(one.source)}
    figures = {one.name for one in asked if known.is_figure(one.source)}
    sources = [one.source for one in asked]
    today = timezone.localdate()
    matched = request.rows.filter(reason="").order_by("number")
    for rows in batches(matched.iterator(AT_ONCE), AT_ONCE):
        persons = known.of_persons(
            [row.member_id for row in rows if row.member_id], sources, request.year, day=today
        )
        homes = known.of_households(
            [row.household_id for row in rows if not row.member_id], sources, request.year
        )
        for row in rows:
            found = persons.get(row.member_id, {}) if row.member_id else homes.get(row.household_id, {})
            values = {one.name: found.get(one.source, "") for one in asked}
            row.put(known=parted(values, headings, sure, figures))
            cells = row.whole("cells")
            row.differs = [
                one.name
                for one in asked
                if one.role == KNOWN
                and (own := cells.get(f"{one.position}"))
                and values[one.name]
                and not same_text(own, values[one.name])
            ]
        _write(rows, ["known", "numbers", "differs"])
