"""Filling a table from above: row by row on a page, or by the village's part-workbook; handing in, sending back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from households.models import RequestPart, RequestRow, TableRequest
from households.querysets_requests import FILL
from households.requests import columns as asked
from households.requests.known import is_figure
from households.requests.partbook import read_part, row_mark, write_part
from households.requests.rows import masked, parted
from households.services.request_updating import hold_register, is_small, update_or_queue, updating
from poverty.audit.services import record
from poverty.ledgers.incoming.inspection import inspect
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.outgoing.vault import workplace
from poverty.review.services import fire
from poverty.sql.locks import share
from poverty.web.merge import merge

MOST_FAULTS = 500
LARGEST = 20 * 1024 * 1024
_REGISTERED = "registered:"  # begins the name of a column that is shown only


@dataclass
class Saved:
    """What became of a row. `conflicts` {column name: (seen before, mine, theirs)}: then nothing was written."""

    row: RequestRow
    conflicts: dict[str, tuple] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()


@transaction.atomic
def save_row(pk: int, mine: Mapping[str, str], base: Mapping[str, str], *, actor) -> Saved:
    """Answer a row. `mine` {column name: text as read_answer gives it}; `base`: what stood there when it was opened.

    What only another changed stays his; what both changed differently is a conflict. PermissionDenied for who may not
    fill it, ValidationError when the part is handed in or the request is over.
    """
    row = _locked(pk, actor)
    refuse_unless_open(row.part)
    theirs = row.whole("answers")
    merged = merge(base, mine, theirs)
    if merged.conflicts:
        return Saved(row, merged.conflicts)
    if merged.changed:
        _write(row, {**theirs, **merged.values}, actor)
        _log(row, merged.changed, actor)
    return Saved(row, {}, merged.changed)


def _locked(pk: int, actor) -> RequestRow:
    rows = RequestRow.objects.filter(pk=pk, part__isnull=False)
    if not rows.visible_to(actor, FILL).exists():
        raise PermissionDenied("您不能填报这一行。")
    _hold_open(RequestPart.objects.filter(pk__in=list(rows.values_list("part_id", flat=True))))
    return rows.select_for_update(of=("self",)).select_related("part__request").get()


def _hold_open(parts) -> None:
    """Hold parts and their request as they are: nobody hands in, accepts or closes while rows of them are written."""
    held = share(parts)
    share(TableRequest.objects.filter(pk__in={one.request_id for one in held}))


def refuse_unless_open(part: RequestPart) -> None:
    """ValidationError with the reason when a part cannot be filled now."""
    if part.request.state != TableRequest.State.ISSUED:
        raise ValidationError(f"任务表{part.request.get_state_display()}，不能再填。")
    if not part.fillable:
        raise ValidationError(f"本村{part.get_state_display()}，要改请乡镇退回。")


def _write(row: RequestRow, answers: Mapping[str, str], actor) -> None:
    columns = row.part.request.to_fill
    headings = {one.name: one.heading for one in columns}
    figures = {one.name for one in columns if one.updates and is_figure(one.source)}
    told = {name: answers.get(name, "") for name in headings}
    row.put(answers=parted(told, headings, figures=figures))
    row.complete = asked.is_complete(columns, answers)
    row.version += 1
    row.filled_by, row.filled_at = actor, timezone.now()
    row.save(update_fields=["answers", "numbers", "complete", "version", "filled_by", "filled_at"])


def _log(row: RequestRow, changed, actor, what: str = "填报") -> None:
    headings = {one.name: one.heading for one in row.part.request.to_fill}
    names = "、".join(headings[name] for name in headings if name in changed)
    record(
        "households.request.fill",
        row.part.request,
        actor=actor,
        area_code=row.area_code,
        summary=f"{what}第{row.number}行：{names}"[:200],
    )


def shown_answers(row: RequestRow) -> dict[str, str]:
    """A row's answers as they are shown and sent along in forms: numbers of persons masked."""
    return {**row.answers, **masked(row.sealed_part("answers"))}


def unmasked(row: RequestRow, mine: Mapping[str, str]) -> dict[str, str]:
    """What was typed, where the mask was left standing the number behind it."""
    sealed = row.sealed_part("answers")
    covers = masked(sealed)
    return {
        name: sealed[name] if name in covers and text == covers[name] else text for name, text in mine.items()
    }


# --- the part-workbook --------------------------------------------------------------------------------------------


def write_workbook(rows, request: TableRequest, out: BinaryIO, *, actor) -> int:
    """The workbook of some rows (visible ones) of a request; how many. Numbers of persons are masked."""
    columns = list(_with_registered(one for one in request.asked if one.heading))
    count = write_part(
        out,
        title=request.title,
        note=f"截止 {timezone.localtime(request.deadline):%Y-%m-%d %H:%M}。只填黄色的列，不要改动“任务行号”。"
        + ("“登记：”的列是系统里现有的，只供对照；填好的以您填的为准。" if updating(request) else ""),
        columns=columns,
        rows=((row_mark(request.pk, row.number, row.version), shown_row(row, columns)) for row in rows),
    )
    record("households.request.part", request, actor=actor, summary=f"下载任务表分表 {count} 行")
    return count


def _with_registered(columns: Iterable[asked.AskedColumn]) -> Iterator[asked.AskedColumn]:
    """The columns; before one that updates the register what stands there now, as the pages show it beside the field.

    It is nobody's to fill, and not read when the workbook comes back.
    """
    for one in columns:
        if one.role == asked.FILL and one.updates:
            yield asked.AskedColumn(f"{_REGISTERED}{one.name}", f"登记：{one.heading}", None)
        yield one


