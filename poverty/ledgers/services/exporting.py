"""Taking a ledger out: who may, at once or in the background, what is kept of it, and what has changed since."""

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from poverty.audit.services import record
from poverty.fields.crypto import SealedDataError
from poverty.jobs.models import Job
from poverty.jobs.services.queue import enqueue
from poverty.ledgers.asking import FULL_NUMBERS, Question, ask
from poverty.ledgers.ledger import is_dated
from poverty.ledgers.models import Export, ExportFormat, ExportState
from poverty.ledgers.outgoing import digests, vault
from poverty.ledgers.services.taking import require_takeable
from poverty.ledgers.services.writing import Guard, Progress, Terms, Written, checksum_on, write
from poverty.web.paging import count_up_to

KIND = "export_ledger"
_LEAST_WORDS = 2
MOST_WORDS = 100  # characters of a purpose
_SOON = timedelta(hours=1)
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class _Taken(Exception):
    """Another export of this person and ledger is being made; its number."""


def request_export(
    name: str,
    *,
    area_code: str,
    year: int | None = None,
    filters: Mapping[str, str] | None = None,
    columns: Iterable[str] = (),
    actor,
    format: str = ExportFormat.XLSX,
    full_numbers: bool = False,
    purpose: str = "",
) -> Export:
    """Ask for a file. Up to 2,000 rows it is there when this returns, else a job is in line (`export.job`).

    While one of this person and ledger is being made, that one is returned. PermissionDenied without the ledger's
    right at the area, or for full numbers without personal.reveal there; ValidationError at "ledger", "year",
    "purpose", "format" or the name of a filter.
    """
    question = ask(name, user=actor, area_code=area_code, year=year, filters=filters, columns=columns)
    _check(question, actor, format, full_numbers, purpose)
    running = running_export(name, actor)
    if running is not None:
        return running
    small, exact = count_up_to(question.rows, settings.LEDGER_ROWS_AT_ONCE)
    at_once = exact and small <= settings.LEDGER_ROWS_AT_ONCE
    try:
        export = _begin(question, actor, format, full_numbers, _one_line(purpose), background=not at_once)
    except _Taken as other:
        return Export.objects.get(pk=other.args[0])
    return make(export, question) if at_once else export


def export_to(
    path: Path,
    name: str,
    *,
    area_code: str,
    year: int | None = None,
    filters: Mapping[str, str] | None = None,
    columns: Iterable[str] = (),
    actor,
    format: str = ExportFormat.XLSX,
    full_numbers: bool = False,
    purpose: str = "",
    progress: Progress | None = None,
) -> Export:
    """The same for a command: write at once, whatever its size, and copy the file to `path`.

    ValidationError also while one of this person and ledger is being made in the background.
    """
    question = ask(name, user=actor, area_code=area_code, year=year, filters=filters, columns=columns)
    _check(question, actor, format, full_numbers, purpose)
    if running_export(name, actor) is not None:
        raise ValidationError("这个台账正在后台为您生成；完成或取消后才能导出下一个。")
    export = make(
        _begin(question, actor, format, full_numbers, _one_line(purpose), background=False),
        question,
        progress=progress,
    )
    with path.open("wb") as target:
        for part in vault.read(export.sha256):
            target.write(part)
    return export


def running_export(name: str, actor) -> Export | None:
    """The export of this person and ledger that is being made in the background; None when there is none."""
    job = Job.objects.live().filter(key=_key(name, actor)).first()
    return Export.objects.filter(pk=job.params["export"]).first() if job else None


def question_of(export: Export) -> Question:
    """What an export asked, for its own person, by his rights of now."""
    return ask(
        export.ledger,
        user=export.actor,
        area_code=export.area_code,
        year=export.year,
        filters=export.filters,
        columns=export.columns,
    )


def make(
    export: Export,
    question: Question | None = None,
    *,
    progress: Progress | None = None,
    reading: Guard = nullcontext,
) -> Export:
    """Write the file of a requested export, compare it with the last one, keep it and say so in the log.

    Done already: nothing happens. What goes wrong leaves the row as "not made" (as "cancelled", where somebody asked
    for that) and is raised again. `progress` and `reading` as in `write`.
    """
    if export.state == ExportState.DONE:
        return export
    terms = Terms(export.format, export.full_numbers, export.purpose, _named(export.actor))
    last = _last(export)
    try:
        question = question or question_of(export)
        if export.full_numbers and not export.actor.has_right_at(FULL_NUMBERS, export.area_code):
            raise PermissionDenied("没有导出完整号码的权限。")
        # Of a ledger that names its day the same data give the same file only if asked for that day.
        then = last.as_of if last is not None and _is_only_older(last, question, reading) else None
        with vault.workplace() as folder:
            path = folder / "ledger"
            written = write(
                path, question, terms, workplace=folder, as_of=then, progress=progress, reading=reading
            )
            same = last is not None and last.checksum == written.checksum
            changes = None if last is None or same else _compared(last, written)
            if same and _may_stand_for(last):
                written, kept = _as_last(last, written, path, question, terms, folder, progress, reading)
            else:
                kept = _keep(path, written)
    except BaseException:
        give_up(export)
        raise
    return _finish(export, question, written, kept, last, changes)


