"""What changed between two exports: a digest of each row, kept beside the file, compared without its content.

A record is the row's key and a keyed hash of its line, eight bytes each; records are sorted, so that two files are
compared by walking along both.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

_HALF = 8
SIZE = 2 * _HALF


@dataclass(frozen=True)
class Changes:
    """How many rows came, went, or have another content."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    def as_dict(self) -> dict[str, int]:
        """For the row of the export, which keeps it as JSON."""
        return asdict(self)


class Digests:
    """Collects the records of a file while it is written: 16 bytes a row."""

    def __init__(self) -> None:
        self._records: list[bytes] = []
        # Keyed: without the key nobody can try out numbers against the hash of a row.
        self._key = hashlib.blake2b(settings.PERSONAL_DATA_HASH_KEY.encode(), person=b"ledger rows").digest()

    def add(self, key: Any, line: bytes) -> None:
        """One row: its primary key and its line of the checksum."""
        content = hashlib.blake2b(line, digest_size=_HALF, key=self._key).digest()
        self._records.append(_short(key) + content)

    def sorted(self) -> Iterator[bytes]:
        """The records in order."""
        self._records.sort()
        return iter(self._records)


def _short(key: Any) -> bytes:
    if isinstance(key, int):
        return key.to_bytes(_HALF, "big", signed=True)
    return hashlib.blake2b(str(key).encode(), digest_size=_HALF).digest()


def records(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Records out of the chunks of a stored file."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        whole = len(rest) // SIZE * SIZE
        for place in range(0, whole, SIZE):
            yield rest[place : place + SIZE]
        rest = rest[whole:]


def compare(old: Iterable[bytes], new: Iterable[bytes]) -> Changes:
    """Walk along two sorted streams of records."""
    olds, news = iter(old), iter(new)
    before, after = next(olds, None), next(news, None)
    added = removed = changed = 0
    while before is not None or after is not None:
        if before is None or (after is not None and after[:_HALF] < before[:_HALF]):
            added, after = added + 1, next(news, None)
        elif after is None or before[:_HALF] < after[:_HALF]:
            removed, before = removed + 1, next(olds, None)
        else:
            changed += before != after
            before, after = next(olds, None), next(news, None)
    return Changes(added, removed, changed)
