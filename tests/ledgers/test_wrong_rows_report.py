"""The workbook of wrong rows: corrected in Excel and sent in again as it is."""

from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from poverty.ledgers.cells import Fault, parse
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.report import write_report
from poverty.ledgers.incoming.tables import own_headings, read_table
from tests.factories.workbooks import make_workbook

TODAY = date(2026, 11, 21)
COLUMNS = (
    Column("household_no", "户编号", Kind.CODE, needed=True),
    Column("name", "姓名", needed=True),
    Column("work_months", "务工时间（月）", Kind.INTEGER),
    Column("born_on", "出生日期", Kind.DATE),
)
HEADINGS = ["姓名", "户编号", "备 注", "务工时间(月)", "出生日期"]
ROWS = [
    ["王小二", "220503000001", "=1+1", 3, "2018-01-05"],
    ["李四", 220503000002, None, "3个月", "2018-02-30"],
    ["赵五", "000503000003", "+86", -1, date(2018, 1, 5)],
]


def wrong_rows(table):
    for number, cells in table.rows:
        faults = {}
        for column in COLUMNS:
            place = table.headings.places[column.key]
            _, fault = parse(column, cells[place], today=TODAY)
            if fault:
                faults[place] = fault
        if faults:
            yield number, cells, faults


@pytest.fixture
def report(tmp_path):
    source = make_workbook(tmp_path / "in.xlsx", HEADINGS, ROWS, titles=["人口信息表"])
    out = tmp_path / "out.xlsx"
    with read_table(source, COLUMNS) as table:
        count = write_report(out, headings=own_headings(table), rows=wrong_rows(table), text_at={1})
    assert count == 2
    return out


def test_only_wrong_rows_with_the_users_own_headings(report):
    page = load_workbook(report).active
    assert [cell.value for cell in page[1]] == [*HEADINGS, "错误原因"]
    assert [page.cell(row, 1).value for row in range(2, page.max_row + 1)] == ["李四", "赵五"]
    assert page.freeze_panes == "A2"


def test_wrong_cells_are_marked_and_the_reasons_stand_last(report):
    page = load_workbook(report).active
    marked = {cell.coordinate for row in page["A2:F3"] for cell in row if cell.fill.fill_type == "solid"}
    assert marked == {"B2", "D2", "E2", "D3"}
    assert "单位" in page["D2"].comment.text
    assert page["A2"].comment is None
    assert page["F3"].value == ("原表第5行　务工时间(月)：这里是负数。应填：不小于0的整数，不带单位")
    assert page["F2"].value.startswith("原表第4行　户编号：")
    assert page["F2"].value.count("；") == 2


def test_texts_stay_texts(report):
    page = load_workbook(report).active
    assert (page["B2"].value, page["B2"].number_format, page["B2"].data_type) == ("220503000002", "@", "s")
    assert (page["B3"].value, page["B3"].number_format) == ("000503000003", "@")
    assert (page["C3"].value, page["C3"].data_type) == ("+86", "s")
    assert page["D3"].value == -1
    assert page["E3"].value == datetime(2018, 1, 5)
    assert page["E3"].number_format == "yyyy-mm-dd"


def test_formulas_control_characters_and_long_texts_cannot_break_it(tmp_path):
    out = tmp_path / "out.xlsx"
    fault = Fault("x", "不对。", "=1+1")
    rows = [
        (
            9,
            ["=cmd|'/c calc'!A1", "@SUM(1)", "-1", "a\x00\x0bb", "长" * 40_000],
            {0: fault, 4: [fault, fault], -1: fault},
        )
    ]
    write_report(out, headings=["=HYPERLINK(1)", "b", "c", "d", "e"], rows=rows)
    page = load_workbook(out).active
    assert all(cell.data_type in ("s", "n") for row in page.iter_rows() for cell in row)
    assert page["A2"].value == "=cmd|'/c calc'!A1"
    assert page["D2"].value == "ab"
    assert len(page["E2"].value) == 32_767
    assert (
        page["F2"].value
        == "原表第9行　不对。应填：=1+1；=HYPERLINK(1)：不对。应填：=1+1；e：不对。应填：=1+1；e：不对。应填：=1+1"
    )


def test_it_comes_in_again_as_it_is_and_goes_through_when_corrected(report, tmp_path):
    with read_table(report, COLUMNS) as table:
        assert table.headings.unknown == ("备 注",)
        again = list(wrong_rows(table))
    assert [(number, set(faults)) for number, _, faults in again] == [(2, {3, 4}), (3, {3})]

    book = load_workbook(report)
    page = book.active
    page["B2"], page["D2"], page["E2"], page["D3"] = "220503000002", 3, "2018-02-28", 1
    book.save(tmp_path / "corrected.xlsx")
    with read_table(tmp_path / "corrected.xlsx", COLUMNS) as table:
        assert list(wrong_rows(table)) == []


def test_an_empty_text_cell_is_already_text_for_what_will_be_typed(tmp_path):
    out = tmp_path / "out.xlsx"
    fault = Fault("needed", "没有填。", "编号")
    write_report(out, headings=["户编号", "姓名"], rows=[(2, [None], {0: fault})], text_at={0})
    page = load_workbook(out).active
    assert page["A2"].number_format == "@"
    assert page["A2"].fill.fill_type == "solid"
    assert page["A2"].comment.text == "没有填。应填：编号。"
