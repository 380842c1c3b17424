"""Masks keep the length and hide enough."""

from poverty.fields.masks import mask_bank, mask_identity, mask_phone


def test_identity_shows_first_three_and_last_two():
    assert mask_identity("220503196001021239") == "220*************39"
    assert mask_identity("11010519491231002X44") == "110***************44"


def test_phone_shows_first_three_and_last_two():
    assert mask_phone("13812345678") == "138******78"
    assert mask_phone("04353912345") == "043******45"


def test_bank_shows_the_last_two_only():
    assert mask_bank("6222021234567890128") == "*" * 17 + "28"


def test_what_is_too_short_to_hide_anything_is_covered_whole():
    assert mask_identity("12345678") == "********"
    assert mask_phone("3912345") == "*******"
    assert mask_bank("123") == "***"
    assert mask_identity("") == ""