def begin_again(export: Export, job_id: int) -> None:
    """Note that a job takes an export up: the first one, or one more after it failed or was cancelled."""
    undone = Export.objects.filter(pk=export.pk).exclude(state=ExportState.DONE)
    if undone.update(state=ExportState.MAKING, job=job_id):
        export.state, export.job_id = ExportState.MAKING, job_id


def give_up(export: Export) -> None:
    """Note that no file was made, and whether that was wanted; of an export that is over nothing is noted."""
    cancelled = is_cancelled(export.job_id)
    state = ExportState.CANCELLED if cancelled else ExportState.FAILED
    with transaction.atomic():
        if not Export.objects.filter(pk=export.pk, state=ExportState.MAKING).update(state=state):
            return
        if cancelled:
            record("ledgers.export.cancel", export, actor=export.actor, summary=f"已取消：{export.title}")
        else:
            record("ledgers.export.fail", export, actor=export.actor, summary=f"未完成：{export.title}")


def job_of(export: Export) -> Job | None:
    """The job that makes an export: the one that was asked to run again where the first is over."""
    if export.job is None or export.job.is_live or export.state == ExportState.DONE:
        return export.job
    again = Job.objects.live().filter(key=export.job.key, params__export=export.pk)
    return again.first() or export.job


def is_cancelled(job_id: int | None) -> bool:
    """Whether somebody asked a job to stop; one that was given up without a word was not asked."""
    return Job.objects.filter(pk=job_id, cancel_requested=True).exists()


@transaction.atomic
def fetch(export: Export, *, actor) -> Export:
    """Note that a person takes the file of an export; the caller then reads it from the vault.

    PermissionDenied without the ledger's right there (or, for full numbers, personal.reveal); ValidationError when
    there is no file (any more).
    """
    definition = export.definition
    require_takeable(export, definition and definition.right, actor=actor, called="导出文件")
    record(
        "ledgers.export.download",
        export,
        actor=actor,
        summary=f"下载：{export.title}",
        changes={"sha256": [None, export.sha256]},
        purpose=export.purpose,
    )
    return export


def remove_expired(due: datetime) -> int:
    """Throw away the files that have expired, unless a later export of the same bytes still stands; returns how many
    rows were marked. `due` is the timetable's moment; what counts is now.
    """
    removed = 0
    for export in Export.objects.to_be_removed().order_by("pk").iterator():
        with transaction.atomic():
            now = timezone.now()
            if not Export.objects.to_be_removed().filter(pk=export.pk).update(removed_at=now):
                continue
            record("ledgers.export.expire", export, actor=None, summary=f"过期清除：{export.title}")
            standing = Export.objects.made().filter(sha256=export.sha256, removed_at__isnull=True)
            if not standing.exists():
                vault.remove(export.sha256)
            removed += 1
    return removed


def _check(question: Question, actor, format: str, full: bool, purpose: str) -> None:
    if format not in ExportFormat.values:
        raise ValidationError({"format": "格式只能是 xlsx 或 csv。"})
    _ = question.words  # filters that cannot be read are said now, not in the background
    if not full:
        return
    if not question.ledger.full_numbers or not any(one.masked for one in question.columns):
        raise ValidationError({"full_numbers": "这个台账没有号码列，不必申请完整号码。"})
    if not actor.has_right_at(FULL_NUMBERS, question.area_code):
        raise PermissionDenied("没有导出完整号码的权限。")
    if len(purpose.strip()) < _LEAST_WORDS:
        raise ValidationError({"purpose": "请写明完整号码的用途，例如“办理参保登记”。"})
    if len(purpose.strip()) > MOST_WORDS:
        raise ValidationError({"purpose": f"用途最多 {MOST_WORDS} 字。"})


def _one_line(purpose: str) -> str:
    return " ".join(purpose.split())


def _key(name: str, actor) -> str:
    return f"export:{actor.pk}:{name}"


