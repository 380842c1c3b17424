"""Office documents (docx, xlsx): archives that are examined before anybody opens them."""

import struct
import zipfile
from pathlib import Path, PurePosixPath

from poverty.files import kinds
from poverty.files.kinds import MEGABYTE, ContentType
from poverty.files.refusals import refusal

MOST_ENTRIES = 5_000
# 100,000 rows of 47 columns unpack to some 300 MB; deflate cannot do better than 1,032 to 1.
LARGEST_UNPACKED = 1024 * MEGABYTE
HARMLESS_UNPACKED = 50 * MEGABYTE
HIGHEST_RATIO = 200
_LIST = "[Content_Types].xml"
_MAIN = {
    b"wordprocessingml.document.main+xml": kinds.DOCX,
    b"spreadsheetml.sheet.main+xml": kinds.XLSX,
}


def examine(path: Path) -> ContentType | None:
    """Return what an archive is, or None when it is no office document.

    ValidationError when it is damaged, encrypted, holds macros, unpacks to too much, or has entries that
    would be written outside its folder. Sizes are those that the archive declares: no reader unpacks more
    than that.
    """
    if not ends_as_archive(tail_of(path)):
        raise refusal("damaged")  # cut off, or followed by something else
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries, path.stat().st_size)
            names = {entry.filename for entry in entries}
            if _LIST not in names:
                return None
            if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
                raise refusal("macro")
            with archive.open(_LIST) as part:
                listed = part.read(MEGABYTE)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise refusal("damaged") from error
    if b"macroEnabled" in listed:
        raise refusal("macro")
    return next((found for main, found in _MAIN.items() if main in listed), None)


def tail_of(path: Path) -> bytes:
    """The end of a file: as much as an archive's end record and its longest comment take."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        return file.read()


def ends_as_archive(tail: bytes) -> bool:
    """Whether a zip's end record stands at the end, with a comment that reaches exactly to the last byte."""
    start = tail.rfind(b"PK\x05\x06")
    while start >= 0:
        record = tail[start : start + 22]
        if len(record) == 22 and start + 22 + struct.unpack("<H", record[20:])[0] == len(tail):
            return True
        start = tail.rfind(b"PK\x05\x06", 0, start)
    return False


def _check_entries(entries, size):
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise refusal("encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > LARGEST_UNPACKED
        or (unpacked > HARMLESS_UNPACKED and unpacked > HIGHEST_RATIO * size)
    ):
        raise refusal("bomb")
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise refusal("damaged")
