"""Files that are no workbooks, or no honest ones: each a sentence that says what to do, and nothing left behind."""

import os
import re
import struct
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.limits import DEFAULT
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.tables import read_table
from tests.factories.workbooks import (
    MAIN,
    SHEET,
    Entry,
    Raw,
    entries,
    make_workbook,
    pack,
    pack_by_hand,
    parts,
    shared_strings,
    sheet_xml,
)

HEADINGS = ["户编号", "姓名", "务工时间（月）", "备注栏"]
COLUMNS = (
    Column("household_no", "户编号", Kind.CODE, needed=True),
    Column("name", "姓名", needed=True),
    Column("work_months", "务工时间（月）", Kind.INTEGER, aliases=("务工月数",)),
)
ROWS = [["220503000001", "王小二", 3, None], ["220503000002", "李四", 0, "好"]]
GOOD = sheet_xml([HEADINGS, *ROWS])
# Small enough that a test can go past them.
LIMITS = replace(
    DEFAULT,
    size=12_000_000, unpacked=30_000_000, harmless=1_000_000, rows=500, columns=300, cells=20_000, entries=100,
    sheets=20, small_part=200_000, row_bytes=2_000_000, shared_strings=5_000_000,
)  # fmt: skip

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
CASES = []


def case(name, code, *said):
    """`code` of the refusal and words that its message must hold."""

    def add(build):
        CASES.append(pytest.param(build, code, said, id=name))
        return build

    return add


def written(name, code, *said, content: bytes):
    CASES.append(pytest.param(lambda path: path.write_bytes(content), code, said, id=name))


def sheet(name, code, *said, xml: str | bytes, **more):
    CASES.append(pytest.param(lambda path: pack(path, parts(xml, **more)), code, said, id=name))


def part(name, code, *said, **changed):
    """A good workbook with parts changed (None: left out), by name with __ for / and _ for the dot."""

    def build(path):
        content = parts(GOOD)
        for key, body in changed.items():
            content[TRUE_NAMES[key]] = body
        pack(path, {key: body for key, body in content.items() if body is not None})

    CASES.append(pytest.param(build, code, said, id=name))


def archive(name, code, *said, others=(), **more):
    def build(path):
        pack_by_hand(path, entries(parts(GOOD), *others), **more)

    CASES.append(pytest.param(build, code, said, id=name))


def prose(letters: int, start: int = 0) -> str:
    """Text that packs as badly as real text does."""
    return "".join(
        chr(0x4E00 + (number * number + start) % 19_997) for number in range(start, start + letters)
    )


TRUE_NAMES = {
    "types": "[Content_Types].xml",
    "workbook": "xl/workbook.xml",
    "relations": "xl/_rels/workbook.xml.rels",
    "sheet1": SHEET,
    "macros": "xl/vbaProject.bin",
    "binary": "xl/workbook.bin",
    "word": "word/document.xml",
}

# --- other kinds of file ---------------------------------------------------------------------------------------------

