"""Whether a file that somebody brings is one that went out from here, and unaltered."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from poverty.audit.services import record
from poverty.fields.crypto import SealedDataError
from poverty.ledgers import registry
from poverty.ledgers.columns import Column, plain_heading
from poverty.ledgers.incoming.inspection import inspect
from poverty.ledgers.incoming.reading import read_rows
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.models import Export
from poverty.ledgers.outgoing import digests, manifest, vault
from poverty.ledgers.outgoing.digests import Digests
from poverty.ledgers.outgoing.values import Checksum, as_kind, line_of

_PART = 1024 * 1024
_HEAD_ROWS = 12  # headings stand within these
# A ledger may be larger than what is read of a workbook that somebody brings: nothing is known then of its cells.
_TOO_MUCH = frozenset({"too_large", "rows", "cells", "cell_too_large", "bomb", "strings", "memory", "time"})
_UNCOMPARED = (
    "文件的SHA-256没有导出记录，所以不是导出时的原文件；它超过了核验能逐格读取的大小，数据有没有改动没有判断。"
    "请核验原文件，或按乡镇、村分别导出后再核验。"
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
                finding = Finding(Verdict.UNKNOWN, sha256, reason=error.message)
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
    export = Export.objects.made().filter(checksum=checksum).order_by("pk").first()
    if export is None:
        return Finding(Verdict.CLAIMED, sha256, said=said)
    columns = _columns(export)
    if columns is None:
        return Finding(Verdict.ALTERED, sha256, export, said)
    rows = list(_lengths(said))
    here, hashes = Checksum(), Digests()
    try:
        for cells in _rows(path, rows, columns):
            line = line_of(cells)
            here.add(line)
            hashes.add(here.rows, line)
    except WorkbookRefused as error:
        if error.code in _TOO_MUCH:
            return Finding(Verdict.UNCOMPARED, sha256, export, said, reason=_UNCOMPARED)
        return Finding(Verdict.ALTERED, sha256, export, said, reason=error.message)
    if here.value == checksum:
        return Finding(Verdict.RESAVED, sha256, export, said)
    return Finding(Verdict.ALTERED, sha256, export, said, _differing(export, hashes, here.rows))


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


def _rows(path: Path, sheets: list[tuple[str, int]], columns: list[Column]) -> Iterator[list[Any]]:
    """The cells of the data rows, sheet after sheet, as they were written."""
    kinds = [one.kind for one in columns]
    for name, length in sheets:
        left, seen = length, None
        for number, row in enumerate(read_rows(path, name)):
            if seen is None:
                if _is_heading(row, columns):
                    seen = number
                elif number > _HEAD_ROWS:
                    return
                continue
            if not left:
                break
            left -= 1
            cells = [*row[: len(kinds)], *[None] * (len(kinds) - len(row))]
            yield [as_kind(kind, cell) for kind, cell in zip(kinds, cells, strict=True)]


def _is_heading(row: tuple[Any, ...], columns: list[Column]) -> bool:
    """Whether most of these cells are headings of the ledger (the words of another regime may differ)."""
    known = {plain_heading(one.heading) for one in columns}
    hits = sum(plain_heading(cell) in known for cell in row if cell is not None)
    return hits * 2 > len(columns)


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
