"""Reading what people type, storing it one way, showing it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from poverty.parameters.definitions import DEFINITIONS, groups
from poverty.parameters.kinds import KINDS


@pytest.mark.parametrize(
    ("kind", "typed", "value", "stored", "shown"),
    [
        ("integer", " ６ ", 6, "6", "6"),
        ("integer", "1,000", 1000, "1000", "1,000"),
        ("decimal", "0.50", Decimal("0.5"), "0.5", "0.5"),
        ("decimal", "100", Decimal(100), "100", "100"),
        ("money", "３，５３５", Decimal("3535.00"), "3535.00", "3,535.00"),
        ("money", "0", Decimal("0.00"), "0.00", "0.00"),
        ("percent", "2%", Decimal(2), "2", "2"),
        ("percent", "0.68", Decimal("0.68"), "0.68", "0.68"),
        ("month_day", "9月1日", (9, 1), "09-01", "9月1日"),
        ("month_day", "09-01", (9, 1), "09-01", "9月1日"),
        ("month_day", "2-29", (2, 29), "02-29", "2月29日"),
        ("text", "ｓolved", "solved", "solved", "solved"),
        ("boolean", "是", True, "1", "是"),
        ("boolean", "0", False, "0", "否"),
    ],
)
def test_read_store_show(kind, typed, value, stored, shown):
    found = KINDS[kind]
    assert found.parse(typed) == value
    assert found.store(value) == stored
    assert found.show(value) == shown
    assert found.parse(stored) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "六"),
        ("integer", "6.5"),
        ("integer", "-1"),
        ("integer", ""),
        ("decimal", "0.00001"),
        ("decimal", "nan"),
        ("decimal", "1e30"),
        ("money", "-1"),
        ("money", "12.345"),
        ("money", "inf"),
        ("percent", "101"),
        ("percent", "-0.1"),
        ("month_day", "13-01"),
        ("month_day", "2-30"),
        ("month_day", "九月"),
        ("text", "  "),
        ("text", "长" * 201),
        ("boolean", "也许"),
    ],
)
def test_what_cannot_be_read_is_told(kind, typed):
    with pytest.raises(ValidationError) as caught:
        KINDS[kind].parse(typed)
    assert caught.value.messages[0].endswith("。")


@pytest.mark.parametrize("code", DEFINITIONS)
def test_definitions_are_sound(code):
    definition = DEFINITIONS[code]
    assert definition.code == code
    if definition.default is None:
        assert definition.source == ""
    else:
        # Every default says where it comes from, and survives being stored.
        assert definition.source
        assert definition.parse(definition.store(definition.default)) == definition.default
    assert definition in groups()[definition.group]


def test_limits_and_choices():
    with pytest.raises(ValidationError, match="不能大于 12"):
        DEFINITIONS["stable.months"].parse("13")
    with pytest.raises(ValidationError, match="不能小于 1"):
        DEFINITIONS["accounting.start_month"].parse("0")
    with pytest.raises(ValidationError, match="已解决安全饮用水"):
        DEFINITIONS["water.criteria"].parse("2004")
    assert DEFINITIONS["water.criteria"].show("two_fields") == "饮水不困难且饮水安全"
