"""A good workbook with something changed in it, hundreds of ways: it is read or refused, and nothing else happens."""

import zipfile

import pytest

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.tables import read_table
from tests.factories.workbooks import SHEET, Raw, make_workbook, pack, parts, shared_strings, sheet_xml
from tests.ledgers.test_malformed_workbooks import LIMITS, children

COLUMNS = (
    Column("household_no", "户编号", Kind.CODE, needed=True),
    Column("name", "姓名", needed=True),
    Column("work_months", "务工时间（月）", Kind.INTEGER),
)
SHARED = Raw('<c r="{place}" t="s"><v>0</v></c>')
GOOD = parts(
    sheet_xml(
        [["户编号", "姓名", "务工时间（月）"], ["220503000001", SHARED, 3], ["220503000002", "李四", 0]],
        before='<dimension ref="A1:C3"/><cols><col min="1" max="3" width="9"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="E1:F1"/></mergeCells>',
    ),
    shared=shared_strings("<t>王小二</t>"),
)
TOKENS = (
    b"",
    b"<",
    b">",
    b"&",
    b"\0",
    b'"',
    b"<!--",
    b"9" * 25,
    b"\xff\xfe",
    b"</row>",
    b"</sheetData>",
    b"<row>",
    b"&#0;",
    b"-1",
)
PARTS = (SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml")


def read_or_refused(path) -> str:
    """ "" when it was read, else the message. Anything else that is raised fails the test."""
    try:
        with read_table(path, COLUMNS, limits=LIMITS) as table:
            list(table.rows)
    except WorkbookRefused as refused:
        return refused.message
    return ""


def mutilated(body: bytes, steps: int):
    """The body with a few bytes replaced, cut out or doubled, at `steps` places from its beginning to its end."""
    for step in range(steps):
        place = len(body) * step // steps
        length = 1 + step * 7 % 23
        token = TOKENS[step % len(TOKENS)]
        yield body[:place] + token + body[place + length :]
        yield body[:place] + token + body[place:]
        if step % 3 == 0:
            yield body[: place + length] + body[place:]


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_was_tampered_with(tmp_path, name):
    path = tmp_path / "x.xlsx"
    outcomes = []
    for body in mutilated(GOOD[name], 45):
        outcomes.append(read_or_refused(pack(path, GOOD | {name: body})))
    assert all(message == "" or message.endswith("。") for message in outcomes)
    assert sum(map(bool, outcomes)) >= 20
    assert children() == []


def test_a_file_that_was_tampered_with(tmp_path):
    path = tmp_path / "x.xlsx"
    content = pack(path, GOOD, method=zipfile.ZIP_STORED).read_bytes()
    outcomes = []
    for body in mutilated(content, 150):
        path.write_bytes(body)
        outcomes.append(read_or_refused(path))
    assert all(message == "" or message.endswith("。") for message in outcomes)
    assert sum(map(bool, outcomes)) > 0.9 * len(outcomes)
    assert children() == []


def test_the_good_one_is_read(tmp_path):
    assert read_or_refused(pack(tmp_path / "x.xlsx", GOOD)) == ""
    assert read_or_refused(make_workbook(tmp_path / "y.xlsx", ["户编号", "姓名"], [["1", "王小二"]])) == ""
