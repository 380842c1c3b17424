"""Where exported files are kept until they expire: FILES_ROOT/exports, outside the web root, encrypted."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from poverty.files.sealed import PART, SealedFolder

_EXPORTS = SealedFolder("exports", "export")
_ROWS = "rows"


@dataclass(frozen=True)
class Kept:
    """A file as it stands in the vault."""

    sha256: str
    size: int  # bytes of the clear content


@contextmanager
def workplace() -> Iterator[Path]:
    """A private folder for the files that are in the making; removed with all that is in it."""
    root = _EXPORTS.root / "making"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(path: Path) -> Kept:
    """Take a finished file in; the clear one is the caller's to remove."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(PART):
            digest.update(part)
            size += len(part)
    _EXPORTS.keep(digest.hexdigest(), path)
    return Kept(digest.hexdigest(), size)


def keep_rows(sha256: str, records: Iterable[bytes]) -> None:
    """Keep the digests of a file's rows beside it."""
    _EXPORTS.write(sha256, _joined(records), _ROWS)


def exists(sha256: str) -> bool:
    """Whether the file is still kept."""
    return _EXPORTS.exists(sha256)


def read(sha256: str) -> Iterator[bytes]:
    """The clear content, part by part. FileNotFoundError when it is gone, SealedDataError when it was touched."""
    return _EXPORTS.read(sha256)


def read_rows(sha256: str) -> Iterator[bytes]:
    """The digests of the rows, part by part; nothing when there are none."""
    return _EXPORTS.read(sha256, _ROWS) if _EXPORTS.path(sha256, _ROWS).exists() else iter(())


def remove(sha256: str) -> None:
    """Throw a file away, with the digests of its rows."""
    _EXPORTS.remove(sha256, _ROWS)


def _joined(records: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for record in records:
        part += record
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)
