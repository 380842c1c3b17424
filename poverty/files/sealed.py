"""Folders under FILES_ROOT whose files stand encrypted, each under the SHA-256 of its clear content.

A file is cut into parts, each sealed with its number, so that parts cannot be exchanged, left out or added. Unlike
stored files (storage.py), these can be thrown away when their days are over.
"""

import os
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from poverty.fields.crypto import Damaged, seal_bytes, unseal_bytes, writing_header

PART = 1024 * 1024
FOLDERS: dict[str, "SealedFolder"] = {}  # every one there is, by name: a change of the key goes through all
_LENGTH = struct.Struct(">I")
_DIGITS, _LONGEST_HEADER = 64, 257


@dataclass(frozen=True)
class SealedFolder:
    """`name`: the folder under FILES_ROOT; `purpose`: the word its parts are sealed with."""

    name: str
    purpose: str

    def __post_init__(self):
        FOLDERS[self.name] = self

    @property
    def root(self) -> Path:
        return settings.FILES_ROOT / self.name

    def path(self, sha256: str, ending: str = "") -> Path:
        """Where a file stands, or what belongs to it (`ending`). ValueError when that is no SHA-256."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("Not a SHA-256.")
        return self.root / sha256[:2] / (f"{sha256}.{ending}" if ending else sha256)

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def keep(self, sha256: str, path: Path) -> None:
        """Take in the content of a clear file, which is the caller's to remove; kept already, nothing happens."""
        if not self.exists(sha256):
            with path.open("rb") as file:
                self.write(sha256, iter(lambda: file.read(PART), b""))

    def read(self, sha256: str, ending: str = "") -> Iterator[bytes]:
        """The clear content, part by part. FileNotFoundError when it is gone, SealedDataError when it was touched."""
        with self.path(sha256, ending).open("rb") as file:
            number = 0
            while True:
                head = file.read(_LENGTH.size)
                if len(head) < _LENGTH.size:
                    raise Damaged("A sealed file ends too early.")
                sealed = file.read(_LENGTH.unpack(head)[0])
                part = unseal_bytes(sealed, self._purpose(sha256, ending, number))
                if not part:
                    return
                yield part
                number += 1

    def write(self, sha256: str, parts: Iterable[bytes], ending: str = "") -> None:
        """Write a file whole or not at all; what stood there is replaced."""
        target = self.path(sha256, ending)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                number = 0
                for part in parts:
                    self._write_part(file, sha256, ending, number, part)
                    number += 1
                # The end is said, so that a cut file is noticed.
                self._write_part(file, sha256, ending, number, b"")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        finally:
            Path(name).unlink(missing_ok=True)

    def remove(self, sha256: str, *endings: str) -> None:
        """Throw a file away, with what belongs to it."""
        for ending in ("", *endings):
            self.path(sha256, ending).unlink(missing_ok=True)

    def under_old_keys(self) -> list[tuple[str, str]]:
        """(SHA-256, ending) of what is not sealed under the key that writes now."""
        found = []
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            sha256, _, ending = path.name.partition(".")
            if len(sha256) != _DIGITS:
                continue  # in the making
            try:
                with path.open("rb") as file:
                    head = file.read(_LENGTH.size + _LONGEST_HEADER)[_LENGTH.size :]
            except FileNotFoundError:
                continue  # its days were over just now
            if not head.startswith(writing_header()):
                found.append((sha256, ending))
        return found

    def reseal(self, sha256: str, ending: str = "") -> None:
        """Seal a file again under the key that writes now; what is gone stays gone. SealedDataError as `read`."""
        with suppress(FileNotFoundError):
            self.write(sha256, self.read(sha256, ending), ending)

    def _write_part(self, file, sha256: str, ending: str, number: int, part: bytes) -> None:
        sealed = seal_bytes(part, self._purpose(sha256, ending, number))
        file.write(_LENGTH.pack(len(sealed)) + sealed)

    def _purpose(self, sha256: str, ending: str, number: int) -> str:
        return f"{self.purpose}:{sha256}:{ending}:{number}"