def shown_row(row: RequestRow, columns: list[asked.AskedColumn]) -> dict[str, str]:
    """{column name: text} as shown: answers, what the sheet says, where that is empty what the register knows."""
    cells = {**row.cells, **masked(row.sealed_part("cells"))}
    known = {**row.known, **masked(row.sealed_part("known"))}
    answers = shown_answers(row)
    found = {}
    for one in columns:
        if one.name.startswith(_REGISTERED):
            found[one.name] = known.get(one.name.removeprefix(_REGISTERED)) or "（未填）"
            continue
        own = cells.get(f"{one.position}", "") if one.position is not None else ""
        found[one.name] = (
            answers.get(one.name, "") if one.role == asked.FILL else own or known.get(one.name, "")
        )
    return found


@dataclass
class Taken:
    """What came of a part-workbook: rows read, rows that changed, and faults as (row, heading, what)."""

    rows: int = 0
    changed: int = 0
    faults: list[tuple[int, str, str]] = field(default_factory=list)


@transaction.atomic
def take_workbook(request: TableRequest, upload, *, actor) -> Taken:
    """Take the answers of a part-workbook: right ones are kept, wrong ones told by cell. An empty cell changes nothing.

    What another has changed since the workbook was taken out is not written over. ValidationError at "file".
    """
    if request.state != TableRequest.State.ISSUED:
        raise ValidationError(f"任务表{request.get_state_display()}，不能再填。")
    if upload.size > LARGEST:
        raise ValidationError({"file": "文件太大。请只上传本村的分表。"})
    with workplace() as folder:
        path = folder / "part.xlsx"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        try:
            return _take(request, path, actor)
        except WorkbookRefused as refused:
            raise ValidationError({"file": refused.message}) from refused


def _take(request: TableRequest, path: Path, actor) -> Taken:
    inspect(path)
    _hold_open(RequestPart.objects.filter(request=request).visible_to(actor, FILL).order_by("pk"))
    columns = request.to_fill
    headings = {one.name: one.heading for one in columns}
    mine = (
        RequestRow.objects.visible_to(actor, FILL)
        .filter(request=request, part__isnull=False)
        .select_for_update(of=("self",))
        .select_related("part__request")
    )
    own = {row.number: row for row in mine}
    taken = Taken()
    for line in read_part(path, columns, today=timezone.localdate()):
        taken.rows += 1
        row = own.get(line.number) if line.request_id == request.pk else None
        if row is None:
            taken.faults.append((line.row, "任务行号", "不是本任务表中由您填报的行，没有写入"))
            continue
        if not row.part.fillable:
            taken.faults.append((line.row, "任务行号", f"该村{row.part.get_state_display()}，没有写入"))
            continue
        taken.faults.extend((line.row, heading, str(fault)) for heading, fault in line.faults)
        theirs = row.whole("answers")
        answers = {
            name: text for name, text in unmasked(row, line.answers).items() if text != theirs.get(name, "")
        }
        if row.version != line.version:
            for name in [one for one in answers if theirs.get(one)]:
                del answers[name]
                taken.faults.append(
                    (line.row, headings[name], "下载分表以后别人填过另外的内容，没有覆盖；请在页面上核对")
                )
        if answers:
            _write(row, {**theirs, **answers}, actor)
            _log(row, answers, actor, "分表填报")
            taken.changed += 1
    del taken.faults[MOST_FAULTS:]
    return taken


# --- handing in, sending back -------------------------------------------------------------------------------------


def _hold(part: RequestPart) -> RequestPart:
    """The part as it stands now, held against everybody who fills it; its request against being closed."""
    held = RequestPart.objects.select_for_update(no_key=True, of=("self",)).get(pk=part.pk)
    share(TableRequest.objects.filter(pk=held.request_id))
    return RequestPart.objects.select_related("request").get(pk=part.pk)


@transaction.atomic
def submit(part: RequestPart, *, actor, comment: str = "") -> None:
    """Hand a village's part in. With rows unfilled only with a reason. Raises as `fire`.

    Whoever is filling a row ends first: what he takes out again counts as unfilled.
    """
    part = _hold(part)
    refuse_unless_open(part)
    unfilled = part.rows.filter(complete=False).count()
    if unfilled and not comment.strip():
        raise ValidationError({"comment": f"还有 {unfilled} 行没有填完。确实填不了的，请写明原因再上交。"})
    fire("submit", part, actor=actor, comment=comment)
    RequestPart.objects.filter(pk=part.pk).update(submitted_at=timezone.now())


@transaction.atomic
def send_back(part: RequestPart, *, actor, reason: str) -> None:
    """Send a part back to its village with the reason."""
    part = _hold(part)
    if part.request.state != TableRequest.State.ISSUED:
        raise ValidationError(f"任务表{part.request.get_state_display()}，不能再退回。")
    if not reason.strip():
        raise ValidationError({"reason": "退回须写明原因。"})
    # Before the state: a returned part says why.
    RequestPart.objects.filter(pk=part.pk).update(reason=reason.strip()[:200])
    fire("send_back", part, actor=actor, comment=reason)


@transaction.atomic
def accept(part: RequestPart, *, actor) -> None:
    """Accept what a village handed in; columns that say so then update the register."""
    if updating(part.request) and is_small(part):
        hold_register(part.pk)
    part = _hold(part)
    if part.request.state != TableRequest.State.ISSUED:
        raise ValidationError(f"任务表{part.request.get_state_display()}，不能再通过。")
    fire("accept", part, actor=actor)
    update_or_queue(part, actor=actor)
