"""Finding the columns of a workbook by their headings."""

from datetime import date
from decimal import Decimal

import pytest

from poverty.ledgers.cells import parse
from poverty.ledgers.columns import Column, Kind, match_headings

COLUMNS = (
    Column("household_no", "户编号", Kind.CODE, needed=True),
    Column("name", "姓名", needed=True),
    Column("work_months", "务工时间（月）", Kind.INTEGER, aliases=("务工月数",)),
)


def test_any_order_and_either_width_of_brackets_and_blanks():
    found = match_headings(["务工时间(月)", " 姓 名 ", "户编号*"], COLUMNS)
    assert found.places == {"work_months": 0, "name": 1, "household_no": 2}
    assert (found.missing, found.unknown, found.doubled) == ((), (), ())


def test_an_alias_is_as_good_as_the_heading_but_not_beside_it():
    found = match_headings(["户编号", "姓名", "务工月数", "务工时间（月）"], COLUMNS)
    assert found.places["work_months"] == 2
    assert found.doubled == ("务工时间（月）",)


def test_what_is_missing_and_what_nobody_knows_is_listed():
    found = match_headings(["姓名", "备注栏", None, ""], COLUMNS)
    assert [one.heading for one in found.missing] == ["户编号"]
    assert found.unknown == ("备注栏",)


def test_less_than_nothing_is_a_value_only_where_a_column_says_so():
    net, wage = Column("net", "纯收入", Kind.MONEY, signed=True), Column("wage", "工资性收入", Kind.MONEY)
    for raw in (-2000, "-2,000.00", "(2000)"):
        assert parse(net, raw, today=date(2026, 11, 21)) == (Decimal("-2000.00"), None)
        value, fault = parse(wage, raw, today=date(2026, 11, 21))
        assert (value, fault.code) == (None, "negative")


def test_a_column_of_options_names_its_list():
    with pytest.raises(ValueError, match="list"):
        Column("sex", "性别", Kind.OPTION)
