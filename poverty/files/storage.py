"""Files on disk, addressed by their content: FILES_ROOT/ab/cd/<sha256>.

A file appears under its address whole or not at all: it is written beside, flushed to disk, then renamed. The
directory is outside the web root; nothing in it is served but by a view.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ABANDONED_AFTER = 24 * 3600  # seconds; a file still in incoming/ after that belongs to a process that died


class TooLarge(Exception):
    """More bytes came than the limit allows."""


@dataclass(frozen=True)
class Received:
    """A file that was received whole and is not yet under its address."""

    path: Path
    sha256: str
    size: int


def path_of(sha256: str) -> Path:
    """Where content with this SHA-256 (64 hexadecimal digits) stands; it need not exist. ValueError
    otherwise.
    """
    return settings.FILES_ROOT.joinpath(*_parts(sha256), sha256)


def picture_path(sha256: str, size: str) -> Path:
    """Where the re-encoded picture of a size ("small", "large") of an image stands."""
    return settings.FILES_ROOT.joinpath("pictures", *_parts(sha256), f"{sha256}.{size}.jpg")


@contextmanager
def receive(chunks: Iterable[bytes], limit: int):
    """Write chunks to a private place, flushed to disk, and give a Received; removed at the end unless
    placed.

    Raises TooLarge as soon as there are more than `limit` bytes.
    """
    path = _incoming()
    try:
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        yield Received(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def place(received: Received) -> Path:
    """Move a received file under its address; when the same content stands there already, leave that."""
    target = path_of(received.sha256)
    if not (target.exists() and target.stat().st_size == received.size):
        _rename(received.path, target)
    return target


def write_picture(sha256: str, size: str, content: bytes) -> None:
    """Store a re-encoded picture; written twice, the second replaces the first, whole."""
    path = _incoming()
    try:
        path.write_bytes(content)
        _rename(path, picture_path(sha256, size))
    finally:
        path.unlink(missing_ok=True)


def remove_abandoned() -> int:
    """Remove what processes that died left in incoming/; returns how many files."""
    folder = settings.FILES_ROOT / "incoming"
    removed = 0
    for path in folder.glob("*") if folder.exists() else ():
        try:
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # its process was alive after all, or another beat was faster
    return removed


def _incoming() -> Path:
    folder = settings.FILES_ROOT / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)  # readable by its owner only
    os.close(handle)
    return Path(name)


def _parts(sha256):
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("Not a SHA-256.")
    return sha256[:2], sha256[2:4]


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.replace(target)
    # The name itself must survive a power cut, also where its folders are new.
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
