"""A ledger as a workbook: what stands in it, how it looks, and that the same rows give the same bytes."""

import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.outgoing.sheet import Look, heading_of, printed, spans
from poverty.ledgers.outgoing.workbook import Workbook

AS_OF = datetime(2018, 11, 3, 14, 2, 6)
COLUMNS = (
    Column("no", "户编号", Kind.CODE, width=20),
    Column("identity", "证件号码", Kind.IDENTITY),
    Column("name", "姓名"),
    Column("wage", "工资性收入", Kind.MONEY, group="收入", total=True),
    Column("other", "其他收入", Kind.MONEY, group="收入", total=True),
    Column("size", "人口", Kind.INTEGER, total=True),
    Column("on", "日期", Kind.DATE),
    Column("at", "时间", Kind.MOMENT),
)
ROW = (
    "00012345678901234567",
    "220503198001011234",
    "王建国",
    Decimal("1234.50"),
    Decimal("0.10"),
    3,
    date(2018, 5, 1),
    datetime(2018, 5, 1, 9, 30, 15),
)


def look(columns=COLUMNS, **more):
    headings = tuple(heading_of(one, one.heading, one.group) for one in columns)
    values = {
        "title": "贫困户信息（2018年度）",
        "sheet_name": "贫困户信息",
        "lines": ("区划：二道江区　截至：2018-11-03 14:02:06", "筛选条件：全部"),
        "unit": "金额单位：元",
        "headings": headings,
        "per": "户",
        "as_of": AS_OF,
    }
    return Look(**{**values, **more})


@pytest.fixture
def written(tmp_path):
    """written(rows, look) -> path of the finished workbook."""
    made = []

    def write(rows, how=None):
        path = tmp_path / f"{len(made)}.xlsx"
        made.append(path)
        book = Workbook(path, how or look(), tmp_path)
        for row in rows:
            book.add(row)
        book.close([("台账", "贫困户信息"), ("校验值", "c" * 64)])
        return path

    return write


def test_text_stays_text_and_numbers_and_dates_are_real(written):
    sheet = openpyxl.load_workbook(written([ROW])).worksheets[0]

    # title, two lines, groups, headings: data begin in row 6
    cells = sheet[6]
    assert [one.value for one in cells] == [
        "00012345678901234567",
        "220503198001011234",
        "王建国",
        1234.5,
        0.1,
        3,
        datetime(2018, 5, 1),
        datetime(2018, 5, 1, 9, 30, 15),
    ]
    assert [one.data_type for one in cells] == ["s", "s", "s", "n", "n", "n", "d", "d"]
    assert [one.number_format for one in cells] == [
        *("@", "@", "@"),
        *("#,##0.00", "#,##0.00"),
        "0",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm:ss",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86",
        "-5",
        "@SUM(A1)",
        "\t=1",
        '=HYPERLINK("http://x")',
        "<r>&</r>",
        'a<b>&"c"',
        " 前后空格 ",
        "两\n行",
        "http://example.org",
        "_x0041_",
        "\x01控制",
        "1E5",
        "TRUE",
        "#N/A",
    ],
)
def test_whatever_a_text_looks_like_it_comes_back_as_that_text(written, text):
    cell = openpyxl.load_workbook(written([("1", "2", text, *ROW[3:])])).worksheets[0]["C6"]

    assert cell.data_type == "s"
    assert openpyxl.utils.escape.unescape(cell.value) == text


def test_empty_cells_are_empty_and_keep_their_frame(written):
    sheet = openpyxl.load_workbook(written([(None,) * len(COLUMNS)])).worksheets[0]

    assert [one.value for one in sheet[6]] == [None] * len(COLUMNS)
    assert {one.border.left.style for one in sheet[6]} == {"thin"}


def test_a_text_longer_than_a_cell_is_refused_not_cut(written):
    with pytest.raises(ValueError, match="32768"):
        written([("1", "2", "长" * 32_768, *ROW[3:])])


def test_title_lines_headings_and_merged_groups(written):
    sheet = openpyxl.load_workbook(written([ROW])).worksheets[0]

    assert sheet["A1"].value == "贫困户信息（2018年度）"
    assert sheet["A2"].value == "区划：二道江区　截至：2018-11-03 14:02:06"
    assert sheet["H2"].value == "金额单位：元"
    assert sheet["A3"].value == "筛选条件：全部"
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert "D4:E4" in merged, "two columns under 收入"
    assert "A4:A5" in merged, "a column without group over both rows"
    assert sheet["D4"].value == "收入"
    assert (sheet["A4"].value, sheet["D5"].value, sheet["E5"].value) == ("户编号", "工资性收入", "其他收入")


def test_frozen_filtered_and_set_up_for_paper(written):
    sheet = openpyxl.load_workbook(written([ROW, ROW])).worksheets[0]

    assert sheet.freeze_panes == "A6"
    assert sheet.auto_filter.ref == "A5:H7", "headings and data, not the totals"
    assert sheet.print_title_rows == "$4:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    # One page wide is what the format means by leaving it out; as many long as it takes.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert "&P" in sheet.oddFooter.center.text
    assert "&N" in sheet.oddFooter.center.text
    assert sheet.column_dimensions["B"].width >= 21, "an identity number is seen whole"
    assert "制表人" in sheet.cell(sheet.max_row, 1).value


