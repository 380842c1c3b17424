"""Telephone numbers as people type them."""

import pytest

from poverty.fields.crypto import keyed_hash
from poverty.fields.phone import FAULTS, parse_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "+86 138 1234 5678",
        "008613812345678",
        "86-13812345678",
        "\u200b13812345678\u00a0",
    ],
)
def test_mobile_numbers(typed):
    phone = parse_phone(typed)
    assert phone.number == "13812345678"
    assert phone.kind == "mobile"
    assert phone.faults == ()
    assert phone.refused == []
    assert phone.hash == keyed_hash("phone", "13812345678")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0435-3912345", "04353912345"),
        ("（0435）3912345", "04353912345"),
        ("0435—3912345", "04353912345"),
        ("010-65001234", "01065001234"),
        ("021 65001234", "02165001234"),
        ("+86 0435 3912345", "04353912345"),
    ],
)
def test_landlines(typed, number):
    phone = parse_phone(typed)
    assert (phone.number, phone.kind, phone.faults) == (number, "landline", ())


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "blank"),
        (None, "blank"),
        ("\u3000", "blank"),
        ("1381234567", "length"),
        ("138123456789", "length"),
        ("12812345678", "mobile_prefix"),
        ("28812345678", "mobile_prefix"),
        ("3912345", "area_code"),
        ("65001234", "area_code"),
        ("1381234567a", "characters"),
        ("没有电话", "characters"),
        ("13812345678,13912345678", "several"),
        ("13812345678、13912345678", "several"),
        ("13812345678/13912345678", "several"),
        ("٠١٢٣٤٥٦٧٨٩٠", "characters"),
    ],
)
def test_faults(typed, fault):
    phone = parse_phone(typed)
    assert phone.faults == (fault,)
    assert phone.refused == [FAULTS[fault].message]


def test_blank_has_no_hash():
    assert parse_phone("").hash is None


def test_printing_never_shows_the_number():
    assert repr(parse_phone("13812345678")) == "<Phone 138******78 >"
