"""The times of a zip's entries, set after it was written: the same content then gives the same bytes."""

import struct
import zipfile
from datetime import datetime
from pathlib import Path

# Where the time stands (two bytes each for time and date, little-endian) in the two headers of an entry.
_LOCAL, _CENTRAL = 10, 12
_CENTRAL_MARK = b"PK\x01\x02"
_CENTRAL_FIXED = 46


def stamp(path: Path, moment: datetime) -> None:
    """Say that every entry of the zip at `path` was written at `moment` (no zone; a zip counts in two seconds)."""
    packed = struct.pack(
        "<HH",
        moment.hour << 11 | moment.minute << 5 | moment.second // 2,
        max(moment.year - 1980, 0) << 9 | moment.month << 5 | moment.day,
    )
    with zipfile.ZipFile(path) as archive:
        locals_at = [entry.header_offset for entry in archive.infolist()]
        directory_at = archive.start_dir
    with path.open("r+b") as file:
        for offset in locals_at:
            file.seek(offset + _LOCAL)
            file.write(packed)
        file.seek(directory_at)
        directory = bytearray(file.read())
        place = 0
        while directory[place : place + 4] == _CENTRAL_MARK:
            directory[place + _CENTRAL : place + _CENTRAL + 4] = packed
            name, extra, comment = struct.unpack_from("<HHH", directory, place + 28)
            place += _CENTRAL_FIXED + name + extra + comment
        file.seek(directory_at)
        file.write(directory)
