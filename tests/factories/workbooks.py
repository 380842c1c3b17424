"""Workbooks of all kinds: as people make them, large ones written straight, and ones that no program would write."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

# The person export of 2021 (forms.md 7.1).
_PERSON = """
省 市 县 乡 村 户编号 人口编号 姓名 性别 出生日期 证件类型 证件号码
民族 户联系电话 成员联系电话 年度 与户主关系 文化程度 在校生状况 劳动技能
务工时间（月） 健康状况 政治面貌 务工企业名称 是否享受低保
是否参加城镇职工基本养老保险 是否参加大病保险
是否参加新型农村合作医疗（城乡居民基本医疗保险） 是否参加城乡居民基本养老保险
失学或辍学原因 是否会讲普通话 是否参加商业补充医疗保险 是否国外务工 产业分类
是否接受大病医疗救助 是否接受其他健康扶贫 公益性岗位类型 公益性岗位(月数)
就业渠道 残疾类别 务工所在地 户主姓名 户主证件号码
是否参加城镇职工基本医疗保险 是否特困供养人员 残疾证办证年度 识别标准
"""
PERSON_HEADINGS = _PERSON.split()

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "{}</Types>"
)
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOT_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
SHEET = "xl/worksheets/sheet1.xml"


def make_workbook(
    path: Path,
    headings: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    titles: Sequence[str] = (),
    merged: Sequence[str] = (),
    others: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    hidden: Sequence[str] = (),
    foot: Sequence[Sequence[Any]] = (),
) -> Path:
    """A workbook as openpyxl writes it. `titles`: lines over the headings; `merged`: ranges; `others`: further
    sheets by name with their rows; `hidden`: names of sheets nobody sees; `foot`: rows under the data. A text that
    begins with = is a formula.
    """
    book = Workbook()
    page = book.active
    page.title = sheet
    for row in ([title] for title in titles):
        page.append(row)
    for row in (headings, *rows, *foot):
        page.append(list(row))
    for name, lines in (others or {}).items():
        other = book.create_sheet(name)
        for row in lines:
            other.append(list(row))
    for name in hidden:
        book[name].sheet_state = "hidden"
    for one in merged:
        page.merge_cells(one)
    book.save(path)
    return path


# --- by hand ---------------------------------------------------------------------------------------------------------


def sheet_xml(
    rows: Iterable[Sequence[Any]], *, before: str = "", after: str = "", prefix: str = "", first_row: int = 1
) -> str:
    """A sheet of inline texts and numbers. `before` stands over the rows, `after` under them."""
    p = f"{prefix}:" if prefix else ""
    namespace = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    body = "".join(row_xml(number, cells, p) for number, cells in enumerate(rows, first_row))
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{p}worksheet {namespace}>{before}'
        f"<{p}sheetData>{body}</{p}sheetData>{after}</{p}worksheet>"
    )


def row_xml(number: int, cells: Sequence[Any], p: str = "") -> str:
    said = "".join(
        cell_xml(f"{get_column_letter(place)}{number}", raw, p) for place, raw in enumerate(cells, 1)
    )
    return f'<{p}row r="{number}">{said}</{p}row>'


def cell_xml(place: str, raw: Any, p: str = "") -> str:
    """Text, number, or nothing; a str subclass `Raw` is taken as the XML of the cell."""
    if raw is None:
        return ""
    if isinstance(raw, Raw):
        return raw.format(place=place)
    if isinstance(raw, str):
        return f'<{p}c r="{place}" t="inlineStr"><{p}is><{p}t>{escape(raw)}</{p}t></{p}is></{p}c>'
    return f'<{p}c r="{place}"><{p}v>{raw}</{p}v></{p}c>'


class Raw(str):
    """XML of a cell with {place} where its name goes."""


def parts(
    *sheets: str,
    names: Sequence[str] = (),
    states: Sequence[str] = (),
    shared: str = "",
    relations: str = "",
) -> dict[str, bytes]:
    """The parts of a workbook with these sheets of XML; `relations`: further ones of the workbook."""
    listed, related = "", relations
    found: dict[str, bytes] = {"_rels/.rels": ROOT_RELATIONS.encode()}
    for number, xml in enumerate(sheets, 1):
        name = names[number - 1] if names else f"Sheet{number}"
        state = f' state="{states[number - 1]}"' if states and states[number - 1] else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        related += f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        found[f"xl/worksheets/sheet{number}.xml"] = xml.encode() if isinstance(xml, str) else xml
    if shared:
        related += f'<Relationship Id="rIdS" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        found["xl/sharedStrings.xml"] = shared.encode()
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_KIND}.{"sharedStrings" if "shared" in name else "worksheet"}+xml"/>'
        for name in found
        if name.startswith("xl/")
    )
    found["[Content_Types].xml"] = TYPES.format(types).encode()
    found["xl/workbook.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>"
    ).encode()
    found["xl/_rels/workbook.xml.rels"] = (
        f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}">{related}</Relationships>'
    ).encode()
    return found


def shared_strings(*items: str) -> str:
    """The table of texts; each item is the XML inside its <si>."""
    return f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{MAIN}">' + "".join(
        f"<si>{item}</si>" for item in items
    ) + "</sst>"  # fmt: skip


def pack(path: Path, content: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return path


def pack_by_hand(
    path: Path, entries: Sequence["Entry"], *, comment: bytes = b"", before: bytes = b""
) -> Path:
    """An archive whose directory says what we like."""
    data, directory = bytearray(before), bytearray()
    for entry in entries:
        offset = len(data) if entry.offset is None else entry.offset
        if entry.offset is None:
            data += struct.pack(
                "<4s5H3I2H", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 0x21,
                entry.crc, len(entry.packed), entry.size, len(entry.local_name), 0,
            ) + entry.local_name + entry.packed  # fmt: skip
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, entry.flags, entry.method, 0, 0x21,
            entry.crc, len(entry.packed), entry.size, len(entry.name), 0, 0, 0, 0, 0, offset,
        ) + entry.name  # fmt: skip
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(data), len(comment)
    )
    path.write_bytes(bytes(data + directory) + end + comment)
    return path


class Entry:
    """One part as `pack_by_hand` writes it; what is not given is true."""

    def __init__(self, name: str | bytes, body: bytes, *, size=None, crc=None, flags=0, method=8, local_name=None,
                 packed=None, offset=None):  # fmt: skip
        self.name = name.encode() if isinstance(name, str) else name
        self.local_name = self.name if local_name is None else local_name
        self.packed = packed if packed is not None else _deflated(body) if method == 8 else body
        self.size = len(body) if size is None else size
        self.crc = zlib.crc32(body) if crc is None else crc
        self.flags, self.method, self.offset = flags, method, offset


def entries(content: Mapping[str, bytes], *others: "Entry") -> list[Entry]:
    """Entries of true parts; `others` take the place of those of their name, or follow."""
    instead = {entry.name.decode(): entry for entry in others}
    found = [instead.pop(name, None) or Entry(name, body) for name, body in content.items()]
    return [*found, *instead.values()]


def _deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


# --- large ones ------------------------------------------------------------------------------------------------------


def write_large(
    path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, shared: bool = True
) -> Path:
    """A workbook of any size in little memory of cells: texts in the shared table as Excel does, or inline as many
    exporting programs do. openpyxl takes 46 s for 100,000 x 47; this takes some 10.
    """
    texts: dict[str, int] = {}
    letters = [get_column_letter(place) for place in range(1, 1 + len(headings))]

    def cell(letter: str, number: int, raw: Any) -> str:
        if raw is None:
            return ""
        if not isinstance(raw, str):
            return f'<c r="{letter}{number}"><v>{raw}</v></c>'
        if shared:
            return f'<c r="{letter}{number}" t="s"><v>{texts.setdefault(raw, len(texts))}</v></c>'
        return f'<c r="{letter}{number}" t="inlineStr"><is><t>{escape(raw)}</t></is></c>'

    frame = parts("", shared=shared_strings() if shared else "")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, body in frame.items():
            if name not in (SHEET, "xl/sharedStrings.xml"):
                archive.writestr(name, body)
        with archive.open(SHEET, "w", force_zip64=True) as part:
            part.write(
                f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>'.encode()
            )
            for number, row in enumerate(chain([headings], rows), 1):
                cells = "".join(map(cell, letters, [number] * len(letters), row))
                part.write(f'<row r="{number}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
        if shared:
            with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
                part.write(f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{MAIN}">'.encode())
                for text in texts:
                    part.write(f"<si><t>{escape(text)}</t></si>".encode())
                part.write(b"</sst>")
    return path
