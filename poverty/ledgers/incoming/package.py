"""What a workbook says it consists of: its sheets, where they stand, what it refers to."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from poverty.ledgers.incoming.archive import Archive, damaged
from poverty.ledgers.incoming.refusals import WorkbookRefused

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TYPES = "[Content_Types].xml"

Attributes = dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """One sheet of the list. `part`: its name in the archive; "" where it is no sheet of cells (a chart)."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class Package:
    """What a workbook consists of: its sheets in the order of their tabs, and where their texts stand."""

    sheets: tuple[Sheet, ...]
    shared_strings: str  # name of the part, "" where there is none
    outside: int  # other workbooks that this one refers to


def read_package(archive: Archive, most_sheets: int) -> Package:
    """The sheets in the order of their tabs. WorkbookRefused when it is another kind of file, has macros, or no list."""
    _refuse_other_kinds(archive)
    if WORKBOOK not in archive or _RELATIONS not in archive:
        raise damaged()
    relations: dict[str, tuple[str, str]] = {}
    shared, outside = "", 0

    def relation(name: str, attributes: Attributes) -> None:
        nonlocal shared, outside
        if name != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        if kind == "externalLink":
            outside += 1
        elif attributes.get("TargetMode") != "External":
            part = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
            relations[attributes.get("Id", "")] = (kind, part)
            if kind == "sharedStrings":
                shared = part

    parse_xml(archive.small(_RELATIONS), relation)
    sheets: list[Sheet] = []

    def listed(name: str, attributes: Attributes) -> None:
        if name != "sheet":
            return
        number = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        kind, part = relations.get(number, ("", ""))
        sheets.append(
            Sheet(
                attributes.get("name", ""),
                attributes.get("state", "visible") != "visible",
                part if kind == "worksheet" and part in archive else "",
            )
        )
        if len(sheets) > most_sheets:
            raise WorkbookRefused("sheets", f"工作表太多（超过{most_sheets}个）。请只保留要导入的工作表。")

    parse_xml(archive.small(WORKBOOK), listed)
    names = [sheet.name for sheet in sheets]
    if not sheets or not all(names) or len(set(names)) < len(names):
        raise damaged()
    return Package(tuple(sheets), shared if shared in archive else "", outside)


def _refuse_other_kinds(archive: Archive) -> None:
    names = archive.parts.keys()
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise WorkbookRefused("macro", "工作簿带有宏（.xlsm）。请另存为不带宏的 .xlsx 后再导入。")
    if "xl/workbook.bin" in names:
        raise WorkbookRefused("xlsb", "这是二进制工作簿（.xlsb）。请用 Excel 打开、另存为 .xlsx 后再导入。")
    if "mimetype" in names and b"opendocument" in archive.small("mimetype"):
        raise WorkbookRefused("ods", "这是 OpenDocument 文件（.ods）。请打开后另存为 .xlsx 再导入。")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise WorkbookRefused(
            "not_workbook", "这是 Word 或 PowerPoint 文件，不是 Excel 工作簿。请选择 .xlsx 文件。"
        )
    if _TYPES not in names and WORKBOOK not in names:
        raise WorkbookRefused("archive", "这是压缩包，不是 Excel 工作簿。请先解压，再选择里面的 .xlsx 文件。")
    if _TYPES not in names:
        raise damaged()


def parse_xml(content: bytes, started: Callable[[str, Attributes], None]) -> None:
    """Call `started` with each element's name, without its prefix. A document type or entity is refused."""
    parser = expat.ParserCreate()

    def forbidden(*_):
        raise odd()

    parser.StartDoctypeDeclHandler = forbidden
    parser.EntityDeclHandler = forbidden
    parser.StartElementHandler = lambda name, attributes: started(name.rpartition(":")[2], attributes)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged() from error


def odd() -> WorkbookRefused:
    """The file is not written the way any program for tables writes it."""
    return WorkbookRefused(
        "odd",
        "文件内容的写法不正常（含有外部定义或特殊标记），已拒绝打开。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入。",
    )
