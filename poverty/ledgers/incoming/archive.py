"""The archive around a workbook, examined without trusting what it says of itself.

Names, sizes and places come from the central directory, which an attacker writes. So parts are unpacked here by
hand, counted as they come, and must have the size and the checksum they declare: then any other reader sees the
same bytes. Two parts over the same bytes, a part twice, or a name that leads out of the archive is refused.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from poverty.files.office import ends_as_archive, tail_of
from poverty.ledgers.incoming.limits import Limits
from poverty.ledgers.incoming.refusals import WorkbookRefused

CHUNK = 1024 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CUT_OFF = "文件不完整或已损坏（可能没有下载完）。请重新下载，或用 Excel 打开另存后再导入。"
_BOMB = (
    "文件解压后过大，不像正常的表格，已拒绝打开。请用 Excel 新建工作簿，把数据“选择性粘贴→数值”过去再导入。"
)


def damaged() -> WorkbookRefused:
    """The refusal of a file that is cut off or broken."""
    return WorkbookRefused("damaged", _CUT_OFF)


def bomb() -> WorkbookRefused:
    """The refusal of a file that unpacks to far more than it is."""
    return WorkbookRefused("bomb", _BOMB)


class Archive:
    """The parts of one archive by name. WorkbookRefused as soon as something is not as it should be."""

    def __init__(self, path: Path, limits: Limits):
        self.path, self.limits = path, limits
        self.unpacked = 0
        try:
            with zipfile.ZipFile(path) as archive:
                entries, comment = archive.infolist(), archive.comment
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
            struct.error,
        ) as error:
            raise damaged() from error
        if not entries or not ends_as_archive(tail_of(path)) or b"PK" in comment:
            raise damaged()  # cut off, or followed by something else
        self._check_sizes(entries)
        self._check_names(entries)
        self.parts = {entry.filename: entry for entry in entries}
        self._check_places(entries)

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def stream(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, a megabyte at a time."""
        entry = self.parts[name]
        left, checksum, size = entry.compress_size, 0, 0
        inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        with self.path.open("rb") as file:
            file.seek(self._start_of(entry, file))
            while left:
                packed = file.read(min(left, CHUNK // 4))
                if not packed:
                    raise damaged()
                left -= len(packed)
                for piece in self._inflated(packed, inflate):
                    size += len(piece)
                    self._count(len(piece), size, entry)
                    checksum = zlib.crc32(piece, checksum)
                    yield piece
        whole = inflate is None or (inflate.eof and not inflate.unused_data)
        if not whole or size != entry.file_size or checksum != entry.CRC:
            raise damaged()

    def small(self, name: str) -> bytes:
        """A whole part that has no business being large."""
        if self.parts[name].file_size > self.limits.small_part:
            raise bomb()
        return b"".join(self.stream(name))

    @staticmethod
    def _inflated(packed: bytes, inflate) -> Iterator[bytes]:
        if inflate is None:
            yield packed
            return
        while packed:
            try:
                piece = inflate.decompress(packed, CHUNK)
            except zlib.error as error:
                raise damaged() from error
            if piece:
                yield piece
            if inflate.eof:
                if inflate.unconsumed_tail or inflate.unused_data:
                    raise damaged()
                return
            packed = inflate.unconsumed_tail

    def _count(self, more: int, size: int, entry: zipfile.ZipInfo) -> None:
        self.unpacked += more
        if size > entry.file_size or self.unpacked > 2 * self.limits.unpacked:
            raise bomb()  # it said that it was smaller; twice, because a faulty sheet is read again

    def _check_sizes(self, entries: list[zipfile.ZipInfo]) -> None:
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise WorkbookRefused("password", "文件设有密码。请取消密码后另存，再导入。")
        if any(entry.compress_type not in _METHODS for entry in entries):
            raise WorkbookRefused(
                "odd", "文件用了不常见的压缩方法。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入。"
            )
        if (
            len(entries) > self.limits.entries
            or sum(entry.file_size for entry in entries) > self.limits.unpacked
        ):
            raise bomb()
        for entry in entries:
            large = entry.file_size > self.limits.harmless
            if large and entry.file_size > self.limits.ratio * max(entry.compress_size, 1):
                raise bomb()

    @staticmethod
    def _check_names(entries: list[zipfile.ZipInfo]) -> None:
        seen = set()
        for entry in entries:
            name = entry.orig_filename
            path = PurePosixPath(name.replace("\\", "/"))
            tricky = (
                path.is_absolute()
                or ".." in path.parts
                or ":" in name
                or "\\" in name
                or any(ord(character) < 32 for character in name)
            )
            if tricky or name.casefold() in seen:
                raise WorkbookRefused(
                    "odd", "文件内部的结构不正常，已拒绝打开。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入。"
                )
            seen.add(name.casefold())

    def _check_places(self, entries: list[zipfile.ZipInfo]) -> None:
        """No two parts over the same bytes, and nothing before the first."""
        end = 0
        with self.path.open("rb") as file:
            for entry in sorted(entries, key=lambda one: one.header_offset):
                if entry.header_offset < end or (end == 0 and entry.header_offset):
                    raise damaged()
                end = self._start_of(entry, file) + entry.compress_size

    @staticmethod
    def _start_of(entry: zipfile.ZipInfo, file) -> int:
        """Where the bytes of a part begin. Its local header must tell the same name and method."""
        file.seek(entry.header_offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise damaged()
        mark, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(head)
        name = file.read(name_length)
        if mark != b"PK\x03\x04" or method != entry.compress_type or flags & 0x1:
            raise damaged()
        if name != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace"):
            raise damaged()
        return entry.header_offset + _LOCAL.size + name_length + extra_length