def test_totals_are_formulas_that_follow_the_filter_with_their_value(written):
    path = written([ROW, ROW])

    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet["A8"].value == "合计 2 户"
    assert (sheet["D8"].value, sheet["F8"].value) == ("=SUBTOTAL(109,D6:D7)", "=SUBTOTAL(109,F6:F7)")
    values = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    assert (values["D8"].value, values["E8"].value, values["F8"].value) == (2469, 0.2, 6)


def test_rows_beyond_the_limit_go_to_further_sheets_none_is_lost(written):
    # 5 rows of head, 4 of foot: 20 rows leave 11 for data
    rows = [(str(number), *ROW[1:]) for number in range(30)]
    book = openpyxl.load_workbook(written(rows, look(max_rows=20)))

    assert book.sheetnames == ["贫困户信息", "贫困户信息(2)", "贫困户信息(3)", "清单"]
    found = [
        sheet.cell(row, 1).value
        for sheet, length in zip(book.worksheets, (11, 11, 8), strict=False)
        for row in range(6, 6 + length)
    ]
    assert found == [str(number) for number in range(30)]
    assert all(sheet.max_row <= 20 for sheet in book.worksheets[:3])
    for sheet in book.worksheets[:2]:
        assert (sheet["A17"].value, sheet["A18"].value) == ("本表合计 11 户", None), "more follows"
    last = book.worksheets[2]
    assert last["A14"].value == "本表合计 8 户"
    assert last["A15"].value == "各表合计 30 户"
    assert last["F15"].value == "='贫困户信息'!F17+'贫困户信息(2)'!F17+'贫困户信息(3)'!F14"
    manifest = {row[0].value: row[1].value for row in book["清单"].iter_rows(min_row=3)}
    assert manifest["行数：贫困户信息(2)"] == "11"


def test_the_limit_of_the_format_is_the_default():
    assert look().rows_per_sheet == 1_048_576 - 5 - 4


def test_no_rows_at_all_is_still_a_ledger(written):
    sheet = openpyxl.load_workbook(written([])).worksheets[0]

    assert sheet["A6"].value == "合计 0 户"


def test_same_rows_same_bytes_with_the_as_of_as_every_time_inside(written):
    first, second = written([ROW]), written([ROW])

    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(2018, 11, 3, 14, 2, 6)}
    assert openpyxl.load_workbook(first).properties.created == AS_OF
    assert openpyxl.load_workbook(first).properties.modified == AS_OF


def test_given_up_it_leaves_no_workbook(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    book = Workbook(tmp_path / "a.xlsx", look(), folder)
    book.add(ROW)

    book.abandon()

    assert not (tmp_path / "a.xlsx").exists()


def test_another_moment_or_another_row_gives_other_bytes(written):
    plain = written([ROW]).read_bytes()

    assert written([ROW], look(as_of=datetime(2018, 11, 3, 14, 2, 8))).read_bytes() != plain
    assert written([("x", *ROW[1:])]).read_bytes() != plain


def test_the_watermark_stands_above_the_table_and_on_every_page(written):
    words = "含完整个人信息，限“办理参保”使用　导出人：李&四"
    sheet = openpyxl.load_workbook(written([ROW], look(watermark=words))).worksheets[0]

    assert sheet["A4"].value == words
    assert "李&&四" in sheet.oddHeader.center.text, "& begins a code there and is doubled"


def test_a_doubled_sign_is_not_cut_in_two():
    assert printed("x" * 199 + "&") == "x" * 199
    assert printed("x" * 198 + "&") == "x" * 198 + "&&"


def test_the_unit_is_printed_over_as_many_columns_as_it_needs(written):
    narrow = (Column("name", "姓名", width=20), *(Column(one, one.upper(), width=8) for one in "abcd"))

    sheet = openpyxl.load_workbook(written([("王", *"1234")], look(narrow))).worksheets[0]
    assert sheet["C2"].value == "金额单位：元"
    assert {"A2:B2", "C2:E2"} <= {str(one) for one in sheet.merged_cells.ranges}

    sheet = openpyxl.load_workbook(written([("王", "1")], look(narrow[:2]))).worksheets[0]
    assert sheet["A2"].value == "区划：二道江区　截至：2018-11-03 14:02:06　金额单位：元"


def test_many_columns_take_larger_paper():
    wide = tuple(Column(f"c{number}", f"第{number}列", width=12) for number in range(47))

    assert (look().paper, look().pages_wide) == (9, 1)  # A4
    assert (look(wide).paper, look(wide).pages_wide) == (8, 3)  # A3, 564 characters


def test_a_row_that_takes_several_pages_says_on_each_whose_it_is(written):
    wide = tuple(Column(f"c{number}", f"第{number}列", width=12) for number in range(47))

    sheet = openpyxl.load_workbook(written([("x",) * 47], look(wide, name_at=7))).worksheets[0]

    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$4:$4", "$H:$H")
    assert openpyxl.load_workbook(written([ROW])).worksheets[0].print_title_cols is None


def test_groups_are_neighbours_only():
    headings = look().headings
    assert spans(headings[2:6]) == [(0, 0, ""), (1, 2, "收入"), (3, 3, "")]
