"""The sender's sheet: finding the table in it, what its columns mean, and writing answers back into it."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from PIL import Image as Picture

from households.requests import known
from households.requests.answers import read_answer
from households.requests.columns import AskedColumn, guessed, is_complete, verdict_columns
from households.requests.finding import find_table
from households.requests.returning import write_back
from households.requests.rows import parted, same_text
from poverty.ledgers.incoming.refusals import WorkbookRefused
from tests.factories.requests import ASKED, ROWS, read, workbook
from tests.factories.workbooks import Raw, make_workbook, pack, parts, sheet_xml


def kept(tmp_path, content: bytes):
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(content)
    return path


def written(path, cells, sheet="情况表", **options):
    out = BytesIO()
    count = write_back(path, out, sheet, cells, **options)
    return count, out.getvalue()


# --- finding ----------------------------------------------------------------------------------------------------


def test_the_heading_row_is_found_under_a_title(tmp_path):
    found = find_table(kept(tmp_path, workbook(rows=ROWS)))
    assert (found.sheet, found.heading_row, found.key_position, found.key_kind) == (
        "情况表",
        2,
        0,
        "household_no",
    )
    assert found.names == ASKED


def test_a_person_is_told_by_his_number_before_the_household(tmp_path):
    path = make_workbook(tmp_path / "a.xlsx", ["户编号", "姓名", "身份证号"], [["1", "王", "2"]])
    found = find_table(path)
    assert (found.key_position, found.key_kind) == (2, "identity")


def test_a_household_number_is_taken_before_the_heads_identity(tmp_path):
    path = make_workbook(tmp_path / "a.xlsx", ["户主证件号码", "户编号"], [["1", "2"]])
    assert find_table(path).key_kind == "household_no"


def test_two_heading_rows_with_a_group_are_one(tmp_path):
    path = make_workbook(
        tmp_path / "a.xlsx",
        ["户编号", "家庭情况", None],
        [[None, "户主姓名", "家庭人口数"], ["2205030001", "王建国", 3]],
        merged=["B1:C1", "A1:A2"],
    )
    found = find_table(path)
    assert (found.heading_row, found.names) == (2, ("户编号", "户主姓名", "家庭人口数"))


def test_a_sheet_without_a_key_is_refused(tmp_path):
    path = make_workbook(tmp_path / "a.xlsx", ["姓名", "是否加装"], [["王建国", None]])
    with pytest.raises(WorkbookRefused, match="户编号"):
        find_table(path)


def test_two_sheets_that_fit_ask_which(tmp_path):
    path = make_workbook(tmp_path / "a.xlsx", ["户编号"], [["1"]], others={"第二张": [["户编号"], ["2"]]})
    with pytest.raises(WorkbookRefused, match="工作表名称"):
        find_table(path)
    assert find_table(path, "第二张").sheet == "第二张"


# --- columns ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "empty", "role", "kind"),
    [
        ("户主姓名", True, "known", "text"),
        ("是否加装净水器", True, "fill", "yes_no"),
        ("加装日期", True, "fill", "date"),
        ("补助金额", True, "fill", "number"),
        ("存在问题", True, "fill", "text"),
        ("去年结论", False, "left", "text"),
        ("序号", True, "left", "text"),
    ],
)
def test_a_column_is_proposed_by_its_heading(heading, empty, role, kind):
    found = guessed(4, heading, empty=empty, source=known.find_source(heading), meaning=None)
    assert (found.role, found.kind) == (role, kind)


def test_what_it_meant_the_last_time_comes_first():
    meaning = {"role": "fill", "source": "", "kind": "option", "options": ["甲", "乙"], "needed": False}
    found = guessed(4, "户主姓名", empty=False, source="head_name", meaning=meaning)
    assert (found.role, found.options, found.position) == ("fill", ("甲", "乙"), 4)


@pytest.mark.parametrize(
    ("kind", "raw", "kept_as"),
    [
        ("yes_no", "是", "是"),
        ("yes_no", "无", "否"),
        ("number", "1,200.50", "1200.5"),
        ("number", 30.0, "30"),
        ("date", "2018年5月1日", "2018-05-01"),
        ("option", "外地参保", "外地参保"),
        ("text", " 户主外出 ", "户主外出"),
        ("text", None, ""),
    ],
)
def test_answers_are_read_as_people_write_them(kind, raw, kept_as):
    column = AskedColumn("c1", "列", 1, "fill", kind=kind, options=("准备缴纳", "外地参保"))
    assert read_answer(column, raw, today=date(2018, 11, 3)) == (kept_as, None)


@pytest.mark.parametrize(
    ("kind", "raw"), [("yes_no", "也许"), ("number", "三"), ("date", "某天"), ("option", "甲")]
)
def test_a_wrong_answer_is_a_fault(kind, raw):
    column = AskedColumn("c1", "列", 1, "fill", kind=kind, options=("准备缴纳", "外地参保"))
    text, fault = read_answer(column, raw, today=date(2018, 11, 3))
    assert text == ""
    assert fault is not None


def test_not_true_says_why():
    columns = verdict_columns(["户编号", "问题", "核查结果"])
    assert [one.position for one in columns] == [2, None]
    assert not is_complete(columns, {})
    assert is_complete(columns, {"verdict": "属实已改"})
    assert not is_complete(columns, {"verdict": "不属实"})
    assert is_complete(columns, {"verdict": "不属实", "why": "该户没有车辆"})


def test_numbers_of_persons_are_set_apart():
    headings = {"0": "户编号", "1": "证件号码", "2": "联系人", "3": "备注"}
    values = {"0": "2205030001", "1": "123", "2": "13800001234", "3": "外出"}
    assert parted(values, headings) == (
        {"0": "2205030001", "3": "外出"},
        {"1": "123", "2": "13800001234"},
    )


def test_an_account_is_a_number_whatever_it_is_called_and_a_question_about_one_is_none():
    headings = {
        "0": "账户号",
        "1": "惠农帐户号码",
        "2": "是否办理残疾证",
        "3": "残疾证办证年度",
        "4": "是否有手机",
    }
    values = {"0": "0712", "1": "0713", "2": "是", "3": "2017", "4": "13800001234"}
    assert parted(values, headings) == (
        {"2": "是", "3": "2017"},
        {"0": "0712", "1": "0713", "4": "13800001234"},
    )


@pytest.mark.parametrize(
    ("left", "right", "same"), [("3", "3.00", True), (" 王 建国", "王建国", True), ("2", "3", False)]
)
def test_cells_that_say_the_same(left, right, same):
    assert same_text(left, right) is same


# --- writing back -----------------------------------------------------------------------------------------------


def test_only_the_answered_cells_change(tmp_path):
    path = kept(tmp_path, workbook(rows=ROWS))
    count, content = written(path, {3: {3: "是", 4: "2018-05-01"}, 4: {2: Decimal("4")}})
    assert count == 3
    rows = read(content)
    assert rows[2] == ["2205030002", "李秀英", 3, "是", "2018-05-01", None]
    assert rows[3] == ["2205030001", "王建国", 4, None, None, None]
    assert rows[4][0] == "9999999999"
    assert read(content, "说明") == [["不要改动"]]
    before, after = load_workbook(path)["情况表"], load_workbook(BytesIO(content))["情况表"]
    assert after.column_dimensions["D"].width == before.column_dimensions["D"].width == 33
    assert [str(one) for one in after.merged_cells.ranges] == ["A1:F1"]


def test_every_other_part_stays_byte_for_byte_pictures_too(tmp_path):
    path = kept(tmp_path, workbook(rows=ROWS))
    book = load_workbook(path)
    picture = BytesIO()
    Picture.new("RGB", (4, 4), "red").save(picture, "PNG")
    book["情况表"].add_image(Image(picture), "H2")
    book.save(path)
    _, content = written(path, {3: {3: "是"}})
    with ZipFile(path) as before, ZipFile(BytesIO(content)) as after:
        assert before.namelist() == after.namelist()
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_a_cell_keeps_its_style_and_a_text_stays_a_text(tmp_path):
    path = kept(tmp_path, workbook(rows=ROWS))
    book = load_workbook(path)
    cell = book["情况表"]["D3"]
    cell.fill, cell.font = PatternFill("solid", fgColor="FFFF00"), Font(bold=True)
    book.save(path)
    _, content = written(path, {3: {3: "=1+1 <&>"}})
    cell = load_workbook(BytesIO(content))["情况表"]["D3"]
    assert (cell.value, cell.data_type, cell.font.bold) == ("=1+1 <&>", "s", True)
    assert cell.fill.fgColor.rgb == "00FFFF00"


def test_cells_without_names_and_in_small_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("households.requests.returning._CHUNK", 7)
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>户编号</x:t></x:is></x:c>'
        '</x:row><x:row><x:c t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c><x:c s="0"/><x:c><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    path = pack(tmp_path / "a.xlsx", parts(xml, names=["情况表"]))
    count, content = written(path, {2: {1: "乙", 4: "丁"}})
    assert count == 2
    assert '<x:c r="B2" s="0" t="inlineStr"><x:is><x:t xml:space="preserve">乙</x:t>' in (
        ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    )
    assert '<x:v>7</x:v></x:c><x:c r="E2"' in (
        ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    )


def test_a_formula_is_not_written_over(tmp_path):
    formula = Raw('<c r="{place}"><f>1+1</f><v>2</v></c>')
    path = pack(
        tmp_path / "a.xlsx", parts(sheet_xml([["户编号", "合计"], ["甲", formula]]), names=["情况表"])
    )
    with pytest.raises(WorkbookRefused, match="B2里是公式"):
        written(path, {2: {1: "3"}})


def styled(tmp_path, **formats):
    """The usual workbook with number formats on cells of its first row of data ({"E3": "yyyy.mm.dd"})."""
    path = kept(tmp_path, workbook(rows=ROWS))
    book = load_workbook(path)
    for place, code in formats.items():
        book["情况表"][place].number_format = code
        book["情况表"][place].font = Font(bold=True)
    book.save(path)
    return path


def cell_after(path, row, place, value):
    _, content = written(path, {row: {place: value}})
    return load_workbook(BytesIO(content))["情况表"].cell(row, place + 1)


def test_a_day_is_a_real_date_in_the_columns_own_format(tmp_path):
    cell = cell_after(styled(tmp_path, E3='yyyy"年"m"月"d"日"'), 3, 4, date(2018, 5, 1))
    assert (cell.value, cell.number_format) == (datetime(2018, 5, 1), 'yyyy"年"m"月"d"日"')


def test_a_day_in_a_cell_without_a_format_of_dates_gets_one_and_keeps_its_look(tmp_path):
    path = styled(tmp_path, E3="0.00")
    cell = cell_after(path, 3, 4, date(2018, 5, 1))
    assert (cell.value, cell.is_date, cell.font.bold) == (datetime(2018, 5, 1), True, True)
    plain = cell_after(path, 4, 4, date(2018, 5, 1))  # a cell that was not there at all
    assert (plain.value, plain.is_date) == (datetime(2018, 5, 1), True)


def test_a_column_of_texts_gets_texts(tmp_path):
    path = styled(tmp_path, D3="@", E3="@")
    assert cell_after(path, 3, 3, Decimal("12.5")).value == "12.5"
    assert cell_after(path, 3, 4, date(2018, 5, 1)).value == "2018-05-01"


def test_days_are_counted_as_the_workbook_counts(tmp_path):
    path = styled(tmp_path, E3="yyyy-mm-dd")
    book = load_workbook(path)
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    assert cell_after(path, 3, 4, date(2018, 5, 1)).value == datetime(2018, 5, 1)


def test_a_heading_lends_its_look_to_no_cell_below(tmp_path):
    path = styled(tmp_path, D2="@")
    _, content = written(path, {2: {6: "说明"}, 3: {3: "是", 6: "好"}}, heading_row=2)
    sheet = load_workbook(BytesIO(content))["情况表"]
    assert (sheet["G2"].value, sheet["D3"].value, sheet["D3"].font.bold) == ("说明", "是", False)
