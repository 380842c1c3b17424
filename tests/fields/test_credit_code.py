"""统一社会信用代码 (GB 32100-2015): the check character worked out by hand."""

import pytest

from poverty.fields.credit_code import check_character, parse_credit_code


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("0" * 17, "0"),  # the sum is 0
        ("1" + "0" * 16, "Y"),  # 1 x 1; 31 - 1 = 30, the last of the alphabet
        ("01" + "0" * 15, "W"),  # 1 x 3; 31 - 3 = 28
        ("A" + "0" * 16, "M"),  # 10 x 1; 31 - 10 = 21
    ],
)
def test_the_check_character(first, last):
    assert check_character(first) == last
    assert parse_credit_code(first + last).faults == ()


def test_as_people_type_it():
    assert parse_credit_code(" １000 0000 0000 0000 0y ").number == "1" + "0" * 16 + "Y"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "blank"),
        (None, "blank"),
        ("1" + "0" * 15 + "Y", "length"),
        ("O" + "0" * 16 + "Y", "characters"),
        ("1" + "0" * 16 + "X", "check_digit"),
    ],
)
def test_what_is_refused(typed, fault):
    found = parse_credit_code(typed)
    assert found.faults == (fault,)
    assert len(found.refused) == 1
