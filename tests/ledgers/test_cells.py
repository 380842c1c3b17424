"""One cell of a workbook: what it means, or what was expected."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from poverty.fields.options import Option, Options
from poverty.ledgers.cells import Fault, located, parse, reader
from poverty.ledgers.columns import Column, Kind

TODAY = date(2026, 11, 21)
EDUCATION = Options(
    "education",
    [
        Option("primary", "小学", {"national": "03"}),
        Option("junior", "初中", {"national": "04"}, aliases=("初级中学",)),
        Option("none", "文盲或半文盲", {"national": "02"}),
    ],
)
RISKS = Options(
    "risks", [Option("illness", "因病"), Option("study", "因学"), Option("both", "因病、因学都有")]
)
COLUMNS = {
    kind: Column("x", "某列", kind, options={Kind.OPTION: EDUCATION, Kind.OPTIONS: RISKS}.get(kind))
    for kind in Kind
}
NUMBER_OF_A_PERSON = "220503195001011231"  # a made-up one; the last digit is not checked here


def read(kind, raw):
    return parse(COLUMNS[kind], raw, today=TODAY)


def value(kind, raw):
    found, fault = read(kind, raw)
    assert fault is None, str(fault)
    return found


def fault(kind, raw) -> Fault:
    found, wrong = read(kind, raw)
    assert found is None
    assert wrong is not None, f"{raw!r} was read"
    assert wrong.message.endswith("。")
    assert wrong.expected
    assert not wrong.expected.endswith("。")
    return wrong


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "\u00a0", "\u200b\ufeff", "\n"])
def test_an_empty_cell_is_not_answered(kind, raw):
    assert read(kind, raw) == (None, None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" 王 小二\u00a0", "王 小二"),
        ("\u200b鸭园镇\ufeff", "鸭园镇"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("=1+1", "=1+1"),
        ("（甲）公司", "（甲）公司"),
        (12.0, "12"),
        (12.5, "12.5"),
        ("无", None),
        ("/", None),
        ("——", None),
    ],
)
def test_text(raw, expected):
    assert value(Kind.TEXT, raw) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (True, "wrong_kind"),
        (date(2026, 1, 2), "date_for_text"),
        (time(3, 4), "time"),
        ("#N/A", "error_value"),
        ("长" * 2001, "too_long"),
    ],
)
def test_what_is_no_text(raw, code):
    assert fault(Kind.TEXT, raw).code == code


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.IDENTITY, Kind.PHONE, Kind.BANK])
@pytest.mark.parametrize("raw", [5.10623198001011e17, 13800000000.0, 13800000000, 12.0])
def test_a_number_of_a_person_that_excel_made_a_number_is_refused_with_the_reason(kind, raw):
    found = fault(kind, raw)
    assert found.code == "number_for_text"
    assert "数字" in found.message
    assert "文本" in found.expected


def test_long_numbers_lose_their_end_and_short_ones_their_beginning():
    assert "15位以后" in fault(Kind.IDENTITY, 5.10623198001011e17).message
    assert "开头的0" in fault(Kind.PHONE, 431234567.0).message


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.IDENTITY, Kind.PHONE, Kind.BANK])
@pytest.mark.parametrize("raw", ["5.10623E+17", "5.10623e17", "5E+17", "５.１E＋１７"])
def test_scientific_notation_as_text(kind, raw):
    assert fault(kind, raw).code == "number_for_text"


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.IDENTITY, Kind.PHONE, Kind.BANK])
@pytest.mark.parametrize("raw", ["-", "/", "无", "—"])
def test_no_number_given(kind, raw):
    assert read(kind, raw) == (None, None)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.IDENTITY, Kind.PHONE, Kind.BANK])
def test_a_number_that_excel_made_a_date(kind):
    assert fault(kind, date(2018, 1, 5)).code == "date_for_text"


def test_codes():
    assert value(Kind.CODE, " 2205 0300 0001 ") == "220503000001"
    assert value(Kind.CODE, "２２０５03") == "220503"
    assert value(Kind.CODE, "00012") == "00012"
    assert value(Kind.CODE, "h-12a") == "H-12A"
    assert fault(Kind.CODE, "户12").code == "characters"
    assert fault(Kind.CODE, "1" * 41).code == "too_long"


def test_identity_numbers_come_out_in_one_form():
    assert value(Kind.IDENTITY, "22050319500101123x") == "22050319500101123X"
    assert value(Kind.IDENTITY, "２２０５０３ 19500101 1231\u00a0") == NUMBER_OF_A_PERSON
    assert value(Kind.IDENTITY, "'220503195001011231") == NUMBER_OF_A_PERSON


def test_identity_number_whose_last_three_digits_excel_has_taken():
    found = fault(Kind.IDENTITY, "220503195001011000")
    assert found.code == "digits_lost"
    assert "000" in found.message
    assert "2205031950" not in str(found)


def test_phone_and_bank_numbers():
    assert value(Kind.PHONE, "138 0000-0000") == "13800000000"
    assert value(Kind.PHONE, "0435-3912345") == "04353912345"
    assert fault(Kind.PHONE, "1380000").code == "phone_length"
    assert fault(Kind.PHONE, "13800000000、13900000000").code == "phone_several"
    assert value(Kind.BANK, "6228 4800 1234 5678") == "6228480012345678"
    assert fault(Kind.BANK, "1234").code == "bank_length"


@pytest.mark.parametrize(
    ("raw", "key"),
    [("初中", "junior"), (" 初 中", "junior"), ("初级中学", "junior"), ("-", None), ("/", None)],
)
def test_options_by_label_or_alias(raw, key):
    assert value(Kind.OPTION, raw) == key


@pytest.mark.parametrize("raw", ["3", "03", "０３", 3.0, 3])
def test_a_bare_code_is_no_option(raw):
    found = fault(Kind.OPTION, raw)
    assert found.code == "code_for_label"
    assert "小学、初中、文盲或半文盲" in found.expected


def test_an_unknown_option_is_quoted_with_what_there_is():
    found = fault(Kind.OPTION, "初种")
    assert str(found) == "没有“初种”这个选项。应填：小学、初中、文盲或半文盲（填文字）。"
    assert fault(Kind.OPTION, "无").code == "unknown_option"  # 无 may mean 文盲 or not known
    assert fault(Kind.OPTION, True).code == "wrong_kind"
    assert fault(Kind.OPTION, "#REF!").code == "error_value"


def test_several_options():
    assert value(Kind.OPTIONS, "因学，因病") == ["study", "illness"]
    assert value(Kind.OPTIONS, "因病;因病") == ["illness"]
    assert value(Kind.OPTIONS, "因病、因学都有") == ["both"]
    assert fault(Kind.OPTIONS, "因病、因懒").message == "没有“因懒”这个选项。"
    assert fault(Kind.OPTIONS, "1,2").code == "code_for_label"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("是", True),
        ("否", False),
        ("有", True),
        ("无", False),
        ("√", True),
        ("×", False),
        (True, True),
        (" 是 ", True),
    ],
)
def test_yes_and_no(raw, expected):
    assert value(Kind.YES_NO, raw) is expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [("1", "code_for_label"), (0.0, "code_for_label"), ("/", "dash"), ("-", "dash"), ("不详", "not_yes_no")],
)
def test_neither_yes_nor_no(raw, code):
    assert fault(Kind.YES_NO, raw).code == code


def test_states():
    assert value(Kind.STATE, "达标") == 2
    assert value(Kind.STATE, "不考核") == 3
    assert fault(Kind.STATE, "合格").code == "unknown_option"
    assert fault(Kind.STATE, 1.0).code == "code_for_label"


@pytest.mark.parametrize(
    ("raw", "expected"), [(3.0, 3), ("3", 3), ("１２", 12), ("1,200", 1200), (" 0 ", 0), (7, 7)]
)
def test_whole_numbers(raw, expected):
    assert value(Kind.INTEGER, raw) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (3.5, "not_whole"),
        (-1.0, "negative"),
        ("-1", "negative"),
        ("(12)", "negative"),
        ("3个月", "unit"),
        ("三", "not_a_number"),
        ("-", "dash"),
        ("无", "dash"),
        ("/", "dash"),
        (13800000000.0, "too_large"),
        (date(2026, 1, 1), "not_a_number"),
        (True, "not_a_number"),
        (timedelta(hours=30), "time"),
        (float("inf"), "not_a_number"),
        (float("nan"), "not_a_number"),
        ("#VALUE!", "error_value"),
        ("1,2", "not_a_number"),
    ],
)
def test_what_is_no_whole_number(raw, code):
    assert fault(Kind.INTEGER, raw).code == code


def test_a_dash_in_a_number_is_neither_zero_nor_empty():
    assert fault(Kind.MONEY, "无").expected == "没有的填0，不知道的留空"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (1234.5, "1234.50"),
        ("1,234.5", "1234.50"),
        ("１２３４．５", "1234.50"),
        ("1，234.5", "1234.50"),
        (0.1 + 0.2, "0.30"),
        (4200.0, "4200.00"),
        ("+5", "5.00"),
        (0, "0.00"),
    ],
)
def test_money(raw, expected):
    found = value(Kind.MONEY, raw)
    assert found == Decimal(expected)
    assert str(found) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (12.345, "too_precise"),
        ("12.345", "too_precise"),
        (-0.01, "negative"),
        ("5000元", "unit"),
        ("￥5000", "unit"),
        ("1万", "unit"),
        (1e15, "too_large"),
        ("约500", "not_a_number"),
    ],
)
def test_what_is_no_money(raw, code):
    assert fault(Kind.MONEY, raw).code == code


@pytest.mark.parametrize(
    "raw",
    [
        date(2018, 1, 5),
        datetime(2018, 1, 5, 8, 30),
        "2018-1-5",
        "2018-01-05",
        "2018/1/5",
        "2018.1.5",
        "20180105",
        "2018年1月5日",
        "2018年01月05号",
        " 2018 年 1 月 5 日 ",
        "２０１８－１－５",
        "2018-01-05 00:00:00",
        "2018/1/5 0:00",
        "2018-01-05T08:30:00",
        20180105.0,
        43105.0,
        43105,
        "43105",
    ],
)
def test_dates(raw):
    assert value(Kind.DATE, raw) == date(2018, 1, 5)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2018-2-30", "no_such_day"),
        ("20181301", "no_such_day"),
        ("2018年1月", "part_of_date"),
        ("2018.1", "part_of_date"),
        ("201801", "part_of_date"),
        (2018.0, "part_of_date"),
        (2018.1, "part_of_date"),
        ("1/5/2018", "not_a_date"),
        ("18-1-5", "not_a_date"),
        ("去年", "not_a_date"),
        (True, "not_a_date"),
        (time(8, 30), "time"),
        (date(1899, 12, 31), "date_out_of_range"),
        ("3018-1-5", "date_out_of_range"),
        (NUMBER_OF_A_PERSON, "not_a_date"),
    ],
)
def test_what_is_no_date(raw, code):
    assert fault(Kind.DATE, raw).code == code


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (datetime(2018, 1, 5, 8, 30), datetime(2018, 1, 5, 8, 30)),
        ("2018-01-05 08:30", datetime(2018, 1, 5, 8, 30)),
        ("2018/1/5 8:30:15", datetime(2018, 1, 5, 8, 30, 15)),
        (date(2018, 1, 5), datetime(2018, 1, 5)),
        ("2018年1月5日", datetime(2018, 1, 5)),
    ],
)
def test_moments(raw, expected):
    assert value(Kind.MOMENT, raw) == expected


def test_what_is_no_moment():
    assert fault(Kind.MOMENT, "2018-01-05 25:30").code == "no_such_time"
    assert fault(Kind.MOMENT, "2018-02-30 08:30").code == "no_such_day"
    assert fault(Kind.MOMENT, "早上").code == "not_a_date"


@pytest.mark.parametrize("raw", [2021.0, 2021, "2021", "2021年", "２０２１年度"])
def test_years(raw):
    assert value(Kind.YEAR, raw) == 2021


@pytest.mark.parametrize(
    ("raw", "code"),
    [(2012.0, "year_out_of_range"), ("2101", "year_out_of_range"), ("21", "not_a_year"), (2021.5, "not_a_year"),
     (date(2021, 1, 1), "not_a_year"), (float("inf"), "not_a_year")],
)  # fmt: skip
def test_what_is_no_year(raw, code):
    assert fault(Kind.YEAR, raw).code == code


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "raw",
    [NUMBER_OF_A_PERSON, f" {NUMBER_OF_A_PERSON[:6]} {NUMBER_OF_A_PERSON[6:]}", 2.20503195001011e17, "13800000000",
     f"王二{NUMBER_OF_A_PERSON}"],
)  # fmt: skip
def test_no_fault_repeats_a_personal_number(kind, raw):
    """Columns that have slipped put numbers where choices and amounts belong."""
    _, found = read(kind, raw)
    said = "".join(str(found).split()) if found else ""
    assert "195001" not in said
    assert "138000" not in said


def test_a_reader_remembers_without_mixing_up_what_looks_alike():
    yes_no = reader(COLUMNS[Kind.YES_NO], today=TODAY)
    assert yes_no(True) == (True, None)
    assert yes_no(1.0)[1].code == "code_for_label"
    assert yes_no(1)[1].code == "code_for_label"
    assert yes_no(True) == (True, None)
    for kind in Kind:
        one = reader(COLUMNS[kind], today=TODAY)
        for raw in (None, "是", "3", 3.0, date(2021, 1, 1), "因病", "小学", float("nan"), time(1, 2)):
            assert one(raw) == one(raw) == read(kind, raw)


def test_a_fault_with_its_place():
    wrong = fault(Kind.INTEGER, "3个月")
    assert located("Sheet1", 12, "务工时间（月）", wrong) == (
        "工作表“Sheet1”第12行“务工时间（月）”：数字后面带了单位或其他字。应填：不小于0的整数，不带单位。"
    )
