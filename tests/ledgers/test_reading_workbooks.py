"""Workbooks as they come from the field: title lines, groups of headings, totals, signatures, several sheets."""

import gc
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.inspection import inspect
from poverty.ledgers.incoming.limits import DEFAULT
from poverty.ledgers.incoming.reading import read_rows
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.tables import is_foot, own_headings, read_table
from tests.factories.workbooks import (
    Raw,
    make_workbook,
    pack,
    parts,
    shared_strings,
    sheet_xml,
    write_large,
)
from tests.ledgers.test_malformed_workbooks import children

HEADINGS = ["户编号", "姓名", "务工时间（月）"]
COLUMNS = (
    Column("household_no", "户编号", Kind.CODE, needed=True),
    Column("name", "姓名", needed=True),
    Column("work_months", "务工时间（月）", Kind.INTEGER),
    Column("wage", "工资性收入", Kind.MONEY),
    Column("transfer", "转移性收入", Kind.MONEY),
)
ROWS = [["220503000001", "王小二", 3], ["220503000002", "李四", 0]]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "表.xlsx"


def rows_of(path, **more):
    with read_table(path, COLUMNS, **more) as table:
        return list(table.rows)


def refusal(path, **more) -> WorkbookRefused:
    with pytest.raises(WorkbookRefused) as refused:
        rows_of(path, **more)
    return refused.value


def test_headings_that_stand_again_over_every_printed_page_are_no_rows(path):
    make_workbook(path, HEADINGS, [HEADINGS, ROWS[0], HEADINGS, ROWS[1]])
    with read_table(path, COLUMNS) as table:
        assert (table.heading_row, [number for number, _ in table.rows]) == (1, [3, 5])
        assert table.left_out == 2


def test_a_person_called_as_a_heading_is_a_row(path):
    make_workbook(path, HEADINGS, [["220503000001", "姓名", None]])
    assert rows_of(path) == [(2, ("220503000001", "姓名", None))]


def test_a_plain_table(path):
    make_workbook(path, HEADINGS, ROWS)
    with read_table(path, COLUMNS) as table:
        assert (table.sheet, table.heading_row, table.first_row, table.last_row) == ("Sheet1", 1, 2, 3)
        assert table.headings.places == {"household_no": 0, "name": 1, "work_months": 2}
        assert own_headings(table) == HEADINGS
        assert table.notes == ()
        assert list(table.rows) == [(2, ("220503000001", "王小二", 3.0)), (3, ("220503000002", "李四", 0.0))]
        assert table.left_out == 0


def test_title_lines_empty_rows_a_total_and_signatures(path):
    make_workbook(
        path,
        HEADINGS,
        [ROWS[0], [None] * 3, ["  ", None, None], ROWS[1]],
        titles=["二道江区2026年贫困人口信息表", "单位：人、月"],
        merged=["A1:C1"],
        foot=[["合计", None, "=SUM(C4:C7)"], [], ["填表人：", "审核人：", "=TODAY()"]],
    )
    with read_table(path, COLUMNS) as table:
        assert table.heading_row == 3
        assert [number for number, _ in table.rows] == [4, 7]
        assert table.left_out == 2


@pytest.mark.parametrize(
    "words", ["合计", "总 计", "本表合计 1,234 人", "小计：", "制表人：　审核人：", "注：照户口本填"]
)
def test_what_stands_under_a_table(words):
    assert is_foot(words)


@pytest.mark.parametrize("words", ["合计划村", "220503000001", "王小计", "制造村", "注册号"])
def test_what_is_a_row_of_data(words):
    assert not is_foot(words)


def test_two_rows_of_headings_with_merged_groups(path):
    """户编号 and 姓名 reach over both rows, 收入 stands over its two columns."""
    make_workbook(
        path,
        ["户编号", "姓名", "收入（元）", None],
        [[None, None, "工资性收入", "转移性收入"], ["1", "王小二", 100.5, 20]],
        titles=["收入台账"],
        merged=["A1:D1", "A2:A3", "B2:B3", "C2:D2"],
    )
    with read_table(path, COLUMNS) as table:
        assert table.heading_row == 3
        assert table.names == ("户编号", "姓名", "工资性收入", "转移性收入")
        assert list(table.rows) == [(4, ("1", "王小二", 100.5, 20.0))]
    merged = inspect(path).sheets[0].merged_in_headings
    assert set(merged) == {(1, 0, 1, 3), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3)}


