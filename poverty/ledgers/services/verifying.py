"""Whether a file that somebody brings is one that went out from here, and unaltered."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from django.utils import timezone

from poverty.audit.services import record
from poverty.fields.crypto import SealedDataError
from poverty.ledgers import registry
from poverty.ledgers.columns import Column, plain_heading
from poverty.ledgers.incoming.inspection import inspect
from poverty.ledgers.incoming.reading import read_rows
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.scanning import column_letters
from poverty.ledgers.models import Export
from poverty.ledgers.outgoing import digests, manifest, vault
from poverty.ledgers.outgoing.digests import Digests
from poverty.ledgers.outgoing.sheet import SIGNED_BY, TOTAL, TOTAL_OF_ALL, TOTAL_OF_SHEET
from poverty.ledgers.outgoing.values import Checksum, as_kind, line_of, undated

_PART = 1024 * 1024
_MOST_CLAIMED = 200  # exports of the same cells that are asked whether they are meant
_MOST_SAID = 5  # strange things that are named
_TOTALS = (TOTAL, TOTAL_OF_SHEET, TOTAL_OF_ALL)
_HEAD_ROWS = 12  # headings stand within these
# A ledger may be larger than what is read of a workbook that somebody brings: nothing is known then of its cells.
_TOO_MUCH = frozenset({"too_large", "rows", "cells", "cell_too_large", "bomb", "strings", "memory", "time"})
_UNCOMPARED = (
    "文件的SHA-256没有导出记录，所以不是导出时的原文件；它超过了核验能逐格读取的大小，数据有没有改动没有判断。"
    "请核验原文件，或按乡镇、村分别导出后再核验。"
)
_PLAIN = (
    "这是文本文件（如 CSV），文件的SHA-256没有导出记录：不是本系统导出的，或者导出以后改过、重新保存过。"
    "CSV 只能整个文件核对；要能逐格核对，请导出 Excel。"
)
_MOST_COMPARED = 200_000  # rows, for telling how many differ


class Verdict(Enum):
    """What a file turned out to be."""

    UNALTERED = "未改动"
    RESAVED = "重新保存过，数据未改动"
    ALTERED = "已改动"
    CLAIMED = "没有对应的导出记录"
    UNCOMPARED = "不是原文件，且太大，没有逐格核对"
    UNKNOWN = "不是本系统导出的台账"


@dataclass(frozen=True)
class Finding:
    """`export`: which it is, or claims to be; None where there is none. `said`: the manifest in the file. `differing`:
    how many rows of the file are not in the original; None: not told.
    """

    verdict: Verdict
    sha256: str
    export: Export | None = None
    said: dict[str, str] = field(default_factory=dict)
    differing: int | None = None
    reason: str = ""


def verify(path: Path, *, actor) -> Finding:
    """Compare a file with what went out: by its SHA-256, else by the manifest that it carries.

    Never raises for what is in the file: a file that cannot be read is UNKNOWN with the reason; one that is larger than
    what is read here is UNCOMPARED: it is not a file that went out, and may or may not hold the cells of one.
    """
    sha256 = _sha256(path)
    export = Export.objects.made().filter(sha256=sha256).order_by("pk").first()
    if export is not None:
        finding = Finding(Verdict.UNALTERED, sha256, export)
    else:
        try:
            finding = _by_manifest(path, sha256)
        except WorkbookRefused as error:
            if error.code in _TOO_MUCH:
                finding = Finding(Verdict.UNCOMPARED, sha256, reason=_UNCOMPARED)
            else:
                finding = Finding(
                    Verdict.UNKNOWN, sha256, reason=_PLAIN if error.code == "csv" else error.message
                )
    record(
        "ledgers.export.verify",
        finding.export,
        actor=actor,
        summary=f"核验：{finding.verdict.value}",
        changes={"sha256": [None, sha256]},
    )
    return finding


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_PART):
            digest.update(part)
    return digest.hexdigest()


def _by_manifest(path: Path, sha256: str) -> Finding:
    found = inspect(path)
    if found.sheet(manifest.SHEET) is None:
        return Finding(Verdict.UNKNOWN, sha256, reason="文件里没有“清单”工作表，文件的SHA-256也没有记录。")
    said = dict(manifest.read(read_rows(path, manifest.SHEET)))
    checksum = said.get(manifest.CHECKSUM, "")
    if not said or not checksum:
        return Finding(Verdict.UNKNOWN, sha256, reason="“清单”工作表里没有校验值。")
    export, untrue = _claimed(checksum, said)
    if export is None:
        return Finding(Verdict.CLAIMED, sha256, said=said)
    if untrue:
        return Finding(Verdict.ALTERED, sha256, export, said, reason=f"清单里的{untrue}与导出记录不同。")
    columns = _columns(export)
    if columns is None:
        return Finding(Verdict.ALTERED, sha256, export, said)
    lengths = dict(_lengths(said))
    here, hashes, own = Checksum(), Digests(), undated(columns)
    beside = [one.name for one in found.sheets if one.name not in (*lengths, manifest.SHEET)]
    strange = [f"多出工作表“{name}”。" for name in beside]
    try:
        for name, length in lengths.items():
            sheet = _BroughtSheet(name, length, columns, export)
            for cells in sheet.rows(read_rows(path, name)):
                here.add(line_of(cells))
                hashes.add(here.rows, line_of(own(cells)))
            strange += sheet.strange
    except WorkbookRefused as error:
        if error.code in _TOO_MUCH:
            return Finding(Verdict.UNCOMPARED, sha256, export, said, reason=_UNCOMPARED)
        return Finding(Verdict.ALTERED, sha256, export, said, reason=error.message)
    if here.value != checksum:
        differing = _differing(export, hashes, here.rows)
        return Finding(Verdict.ALTERED, sha256, export, said, differing, "".join(strange[:_MOST_SAID]))
    if strange:
        return Finding(Verdict.ALTERED, sha256, export, said, reason="".join(strange[:_MOST_SAID]))
    return Finding(Verdict.RESAVED, sha256, export, said)


def _claimed(checksum: str, said: dict[str, str]) -> tuple[Export | None, str]:
    """The export that a manifest speaks of, and what of the manifest is not true of it.

    The same cells may have gone out several times, and those of all empty ledgers are the same: the one of which
    everything is true counts. Where it is of none, one with rows of its own is still known by them.
    """
    first: tuple[Export | None, str] = (None, "")
    for export in Export.objects.made().filter(checksum=checksum).order_by("pk")[:_MOST_CLAIMED]:
        untrue = "、".join(f"“{name}”" for name, true in _true_of(export).items() if said.get(name) != true)
        if not untrue and said.get(manifest.AREA, "").endswith(_code_words(export)):
            return export, ""
        if first[0] is None and export.rows:
            first = export, untrue or f"“{manifest.AREA}”"
    return first


def _true_of(export: Export) -> dict[str, str]:
    """What the manifest of an export says, but for the names of places, which may have changed since."""
    as_of = timezone.localtime(export.as_of)
    return {
        manifest.LEDGER: f"{export.title}（{export.year}年度）" if export.year else export.title,
        manifest.FILTER: export.filter_words,
        manifest.AS_OF: f"{as_of:%Y-%m-%d %H:%M:%S}",
        manifest.ROWS: str(export.rows),
        manifest.NUMBERS: manifest.numbers_words(export.full_numbers),
    }


def _code_words(export: Export) -> str:
    return f"（{export.area_code}）" if export.area_code else ""


def _columns(export: Export) -> list[Column] | None:
    """The columns of the export as they are defined now; None when one is no more."""
    ledger = registry.get(export.ledger)
    known = {one.key: one for one in ledger.columns} if ledger else {}
    found = [known.get(key) for key in export.columns]
    return None if None in found else found


def _lengths(said: dict[str, str]) -> Iterator[tuple[str, int]]:
    """(sheet, rows of data) as the manifest says."""
    for name, value in said.items():
        if name.startswith(manifest.ROWS_OF) and value.isascii() and value.isdigit():
            yield name.removeprefix(manifest.ROWS_OF), int(value)


class _BroughtSheet:
    """One sheet of a file that is brought: its data rows, and what else in it is not as it went out (`strange`)."""

    def __init__(self, name: str, length: int, columns: list[Column], export: Export):
        self.name, self.length, self.export = name, length, export
        self.kinds = [one.kind for one in columns]
        self.known = {plain_heading(one.heading) for one in columns}
        self.strange: list[str] = []
        self._wide: list[int] = []

    def rows(self, raw: Iterator[tuple[Any, ...]]) -> Iterator[list[Any]]:
        """The cells of the data rows, as they were written."""
        numbered = enumerate(raw, 1)
        if not self._pass_head(numbered):
            return
        left, width = self.length, len(self.kinds)
        for number, row in numbered:
            if not left:
                self._check_foot(number, row)
                continue
            left -= 1
            if any(not _empty(cell) for cell in row[width:]):
                self._wide.append(number)
            cells = [*row[:width], *[None] * (width - len(row))]
            yield [as_kind(kind, cell) for kind, cell in zip(self.kinds, cells, strict=True)]
        if self._wide:
            self.strange.append(f"工作表“{self.name}”第{self._wide[0]}行在表格右边多出内容。")

    def _pass_head(self, numbered: Iterator[tuple[int, tuple[Any, ...]]]) -> bool:
        """Read what stands above the data; False when that does not end."""
        if not self.export.head:  # from before the head was kept: somewhere there are the headings
            return any(number <= _HEAD_ROWS and self._is_heading(row) for number, row in numbered)
        above: list[str | None] = []
        for wanted, (number, row) in zip(self.export.head, numbered, strict=False):
            for place in range(max(len(row), len(wanted))):
                cell = row[place] if place < len(row) else None
                true = wanted[place] if place < len(wanted) else None
                covered = true is None and place < len(above) and cell == above[place]  # by a merged heading
                if not covered and not (_empty(cell) and true is None) and cell != true:
                    at = f"{column_letters(place)}{number}"
                    self.strange.append(f"工作表“{self.name}”{at}导出时是“{true or ''}”。")
            above = wanted
        return True

    def _is_heading(self, row: tuple[Any, ...]) -> bool:
        """Whether most of these cells are headings of the ledger (the words of another regime may differ)."""
        hits = sum(plain_heading(cell) in self.known for cell in row if cell is not None)
        return hits * 2 > len(self.kinds)

    def _check_foot(self, number: int, row: tuple[Any, ...]) -> None:
        """Below the data stand totals and signatures, nothing else. People sign on the line: of it only the beginning
        is compared. What totals show follows the filter of whoever saved the file.
        """
        first = row[0] if row else None
        others = [cell for cell in row[1:] if not _empty(cell)]
        if _empty(first) and not others:
            return
        words = first.split() if isinstance(first, str) else []
        if len(words) == 3 and words[0] in _TOTALS and all(isinstance(cell, int | float) for cell in others):
            count = self.export.rows if words[0] == TOTAL_OF_ALL else self.length
            if words[1] == str(count):
                return
        elif isinstance(first, str) and first.startswith(SIGNED_BY) and not others:
            return
        self.strange.append(f"工作表“{self.name}”第{number}行不是导出时的内容。")


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _differing(export: Export, hashes: Digests, rows: int) -> int | None:
    """How many rows of the file have no equal in the original, while that is kept and not too long to compare."""
    if export.removed_at is not None or max(rows, export.rows) > _MOST_COMPARED:
        return None
    half = digests.SIZE // 2
    try:
        original = Counter(one[half:] for one in digests.records(vault.read_rows(export.sha256)))
    except (OSError, SealedDataError):
        return None
    brought = Counter(one[half:] for one in hashes.sorted())
    return sum((brought - original).values()) or sum((original - brought).values())