written("empty file", "empty", "0字节", content=b"")
written("one byte", "csv", content=b"x")
written("csv in utf-8", "csv", "CSV", "另存为 .xlsx", content="户编号,姓名\n1,王小二\n".encode())
written("csv with mark", "csv", content="\ufeff户编号,姓名\n1,王小二\n".encode())
written("csv in gbk", "csv", content="户编号,姓名\n1,王小二\n".encode("gbk"))
written("csv in utf-16", "csv", content="户编号\t姓名\n1\t王小二\n".encode("utf-16"))
written(
    "html called xlsx",
    "html",
    "网页",
    content="<html><table><tr><td>户编号</td></tr></table></html>".encode(),
)
written("html without head", "html", content=b"\r\n  <TABLE border=1><tr><td>1</td></tr></TABLE>")
written("html with doctype", "html", content=b"<!DOCTYPE html>\n<html></html>")
written("excel's own html", "html", content=b'<meta charset="gbk"><table></table>')
written("mhtml", "html", content=b"MIME-Version: 1.0\nContent-Type: multipart/related\n")
written("xml of 2003", "xml", "2003", content=b'<?xml version="1.0"?>\n<Workbook xmlns="urn:x"></Workbook>')
written("password", "password", "取消密码", content=OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99)
written("xls", "xls", ".xls", "另存为 .xlsx", content=OLE + "Workbook".encode("utf-16-le") + b"\0" * 99)
written("xls of 95", "xls", content=OLE + "Book".encode("utf-16-le") + b"\0" * 99)
written("xls without container", "xls", content=b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 99)
written("old word", "not_workbook", "旧版", content=OLE + "WordDocument".encode("utf-16-le"))
written("pdf", "not_workbook", "PDF", content=b"%PDF-1.7\n")
written("photo", "not_workbook", "图片", content=b"\xff\xd8\xff\xe0\0\x10JFIF")
written("png", "not_workbook", "图片", content=b"\x89PNG\r\n\x1a\n")
written("rar", "not_workbook", "压缩包", content=b"Rar!\x1a\x07\x01\0")
written("7z", "not_workbook", "压缩包", content=b"7z\xbc\xaf\x27\x1c")
written("gzip", "not_workbook", "压缩包", content=b"\x1f\x8b\x08\0\0\0\0\0")
written("program", "not_workbook", "程序", content=b"MZ\x90\0")
written("noise", "not_workbook", "不能识别", content=bytes(range(256)) * 4)
written("nothing but zeros", "not_workbook", content=bytes(5000))
written("empty archive", "damaged", content=b"PK\x05\x06" + b"\0" * 18)
written("beginning of an archive", "damaged", content=b"PK\x03\x04")
written("too large", "too_large", "MB", content=b"PK\x03\x04" + os.urandom(12_000_000))


@case("archive of files", "archive", "解压")
def _(path):
    pack(path, {"readme.txt": b"hello", "1.xlsx": b"PK"})