def test_three_rows_of_headings_and_a_row_that_counts_the_columns(path):
    make_workbook(
        path,
        ["户编号", "姓名", "家庭情况", None],
        [
            [None, None, "收入", None],
            [None, None, "工资性收入", "转移性收入"],
            [1, 2, 3, 4],
            ["1", "王小二", 5, 6],
        ],
    )
    with read_table(path, COLUMNS) as table:
        assert table.heading_row == 3
        assert list(table.rows) == [(5, ("1", "王小二", 5.0, 6.0))]


def test_unknown_headings_are_told_and_the_reasons_of_a_report_are_not_read(path):
    make_workbook(path, [*HEADINGS, "备注栏", "错误原因"], [[*ROWS[0], "好", "原表第3行"]])
    with read_table(path, COLUMNS) as table:
        assert table.headings.unknown == ("备注栏",)
        assert own_headings(table) == [*HEADINGS, "备注栏", "（E列）"]


def test_the_sheet_that_has_the_columns_is_found_among_others(path):
    make_workbook(
        path,
        ["填表说明", None],
        [["一、户编号照国网填", "=1+1"], ["二、姓名照户口本填", "#N/A"]],
        sheet="说明",
        others={"选项": [["是"], ["否"]], "数据": [HEADINGS, *ROWS], "老数据": [HEADINGS, *ROWS]},
        hidden=["老数据"],
    )
    with read_table(path, COLUMNS) as table:
        assert table.sheet == "数据"
        assert "隐藏的工作表“老数据”没有读取" in table.notes[0]
        assert len(list(table.rows)) == 2


def test_a_sheet_is_chosen_by_name_among_several_that_fit(path):
    make_workbook(path, HEADINGS, ROWS[:1], sheet="甲村", others={"乙村": [HEADINGS, *ROWS]})
    assert refusal(path).code == "several_sheets"
    assert len(rows_of(path, sheet="乙村")) == 2
    assert refusal(path, sheet="丙村").code == "no_sheet"


def test_a_formula_in_a_column_that_is_not_read_does_no_harm(path):
    make_workbook(path, ["序号", *HEADINGS], [["=ROW()-1", *ROWS[0]]])
    assert rows_of(path)[0][1][1:] == ("220503000001", "王小二", 3.0)


def test_links_hidden_rows_and_a_range_that_is_too_small_are_told(path):
    xml = sheet_xml(
        [HEADINGS, *ROWS],
        before='<dimension ref="A1:A1"/>',
        after='<hyperlinks><hyperlink ref="A2" location="x"/><hyperlink ref="A3" location="x"/></hyperlinks>',
    ).replace('<row r="2">', '<row r="2" hidden="1">')
    pack(path, parts(xml))
    with read_table(path, COLUMNS) as table:
        notes = "".join(table.notes)
        assert "1行被隐藏或筛选掉，也会读取" in notes
        assert "2个超链接，只读文字" in notes
        assert "范围与内容不符" in notes
        assert len(list(table.rows)) == 2


def test_formats_far_right_and_far_down_are_no_data(path):
    """People colour whole rows and columns; a range of the whole grid costs nothing either."""
    empty = Raw('<c r="XFD3" s="1"/>')
    xml = sheet_xml([HEADINGS, ROWS[0], [*ROWS[1], empty]], before='<dimension ref="A1:XFD1048576"/>')
    xml = xml.replace(
        "</sheetData>", '<row r="9"/><row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'
    )
    pack(path, parts(xml))
    found = inspect(path).sheets[0]
    assert (found.rows, found.columns, found.filled_rows) == (3, 3, 3)
    assert len(rows_of(path)) == 2


@pytest.mark.parametrize("prefix", ["", "x"])
def test_shared_rich_and_prefixed_texts(path, prefix):
    p = f"{prefix}:" if prefix else ""
    cell = '<{p}c r="{{place}}" t="s"><{p}v>{number}</{p}v></{p}c>'
    heading = [Raw(cell.format(p=p, number=number)) for number in range(3)]
    xml = sheet_xml([heading, ["1", "王&<小二", 3]], prefix=prefix)
    texts = shared_strings(
        "<t>户编号</t>", "<r><t>姓</t></r><r><rPr/><t>名</t></r><rPh><t>xm</t></rPh>", "<t>务工时间（月）</t>"
    )
    pack(path, parts(xml, shared=texts))
    with read_table(path, COLUMNS) as table:
        assert own_headings(table) == HEADINGS
        assert list(table.rows) == [(2, ("1", "王&<小二", 3.0))]


def test_cells_without_their_place_stand_one_after_the_other(path):
    xml = sheet_xml([HEADINGS, *ROWS])
    for place in ("A1", "B1", "C1", "A2", "B2", "C2", "A3", "B3", "C3"):
        xml = xml.replace(f' r="{place}"', "")
    for row in "123":
        xml = xml.replace(f'<row r="{row}">', "<row>")
    pack(path, parts(xml))
    assert inspect(path).sheets[0].columns == 3
    assert [number for number, _ in rows_of(path)] == [2, 3]