@transaction.atomic
def _begin(question, actor, format, full, purpose, *, background: bool) -> Export:
    """The row of a request, with its job where it goes to the background."""
    # With full numbers the file says who took it out: it is the same again only for the same person and purpose.
    personal = {"by": actor.pk, "purpose": purpose} if full else {}
    export = Export.objects.create(
        ledger=question.ledger.name,
        title=question.ledger.title_in(question.year),
        area_code=question.area_code,
        year=question.year,
        filters=dict(question.filters),
        filter_words=question.words,
        columns=[one.key for one in question.columns],
        format=format,
        full_numbers=full,
        purpose=purpose,
        request_key=question.key(format=format, full=full, **personal),
        actor=actor,
    )
    record(
        "ledgers.export.request",
        export,
        actor=actor,
        summary=f"导出{export.title}：{question.area_name}，{question.words}"
        + ("，完整号码" if full else ""),
        changes={"format": [None, format], "year": [None, question.year]},
        purpose=purpose,
    )
    if background:
        job = enqueue(
            KIND,
            area_code=question.area_code,
            key=_key(question.ledger.name, actor),
            params={"export": export.pk},
            actor=actor,
        )
        if job.params["export"] != export.pk:
            raise _Taken(
                job.params["export"]
            )  # another request was faster; our row goes with the transaction
        Export.objects.filter(pk=export.pk).update(job=job)
        export.job = job
    return export


def _named(user) -> str:
    """Name and unit as printed in the watermark."""
    unit = getattr(user, "unit", None)
    return f"{user.name}（{unit}）" if unit else user.name


def _last(export: Export) -> Export | None:
    earlier = Export.objects.made().filter(request_key=export.request_key).exclude(pk=export.pk)
    return earlier.order_by("-pk").first()


def _is_only_older(last: Export, question: Question, reading: Guard) -> bool:
    """Whether nothing but the day has changed since an earlier file of a ledger that names it."""
    if not any(map(is_dated, question.columns)) or not _may_stand_for(last):
        return False
    return checksum_on(question, last.as_of, full=last.full_numbers, reading=reading) == last.checksum


def _may_stand_for(last: Export) -> bool:
    """Whether the earlier file may be given again. With full numbers the date in its watermark must not be over."""
    return not (last.full_numbers and last.expires_at <= timezone.now())


def _as_last(last, written, path, question, terms, folder, progress, reading) -> tuple[Written, vault.Kept]:
    """Nothing has changed since the earlier file: that one, or, when it is not kept any more, the same bytes again."""
    # An hour: what expires while this is going on may be thrown away before our row says that it is wanted.
    if last.expires_at > timezone.now() + _SOON and vault.exists(last.sha256):
        return replace(written, as_of=last.as_of, head=last.head), vault.Kept(last.sha256, last.size)
    again = folder / "again"
    path.unlink()
    written = write(
        again, question, terms, workplace=folder, as_of=last.as_of, progress=progress, reading=reading
    )
    return written, _keep(again, written)


def _keep(path: Path, written: Written) -> vault.Kept:
    kept = vault.keep(path)
    vault.keep_rows(kept.sha256, written.digests.sorted())
    return kept


def _compared(last: Export, written: Written) -> dict[str, int] | None:
    """How many rows differ from the earlier file; None when nothing is left to compare with."""
    if last.removed_at is not None:
        return None
    try:
        old = digests.records(vault.read_rows(last.sha256))
        return digests.compare(old, written.digests.sorted()).as_dict()
    except (OSError, SealedDataError):
        return None


@transaction.atomic
def _finish(export, question, written: Written, kept: vault.Kept, last, changes) -> Export:
    now = timezone.now()
    # Of an earlier file with full numbers the date in its watermark holds; without, the days begin again.
    standing = export.full_numbers and last is not None and last.sha256 == kept.sha256
    begins = written.as_of if export.full_numbers else now
    expires_at = last.expires_at if standing else begins + written.kept_for
    values = {
        "state": ExportState.DONE,
        "as_of": written.as_of,
        "finished_at": now,
        "rows": written.rows,
        "checksum": written.checksum,
        "sha256": kept.sha256,
        "size": kept.size,
        "file_name": _file_name(export, question, written.as_of),
        "expires_at": expires_at,
        "previous": last,
        "changes": changes,
        "head": written.head,
    }
    Export.objects.filter(pk=export.pk).update(**values)
    for name, value in values.items():
        setattr(export, name, value)
    record(
        "ledgers.export.finish",
        export,
        actor=export.actor,
        summary=f"导出{export.title}：{written.rows}行",
        changes={"rows": [None, written.rows], "sha256": [None, kept.sha256]},
        purpose=export.purpose,
    )
    return export


def _file_name(export: Export, question: Question, as_of: datetime) -> str:
    year = f"{export.year}年度_" if export.year else ""
    moment = timezone.localtime(as_of)
    place = _NOT_IN_A_NAME.sub("_", question.area_name)[-20:]
    return f"{export.title}_{place}_{year}{moment:%Y%m%d%H%M%S}.{export.format}"
