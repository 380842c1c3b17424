"""A ledger as CSV: readable by Excel, and nothing in it is taken for a formula or a number."""

import csv
from datetime import date, datetime
from decimal import Decimal

import pytest

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.outgoing.csv_file import CsvFile, harmless, kept
from poverty.ledgers.outgoing.sheet import Look, heading_of

COLUMNS = (
    Column("no", "户编号", Kind.CODE),
    Column("identity", "证件号码", Kind.IDENTITY),
    Column("name", "姓名"),
    Column("wage", "工资性收入", Kind.MONEY),
    Column("on", "日期", Kind.DATE),
)


def write(path, rows, watermark=""):
    headings = tuple(heading_of(one, one.heading, "") for one in COLUMNS)
    file = CsvFile(path, Look("台账", "台账", (), "", headings, "户", datetime(2018, 11, 3), watermark))
    for row in rows:
        file.add(row)
    file.close()
    return path


def test_marked_as_utf8_with_headings_first(tmp_path):
    path = write(tmp_path / "a.csv", [("12345", None, "王建国", Decimal("1234.50"), date(2018, 5, 1))])

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_text("utf-8-sig").splitlines() == [
        "户编号,证件号码,姓名,工资性收入,日期",
        "12345,,王建国,1234.50,2018-05-01",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\tx", "\r=1", "＝1+1", "-"])
def test_what_would_be_a_formula_gets_an_apostrophe(tmp_path, text):
    path = write(tmp_path / "a.csv", [("1", None, text, None, None)])

    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][2] == f"'{text}"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("220503198001011234", "\t220503198001011234"),
        ("0123", "\t0123"),
        ("12345", "12345"),
        ("13812345678", "13812345678"),
        ("=220503", "'=220503"),
        *(
            (text, f"\t{text}")
            for text in ("1-2", "3/5", "1E5", "12:30", "5月1日", "50%", "(5)", "1,234", ".5", "２０１８")
        ),
        *(
            (text, text)
            for text in ("2组", "1980-**-**", "3人，2018年迁入", "2018-11-03", "2018-11-03 09:30")
        ),
    ],
)
def test_text_does_not_become_a_number_or_a_day(text, wanted):
    assert kept(text) == wanted


def test_a_negative_number_is_not_a_formula(tmp_path):
    path = write(tmp_path / "a.csv", [("1", None, "x", Decimal("-5.00"), None)])

    assert path.read_text("utf-8-sig").splitlines()[1] == "1,,x,-5.00,"


def test_the_watermark_ends_the_file(tmp_path):
    path = write(tmp_path / "a.csv", [], watermark="含完整个人信息")

    assert path.read_text("utf-8-sig").splitlines()[-1] == "含完整个人信息"


def test_ordinary_text_stays_as_it_is():
    assert harmless("王建国") == "王建国"