def test_rows_and_columns_that_begin_late_keep_their_places(path):
    pack(path, parts(sheet_xml([[None, None, *HEADINGS], [None, None, *ROWS[0]]], first_row=4)))
    with read_table(path, COLUMNS) as table:
        assert table.headings.places["household_no"] == 2
        assert list(table.rows) == [(5, (None, None, "220503000001", "王小二", 3.0))]


def test_what_the_cells_are(path):
    make_workbook(path, ["a"] * 6, [[date(2018, 1, 5), datetime(2018, 1, 5, 8, 30), True, 1.5, "文字", None]])
    assert list(read_rows(path, "Sheet1", header_rows=1)) == [
        (date(2018, 1, 5), datetime(2018, 1, 5, 8, 30), True, 1.5, "文字", None)
    ]


# --- the process that reads ------------------------------------------------------------------------------------------


@pytest.fixture
def long_table(tmp_path):
    return write_large(
        tmp_path / "long.xlsx", HEADINGS, ([f"{number:012}", "某某", number % 12] for number in range(40_000))
    )


@pytest.mark.parametrize("shared", [True, False])
def test_every_row_of_a_long_table(tmp_path, shared):
    path = write_large(
        tmp_path / "x.xlsx",
        HEADINGS,
        ([f"{number:012}", f"某{number}", 1] for number in range(12_345)),
        shared=shared,
    )
    with read_table(path, COLUMNS) as table:
        numbers = [int(cells[0]) for _, cells in table.rows]
    assert numbers == list(range(12_345))


def test_reading_ends_with_whoever_reads(long_table):
    with read_table(long_table, COLUMNS) as table:
        next(table.rows)
        assert len(children()) == 1
    assert children() == []

    rows = read_table(long_table, COLUMNS).rows
    next(rows)
    assert len(children()) == 1
    del rows
    gc.collect()
    assert children() == []


def test_a_table_that_takes_too_much_time_is_refused(long_table):
    found = refusal(long_table, limits=replace(DEFAULT, waiting_seconds=0.001))
    assert (found.code, "拆成几个文件" in found.message) == ("time", True)
    assert children() == []


def test_a_table_that_takes_too_much_memory_is_refused(tmp_path):
    """One text of 1,200 bytes in 40,000 cells: small as a file, 50 MB and more when it is read."""
    text = "长" * 400
    path = write_large(tmp_path / "x.xlsx", HEADINGS, ([text, text, 1] for _ in range(20_000)))
    assert path.stat().st_size < 1_000_000
    found = refusal(path, limits=replace(DEFAULT, memory=60_000_000))
    assert (found.code, "拆成几个文件" in found.message) == ("memory", True)
    assert children() == []
    assert len(rows_of(path)) == 20_000


def test_slow_work_over_the_rows_does_not_count_as_waiting(long_table):
    with read_table(long_table, COLUMNS, limits=replace(DEFAULT, waiting_seconds=20)) as table:
        for count, _ in enumerate(table.rows):
            if count == 1:
                time.sleep(0.3)
    assert count == 39_999


PARENT = """
import sys, time, django
django.setup()
from pathlib import Path
from poverty.ledgers.incoming.reading import read_rows
rows = read_rows(Path(sys.argv[1]), "Sheet1")
next(rows)
print("reading", flush=True)
time.sleep(60)
"""


def test_a_parent_that_is_killed_takes_the_reading_process_with_it(long_table):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(long_table)], cwd=settings.BASE_DIR, stdout=subprocess.PIPE
    )
    try:
        assert parent.stdout.readline() == b"reading\n"
        reading = [int(pid) for pid in children_of(parent.pid)]
        assert len(reading) == 1
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        until = time.monotonic() + 10
        while alive(reading[0]) and time.monotonic() < until:
            time.sleep(0.02)
        assert not alive(reading[0])
    finally:
        parent.kill()
        parent.stdout.close()
        parent.wait()


def test_the_reading_process_gets_none_of_our_secrets_and_no_django(long_table):
    rows = read_rows(long_table, "Sheet1")
    next(rows)
    (pid,) = children_of(os.getpid(), "incoming.child")
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    rows.close()
    assert environment == b"LANG=C.UTF-8\0"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import poverty.ledgers.incoming.child"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "django" not in done.stderr


def children_of(parent: int, word: str = "") -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if fields[1] == str(parent) and word in line:
            found.append(folder.name)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
