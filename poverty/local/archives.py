"""Unpacking tar files: plain files only, and none outside the place meant for them.

Python's own filters for that came with 3.11.4; Debian 12 has 3.11.2.
"""

import shutil
import tarfile
from pathlib import Path, PurePosixPath


def unpack(archive: tarfile.TarFile, place: Path) -> None:
    """Write the plain files of `archive` into `place`.

    Raises tarfile.TarError for a name that leads outside. Links, devices and owners are not taken over.
    """
    for member in archive.getmembers():
        path = PurePosixPath(member.name)
        if not member.isfile():
            continue
        if path.is_absolute() or ".." in path.parts:
            raise tarfile.TarError(f"{member.name} leads outside the archive")
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.extractfile(member) as source, target.open("wb") as stream:
            shutil.copyfileobj(source, stream)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)
