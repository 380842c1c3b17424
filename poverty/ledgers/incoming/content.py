"""What a file is that is no xlsx, by its first bytes: each gets a sentence of its own."""

import re
from pathlib import Path
from typing import BinaryIO

from poverty.files.kinds import XLSX
from poverty.ledgers.incoming.archive import damaged
from poverty.ledgers.incoming.refusals import WorkbookRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XLS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_SIGNATURES = (
    (b"%PDF", "PDF 文件"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
    (b"GIF8", "图片"),
    (b"RIFF", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
)
_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style|script)[\s>]", re.IGNORECASE)
_XML_2003 = re.compile(rb"<(?:\w+:)?Workbook[\s>]")


def refuse_other_content(path: Path) -> None:
    """Return when the file begins as an archive; else WorkbookRefused, saying what it is and what to do."""
    with path.open("rb") as file:
        refuse_other_start(file)


def refuse_other_start(file: BinaryIO) -> None:
    """The same for an open file, from where it stands; reads on."""
    start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return
    if start.startswith(b"PK"):
        raise damaged()
    if start.startswith(_OLE):
        raise _ole(start + file.read(XLSX.limit))
    for mark, what in _SIGNATURES:
        if start.startswith(mark):
            raise WorkbookRefused("not_workbook", f"这是{what}，不是 Excel 工作簿。请选择 .xlsx 文件。")
    if start.startswith(_BIFF):
        raise _xls()
    raise _text(start)


def _ole(content: bytes) -> WorkbookRefused:
    """A compound file: an encrypted workbook of today or any document of before 2007."""
    if _ENCRYPTED in content:
        return WorkbookRefused(
            "password", "工作簿设有打开密码。请用 Excel 打开、取消密码后另存为 .xlsx，再导入。"
        )
    if any(name in content for name in _XLS):
        return _xls()
    return WorkbookRefused("not_workbook", "这是旧版 Office 文件，不是 Excel 工作簿。请选择 .xlsx 文件。")


def _xls() -> WorkbookRefused:
    return WorkbookRefused(
        "xls",
        "这是旧版 Excel 文件（.xls）。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入（只改扩展名无效）。",
    )


def _text(start: bytes) -> WorkbookRefused:
    bare = start.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"")
    if _XML_2003.search(bare):
        return WorkbookRefused("xml", "这是 XML 表格（2003 格式）。请用 Excel 打开、另存为 .xlsx 后再导入。")
    if _HTML.search(bare):
        return WorkbookRefused(
            "html",
            "这是网页（有的系统导出时只改了扩展名），不是 Excel 工作簿。请用 Excel 打开、另存为 .xlsx 后再导入。",
        )
    if bare.startswith(b"MIME-Version"):
        return WorkbookRefused(
            "html", "这是网页存档，不是 Excel 工作簿。请用 Excel 打开、另存为 .xlsx 后再导入。"
        )
    if _readable(start):
        return WorkbookRefused(
            "csv",
            "这是文本文件（如 CSV），不是 Excel 工作簿。请在 Excel 中导入它（号码列选“文本”），另存为 .xlsx 后再导入。",
        )
    return WorkbookRefused("not_workbook", "不能识别的文件，不是 Excel 工作簿。请选择 .xlsx 文件。")


def _readable(start: bytes) -> bool:
    """Whether it is text in an encoding that is used here. The last character may be cut in two."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in start or sum(byte < 32 and byte not in b"\t\r\n\f" for byte in start) > len(start) // 50:
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                start[: len(start) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
