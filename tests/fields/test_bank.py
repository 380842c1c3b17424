"""Bank accounts: 12 to 19 digits; 4111111111111111 is the well-known test card that passes Luhn."""

import pytest

from poverty.fields.bank import FAULTS, parse_bank, passes_luhn
from poverty.fields.crypto import keyed_hash


def test_luhn():
    # ISO/IEC 7812 example: 7992739871 with check digit 3.
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")


@pytest.mark.parametrize("typed", ["4111111111111111", " 4111 1111 1111 1111 ", "４１１１-1111-1111-1111"])
def test_a_card(typed):
    account = parse_bank(typed)
    assert account.number == "4111111111111111"
    assert account.faults == ()
    assert account.hash == keyed_hash("bank", "4111111111111111")


def test_a_wrong_check_digit_is_questioned_not_refused():
    account = parse_bank("4111111111111112")
    assert account.faults == ("check_digit",)
    assert account.refused == []
    assert account.questioned == [FAULTS["check_digit"].message]


def test_passbooks_have_no_check_digit():
    assert parse_bank("123456789012").faults == ()
    assert parse_bank("123456789012345").faults == ()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "blank"),
        (None, "blank"),
        ("12345678901", "length"),
        ("12345678901234567890", "length"),
        ("6.22202E+18", "characters"),
        ("农商行", "characters"),
        ("١٢٣٤٥٦٧٨٩٠١٢", "characters"),
    ],
)
def test_faults(typed, fault):
    account = parse_bank(typed)
    assert account.faults == (fault,)
    assert account.refused == [FAULTS[fault].message]


def test_blank_has_no_hash():
    assert parse_bank("").hash is None


def test_printing_never_shows_the_number():
    assert repr(parse_bank("4111111111111111")) == "<BankAccount **************11 >"
