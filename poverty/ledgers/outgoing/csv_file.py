"""Writing a ledger as CSV: UTF-8 with a mark at the beginning, so that Excel reads the characters.

CSV has no types: what would become a formula gets an apostrophe in front, a long number a tab, which Excel shows as
text and which a program strips. The first line holds the headings; a watermark stands in the last one.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from poverty.ledgers.columns import TEXT_ONLY
from poverty.ledgers.outgoing.pausing import Pause
from poverty.ledgers.outgoing.sheet import Look
from poverty.ledgers.outgoing.values import plain

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONG = 11  # digits that Excel still shows as they are
# What Excel reads as a number, a share, a day or a time of day when it stands alone: 1-2, 3/5, 1E5, 12:30, 5月1日, (5).
# A whole day or moment as we write it may be read as one: it is one.
_NUMBER_LIKE = re.compile(
    r"(?!\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?$)\s*\(?\.?\d[\d\s.,/:年月日时分秒eE%+-]*\)?\s*"
)


class CsvFile:
    """A ledger being written to `path` as CSV; the same calls as Workbook."""

    def __init__(self, path: Path, look: Look, _tmpdir: Path | None = None):
        self.look, self.rows = look, 0
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writers = [_text if one.kind in TEXT_ONLY else _other for one in look.headings]
        self._writer.writerow([harmless(one.text) for one in look.headings])

    def add(self, cells: Sequence[Any]) -> None:
        """One more row."""
        self._writer.writerow([write(cell) for cell, write in zip(cells, self._writers, strict=True)])
        self.rows += 1

    def close(self, said: Iterable[tuple[str, str]] = (), pause: Pause | None = None) -> None:
        """Finish the file; that is done at once."""
        if self.look.watermark:
            self._writer.writerow([harmless(self.look.watermark)])
        self._file.close()

    def abandon(self) -> None:
        """Give up."""
        self._file.close()


def harmless(text: str) -> str:
    """A text that no program takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def kept(text: str) -> str:
    """A text that Excel does not turn into a number or a date either."""
    if text.isascii() and text.isdigit():
        return f"\t{text}" if len(text) > _LONG or text.startswith("0") else text
    return f"\t{text}" if _NUMBER_LIKE.fullmatch(text) else harmless(text)


def _text(cell: str | None) -> str:
    return kept(cell) if cell else ""


def _other(cell: Any) -> str:
    return harmless(cell) if isinstance(cell, str) else plain(cell)