@case("ods", "ods", ".ods")
def _(path):
    pack(path, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


@case("word called xlsx", "not_workbook", "Word")
def _(path):
    pack(path, {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"})


part("macros", "macro", "宏", macros=b"\xd0\xcf")
part("xlsb", "xlsb", ".xlsb", binary=b"\0")

# --- archives that lie -----------------------------------------------------------------------------------------------


def cut(share):
    def build(path):
        content = pack(path, parts(GOOD)).read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return build


for share in (0.1, 0.5, 0.9, 0.999):
    CASES.append(pytest.param(cut(share), "damaged", ("不完整",), id=f"cut off at {share}"))


@case("something after the end", "damaged")
def _(path):
    path.write_bytes(pack(path, parts(GOOD)).read_bytes() + b"<script>")


@case("something before the beginning", "not_workbook")
def _(path):
    path.write_bytes(b"#!/bin/sh\n" + pack(path, parts(GOOD)).read_bytes())


@case("an archive before the archive", "damaged")
def _(path):
    other = pack(path, {"a.txt": b"x"}).read_bytes()
    path.write_bytes(other + pack(path, parts(GOOD)).read_bytes())


@case("a flipped bit in a sheet", "damaged")
def _(path):
    pack(path, parts(GOOD), method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    place = content.index("王小二".encode())
    content[place] ^= 0x04
    path.write_bytes(bytes(content))


@case("directory shot through", "damaged")
def _(path):
    content = bytearray(pack(path, parts(GOOD)).read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place : place + 20] = b"\xff" * 20
    path.write_bytes(bytes(content))


@case("counts more parts than it has", "damaged")
def _(path):
    content = bytearray(pack(path, parts(GOOD)).read_bytes())
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<2H", content, end + 8, 60_000, 60_000)
    path.write_bytes(bytes(content))


ZEROS = b"0" * 20_000_000
archive("bomb that says so", "bomb", "解压后过大", others=[Entry("xl/media/a.png", ZEROS)])
archive(
    "bomb by the sum", "bomb", others=[Entry("xl/a.bin", b"", size=2**31), Entry("xl/b.bin", b"", size=2**31)]
)
archive("sheet larger than it says", "bomb", others=[Entry(SHEET, GOOD.encode() + ZEROS, size=900, crc=1)])
archive(
    "sheet smaller than it says", "damaged", others=[Entry(SHEET, GOOD.encode(), size=len(GOOD.encode()) + 9)]
)
archive(
    "sheet whose beginning has the checksum", "bomb",
    others=[Entry(SHEET, GOOD.encode() + b" " * 99, size=len(GOOD.encode()))],
)  # fmt: skip
archive("wrong checksum", "damaged", others=[Entry(SHEET, GOOD.encode(), crc=7)])
archive("no deflate in it", "damaged", others=[Entry(SHEET, b"", packed=b"\xff" * 50, size=50)])
archive("encrypted part", "password", "密码", others=[Entry(SHEET, GOOD.encode(), flags=1)])
archive("bzip2", "odd", "压缩方法", others=[Entry(SHEET, GOOD.encode(), method=12)])
archive("lzma", "odd", others=[Entry(SHEET, GOOD.encode(), method=14)])
archive("two parts over the same bytes", "damaged", others=[Entry("xl/copy.xml", GOOD.encode(), offset=0)])
archive("part beyond the end", "damaged", others=[Entry("xl/copy.xml", b"x", offset=9_000_000)])
archive(
    "two names for one part",
    "damaged",
    others=[Entry(SHEET, GOOD.encode(), local_name=b"xl/worksheets/other.xml")],
)
archive("path upwards", "odd", others=[Entry("../../etc/passwd", b"x")])
archive("absolute path", "odd", others=[Entry("/etc/passwd", b"x")])
archive("windows path", "odd", others=[Entry("C:\\x.xml", b"x")])
archive("backslashes", "odd", others=[Entry("..\\x.xml", b"x")])
archive("a part again in capitals", "odd", others=[Entry("XL/workbook.xml", b"x")])
archive("name with a line break", "odd", others=[Entry("xl/a\nb.xml", b"x")])
archive("name with a zero", "odd", others=[Entry(b"xl/a\0b.xml", b"x")])
archive("an end inside the comment", "damaged", comment=b"PK\x05\x06" + b"\0" * 18)
archive("200 parts", "bomb", others=[Entry(f"xl/{number}.xml", b"x") for number in range(200)])

# --- workbooks that lie ----------------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def with_type(xml: str, doctype: str) -> str:
    return xml.replace("?>", f"?>{doctype}", 1).replace(' standalone="yes"', "")


part("entities in the list of sheets", "odd", workbook=f"{_HEAD}{LAUGHS}<workbook/>".encode())
part("a file of the server in the list", "odd", workbook=f"{_HEAD}{OUTSIDE}<workbook>&a;</workbook>".encode())
part("no list of sheets", "damaged", workbook=None)
part("list of sheets cut off", "damaged", workbook=b"<workbook><sheets>")
part("list of sheets in gbk without saying so", "damaged", workbook='<workbook a="户"/>'.encode("gbk"))
part(
    "empty list of sheets",
    "damaged",
    workbook=f'{_HEAD}<workbook xmlns="{MAIN}"><sheets/></workbook>'.encode(),
)
part("no relations", "damaged", relations=None)
part("relations to nothing", "no_data", relations=b"<Relationships/>")
part("no types", "damaged", types=None)
part("huge list of sheets", "bomb", workbook=_HEAD.encode() + b"<workbook>" + b" " * 300_000 + b"</workbook>")
part("sheet is something else", "damaged", sheet1=b"<html/>")
part("sheet is empty", "damaged", sheet1=b"")
sheet("entities in the sheet", "odd", xml=with_type(GOOD, LAUGHS))
sheet("sheet in utf-16", "odd", xml=GOOD.replace("UTF-8", "UTF-16").encode("utf-16"))
sheet("sheet says gbk", "odd", xml=GOOD.replace("UTF-8", "GBK").encode("gbk"))
sheet("comment in the sheet", "odd", xml=GOOD.replace("<sheetData>", "<!-- <row> --><sheetData>"))
sheet("cdata in the sheet", "odd", xml=GOOD.replace("王小二", "<![CDATA[王小二]]>"))
sheet("sheet ends too early", "damaged", xml=GOOD[: GOOD.index("李四")])
sheet("tags that do not close", "damaged", xml=GOOD.replace("</worksheet>", "<mergeCells></worksheet>"))
sheet("rows out of order", "odd", "行号", xml=GOOD.replace('r="3"', 'r="1"'))
sheet(
    "a row beyond the grid", "odd", xml=GOOD.replace('r="3"', 'r="16777217"').replace('3" t', '16777217" t')
)
sheet("a column beyond the grid", "odd", xml=GOOD.replace('"D3"', '"XFE3"'))
sheet("no data", "no_data", "没有数据", xml=sheet_xml([]))
sheet("only the headings", "no_rows", "没有数据", xml=sheet_xml([HEADINGS]))
sheet("all sheets hidden", "no_data", "取消隐藏", xml=GOOD, states=["hidden"])
sheet("very hidden", "no_data", "取消隐藏", xml=GOOD, states=["veryHidden"])


@case("two sheets of one name", "damaged")
def _(path):
    pack(path, parts(GOOD, GOOD, names=["表", "表"]))


@case("30 sheets", "sheets", "工作表太多")
def _(path):
    pack(path, parts(*[GOOD] * 30))


# --- more than there may be ------------------------------------------------------------------------------------------

WIDE = [f"列{number}" for number in range(2000)]
sheet("2,000 columns", "columns", "Sheet1", "BXX列", "300列", xml=sheet_xml([WIDE]))
sheet("one cell far to the right", "columns", "第3行", xml=GOOD.replace('"D3"', '"XFD3"'))
sheet(
    "one cell far down",
    "rows",
    "500行",
    xml=GOOD.replace('r="3"', 'r="1048576"').replace('3" t', '1048576" t'),
)
sheet("600 rows", "rows", "500行", "拆成", xml=sheet_xml([HEADINGS, *[ROWS[0]] * 600]))
sheet("too many cells", "cells", xml=sheet_xml([HEADINGS + WIDE[:200], *[ROWS[0]] * 400]))
sheet("a cell of 10 MB", "row_too_large", "第2行", xml=sheet_xml([HEADINGS, ["1", prose(3_400_000)]]))
sheet(
    "a cell of 40,000 characters",
    "cell_too_large",
    "单元格B2",
    xml=sheet_xml([HEADINGS, ["1", "长" * 40_000]]),
)
LONG = GOOD.replace("</row></sheetData>", '</row><row r="4"><c r="A4" t="s"><v>1</v></c></row></sheetData>')
sheet(
    "a shared text of 40,000 characters", "cell_too_large", "单元格A4",
    xml=LONG, shared=shared_strings("<t>a</t>", f"<t>{'长' * 40_000}</t>"),
)  # fmt: skip
sheet(
    "a shared text of 3 MB", "cell_too_large",
    xml=LONG, shared=shared_strings("<t>a</t>", f"<t>{prose(1_000_000)}</t>"),
)  # fmt: skip
sheet(
    "too many shared texts", "strings", "文字太多",
    xml=LONG, shared=shared_strings(*[f"<t>{prose(3000, number)}</t>" for number in range(600)]),
)  # fmt: skip
sheet("entities in the shared texts", "odd", xml=LONG, shared=with_type(shared_strings("<t>a</t>"), LAUGHS))
sheet("a shared text that is not there", "damaged", xml=LONG, shared=shared_strings("<t>a</t>"))

# --- cells whose value is not their own ------------------------------------------------------------------------------

FORMULA = Raw('<c r="{place}"><f>1+2</f><v>3</v></c>')
ERROR = Raw('<c r="{place}" t="e"><v>#N/A</v></c>')
sheet(
    "a formula",
    "formulas",
    "C3",
    "务工时间（月）",
    "选择性粘贴",
    xml=sheet_xml([HEADINGS, ROWS[0], ["1", "a", FORMULA]]),
)
sheet(
    "700 places of formulas",
    "formulas",
    "C2",
    "等300处",
    xml=sheet_xml([HEADINGS, *[["1", "a", FORMULA]] * 300]),
)
sheet(
    "a formula that refers to another file", "formulas", "B2",
    xml=sheet_xml([HEADINGS, ["1", Raw('<c r="{place}" t="str"><f>[1]Sheet1!A1</f><v>x</v></c>')]]),
)  # fmt: skip
sheet(
    "a link by formula", "formulas", "B2",
    xml=sheet_xml([HEADINGS, ["1", Raw('<c r="{place}" t="str"><f>HYPERLINK("http://x","y")</f><v>y</v></c>')]]),
)  # fmt: skip
sheet(
    "a shared formula", "formulas", "C2",
    xml=sheet_xml([HEADINGS, ["1", "a", Raw('<c r="{place}"><f t="shared" si="0"/><v>1</v></c>')]]),
)  # fmt: skip
sheet(
    "a formula without a value",
    "formulas",
    "C2",
    xml=sheet_xml([HEADINGS, ["1", "a", Raw('<c r="{place}"><f>1</f></c>')]]),
)
sheet("a formula with a prefix", "formulas", "C2", xml=sheet_xml(
    [HEADINGS, ["1", "a", Raw('<x:c r="{place}"><x:f>1+2</x:f><x:v>3</x:v></x:c>')]], prefix="x"))  # fmt: skip
sheet("an error", "errors", "C2", "#N/A", xml=sheet_xml([HEADINGS, ["1", "a", ERROR]]))
sheet(
    "a number of the household over two rows", "merged", "A2:A3", "取消合并",
    xml=sheet_xml([HEADINGS, *ROWS], after='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'),
)  # fmt: skip

# --- no table in it --------------------------------------------------------------------------------------------------

sheet("no headings", "no_headings", "户编号、姓名", xml=sheet_xml([["你好"], ["世界"]]))
sheet("headings in row 14", "no_headings", "前10行", xml=sheet_xml([HEADINGS, *ROWS], first_row=14))
sheet(
    "a needed column is missing",
    "missing_columns",
    "姓名",
    "别的",
    xml=sheet_xml([["户编号", "别的"], ["1", "2"]]),
)
sheet(
    "a heading twice",
    "doubled_columns",
    "姓 名",
    xml=sheet_xml([["户编号", "姓名", "姓 名"], ["1", "2", "3"]]),
)
sheet(
    "a heading and its other name", "doubled_columns", "务工时间",
    xml=sheet_xml([["户编号", "姓名", "务工月数", "务工时间(月)"], ["1", "2", 3, 4]]),
)  # fmt: skip


@case("two sheets that both fit", "several_sheets", "甲村”“乙村")
def _(path):
    pack(path, parts(GOOD, GOOD, names=["甲村", "乙村"]))


@case("the table is on the hidden sheet", "no_headings", "隐藏的工作表“数据”")
def _(path):
    make_workbook(path, ["说明"], [["请填写"]], others={"数据": [HEADINGS, *ROWS]}, hidden=["数据"])


@pytest.mark.parametrize(("build", "code", "said"), CASES)
def test_refused_with_a_sentence_and_nothing_left_behind(tmp_path, monkeypatch, build, code, said):
    path = tmp_path / "上传.xlsx"
    build(path)
    left = tmp_path / "temporary"
    left.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(left))
    before = path.read_bytes()

    with pytest.raises(WorkbookRefused) as refused:
        read_whole(path)

    assert refused.value.code == code, refused.value.message
    message = refused.value.message
    assert message.endswith("。")
    assert all(word in message for word in said), message
    assert not re.search(r"Traceback|Error|Exception|xml|None|\bexpat\b", message.replace("XML 表格", ""))
    assert len(message) < 300
    assert list(left.iterdir()) == []
    assert children() == []
    assert [one.name for one in tmp_path.iterdir() if one != left] == ["上传.xlsx"]
    assert path.read_bytes() == before


def test_there_are_enough_of_them():
    assert len(CASES) >= 100
    assert len({one.id for one in CASES}) == len(CASES)


def read_whole(path: Path) -> list:
    with read_table(path, COLUMNS, limits=LIMITS) as table:
        return list(table.rows)


def children() -> list[str]:
    """Processes of ours that still read a workbook."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            if fields[1] == str(os.getpid()):
                found.append(
                    (status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )
        except OSError:
            continue
    return [line for line in found if "incoming.child" in line or not line]
