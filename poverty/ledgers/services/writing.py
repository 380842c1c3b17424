"""Writing the file of a question: one moment of the database, streamed row by row into a workbook or CSV.

The same question over unchanged data gives the same bytes: all times inside are the as-of. When the cells turn out to
be those of an earlier export, that one's as-of counts, and so its file.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from poverty.ledgers.asking import Question
from poverty.ledgers.drawing import name_place
from poverty.ledgers.models import ExportFormat
from poverty.ledgers.outgoing import manifest
from poverty.ledgers.outgoing.csv_file import CsvFile
from poverty.ledgers.outgoing.digests import Digests
from poverty.ledgers.outgoing.sheet import MAX_ROWS, Look, heading_of
from poverty.ledgers.outgoing.values import Checksum, Reading, line_of, numbered, undated
from poverty.ledgers.outgoing.workbook import Workbook
from poverty.parameters.services import value_for
from poverty.sql.memory import use_memory
from poverty.sql.snapshot import snapshot

CHUNK = 2000
_SORTING = 64  # megabytes
_WRITERS = {ExportFormat.XLSX: Workbook, ExportFormat.CSV: CsvFile}

Progress = Callable[[int], None]
Guard = Callable[[], AbstractContextManager[None]]  # stands around what only reads the database


@dataclass(frozen=True)
class Terms:
    """How a file goes out, besides what was asked: for the words of the watermark and the days it is kept."""

    format: str = ExportFormat.XLSX
    full: bool = False
    purpose: str = ""
    by: str = ""  # name and unit of who takes it out
    max_rows: int = MAX_ROWS


@dataclass(frozen=True)
class Written:
    """A finished file and what is known of it. `digests` of its rows, to be compared and kept."""

    as_of: datetime  # aware
    rows: int
    checksum: str
    kept_for: timedelta
    digests: Digests
    head: list[list[str | None]]  # what stands above the rows; [] in a CSV


def write(
    path: Path,
    question: Question,
    terms: Terms,
    *,
    workplace: Path,
    as_of: datetime | None = None,
    progress: Progress | None = None,
    reading: Guard = nullcontext,
) -> Written:
    """Write the file to `path`. `as_of`: say this moment instead of the snapshot's; the caller knows that the data
    are those of then. `workplace`: private folder for temporary files. `progress(rows)` may raise to stop; `reading`
    stands around the statement, which may think for minutes before its first row.
    """
    with snapshot() as moment:
        use_memory(_SORTING)
        as_of = as_of or moment
        kept_for = timedelta(days=days_kept(question.area_code, full=terms.full, on=as_of))
        look = look_of(question, terms, as_of=as_of, expires_at=as_of + kept_for)
        writer = _WRITERS[ExportFormat(terms.format)](path, look, workplace)
        checksum, digests, own = Checksum(), Digests(), undated(question.columns)
        try:
            with reading():
                for key, cells in stream(question, full=terms.full, as_of=as_of):
                    writer.add(cells)
                    line = line_of(cells)
                    checksum.add(line)
                    lasting = own(cells)
                    digests.add(key, line if lasting is cells else line_of(lasting))
                    if progress and checksum.rows % 500 == 0:
                        progress(checksum.rows)
        except BaseException:
            writer.abandon()
            raise
    writer.close(
        _said(question, terms, look, checksum), pause=lambda: progress(checksum.rows) if progress else None
    )
    head = look.head if terms.format == ExportFormat.XLSX else []
    return Written(as_of, checksum.rows, checksum.value, kept_for, digests, head)


def checksum_on(question: Question, as_of: datetime, *, full: bool, reading: Guard = nullcontext) -> str:
    """The checksum of the data of now in a file of another day."""
    checksum = Checksum()
    with snapshot(), reading():
        use_memory(_SORTING)
        for _, cells in stream(question, full=full, as_of=as_of):
            checksum.add(line_of(cells))
    return checksum.value


def stream(
    question: Question, *, full: bool, limit: int | None = None, as_of: datetime | None = None
) -> Iterator[tuple[Any, list[Any]]]:
    """(primary key, cells) of the rows in order, read from the server as they are needed."""
    reading = Reading(question.columns, full=full, as_of=timezone.localdate(as_of))
    rows = question.rows.values_list(*reading.lookups)
    return numbered(iter(rows[:limit]) if limit else rows.iterator(chunk_size=CHUNK), reading)


def days_kept(area_code: str, *, full: bool, on: datetime) -> int:
    """For how many days a file stays."""
    code = "ledger.keep_days_full" if full else "ledger.keep_days"
    return value_for(code, area_code, timezone.localtime(on).date())


def look_of(question: Question, terms: Terms, *, as_of: datetime, expires_at: datetime) -> Look:
    """How this file looks: title, the lines above the table, headings in the words of the year."""
    ledger, year = question.ledger, question.year
    local = timezone.localtime(as_of).replace(tzinfo=None, microsecond=0)
    title = ledger.title_in(year)
    watermark = ""
    if terms.full:
        end = timezone.localtime(expires_at)
        watermark = (
            # What is printed on every page is cut at its end (`printed`): the purpose is the longest and stands last.
            f"含完整个人信息，不得外传　有效期至 {end:%Y-%m-%d %H:%M}　导出人：{terms.by}　"
            f"{local:%Y-%m-%d %H:%M:%S}　限“{terms.purpose}”使用"
        )
    period = f"　年度：{year}" if year else ""
    lines = [
        f"区划：{question.area_name}{period}　截至：{local:%Y-%m-%d %H:%M:%S}",
        f"筛选条件：{question.words}",
    ]
    if ledger.note:
        lines.append(f"说明：{ledger.note}")
    return Look(
        title=f"{title}（{year}年度）" if year else title,
        sheet_name=title,
        lines=tuple(lines),
        unit=ledger.unit,
        headings=tuple(
            heading_of(one, ledger.heading(one, year), ledger.group(one, year), full=terms.full)
            for one in question.columns
        ),
        per=ledger.per,
        as_of=local,
        watermark=watermark,
        max_rows=terms.max_rows,
        name_at=name_place(question.columns),
    )


def _said(question: Question, terms: Terms, look: Look, checksum: Checksum) -> list[tuple[str, str]]:
    return manifest.lines(
        title=look.title,
        area=f"{question.area_name}（{question.area_code}）" if question.area_code else question.area_name,
        year=question.year,
        filter_words=question.words,
        as_of=f"{look.as_of:%Y-%m-%d %H:%M:%S}",
        columns=[one.text for one in look.headings],
        full=terms.full,
        rows=checksum.rows,
        checksum=checksum.value,
        watermark=look.watermark,
    )
