"""Where exported files are kept until they expire: FILES_ROOT/exports, outside the web root, encrypted.

A file stands under the SHA-256 of its clear content. It is cut into parts, each sealed with its number, so that parts
cannot be exchanged, left out or added.
"""

import hashlib
import os
import shutil
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from poverty.fields.crypto import Damaged, seal_bytes, unseal_bytes

_PART = 1024 * 1024
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Kept:
    """A file as it stands in the vault."""

    sha256: str
    size: int  # bytes of the clear content


@contextmanager
def workplace() -> Iterator[Path]:
    """A private folder for the files that are in the making; removed with all that is in it."""
    root = _root() / "making"
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
        while part := file.read(_PART):
            digest.update(part)
            size += len(part)
    sha256 = digest.hexdigest()
    if not exists(sha256):
        with path.open("rb") as file:
            _write(sha256, "", iter(lambda: file.read(_PART), b""))
    return Kept(sha256, size)


def keep_rows(sha256: str, records: Iterable[bytes]) -> None:
    """Keep the digests of a file's rows beside it."""
    _write(sha256, "rows", _joined(records))


def exists(sha256: str) -> bool:
    return _path(sha256).exists()


def read(sha256: str) -> Iterator[bytes]:
    """The clear content, part by part. FileNotFoundError when it is gone, SealedDataError when it was touched."""
    return _read(sha256, "")


def read_rows(sha256: str) -> Iterator[bytes]:
    """The digests of the rows, part by part; nothing when there are none."""
    return _read(sha256, "rows") if _path(sha256, "rows").exists() else iter(())


def remove(sha256: str) -> None:
    """Throw a file away, with the digests of its rows."""
    for ending in ("", "rows"):
        _path(sha256, ending).unlink(missing_ok=True)


def _root() -> Path:
    return settings.FILES_ROOT / "exports"


def _path(sha256: str, ending: str = "") -> Path:
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("Not a SHA-256.")
    return _root() / sha256[:2] / (f"{sha256}.{ending}" if ending else sha256)


def _joined(records: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for record in records:
        part += record
        if len(part) >= _PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def _write(sha256: str, ending: str, parts: Iterable[bytes]) -> None:
    target = _path(sha256, ending)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            number = 0
            for part in parts:
                _write_part(file, sha256, ending, number, part)
                number += 1
            _write_part(file, sha256, ending, number, b"")  # the end is said, so that a cut file is noticed
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _write_part(file, sha256: str, ending: str, number: int, part: bytes) -> None:
    sealed = seal_bytes(part, f"export:{sha256}:{ending}:{number}")
    file.write(_LENGTH.pack(len(sealed)) + sealed)


def _read(sha256: str, ending: str) -> Iterator[bytes]:
    with _path(sha256, ending).open("rb") as file:
        number = 0
        while True:
            head = file.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                raise Damaged("An exported file ends too early.")
            part = unseal_bytes(file.read(_LENGTH.unpack(head)[0]), f"export:{sha256}:{ending}:{number}")
            if not part:
                return
            yield part
            number += 1
