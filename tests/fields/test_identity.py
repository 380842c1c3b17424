"""Identity numbers. 11010519491231002X and 440524188001010014 are the examples of GB 11643."""

from datetime import date

import pytest

from poverty.fields.crypto import keyed_hash
from poverty.fields.identity import (
    FAULTS,
    check_against,
    check_character,
    identity_hash,
    last4_search_hash,
    parse_identity,
    resident_number,
)

TODAY = date(2026, 11, 21)
VALID = "11010519491231002X"
# 7*2+9*2+10*0+5*5+8*0+4*3+2*1+1*9+6*6+3*0+7*0+9*1+10*0+5*2+8*1+4*2+2*3 = 157 = 14*11+3, character 9.
MAN = "220503196001021239"


def parse(text, kind="resident_id"):
    return parse_identity(text, kind, today=TODAY)


def test_a_valid_number():
    found = parse(VALID)
    assert found.number == VALID
    assert found.faults == ()
    assert found.refused == []
    assert found.birth_date == date(1949, 12, 31)
    assert found.sex == "female"
    assert found.hash == keyed_hash("identity", VALID)
    assert found.last4_hash == keyed_hash("identity.last4", "002X")


def test_the_check_character():
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"
    assert check_character("22050319600102123") == "9"


def test_odd_is_a_man():
    assert parse(MAN).sex == "male"
    assert parse(MAN).birth_date == date(1960, 1, 2)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 1949 1231 002X ",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\u200b11010519491231002X\ufeff",
        "11010519491231002X\t",
        "\u202d11010519491231002X\u202c",
    ],
)
def test_typing_habits_are_put_right(typed):
    assert parse(typed).number == VALID
    assert parse(typed).faults == ()
    assert parse(typed).hash == parse(VALID).hash


def test_fifteen_digits_become_eighteen():
    found = parse("110105491231002")
    assert found.number == VALID
    assert found.was_short
    assert found.faults == ()
    assert found.hash == parse(VALID).hash
    assert not parse(VALID).was_short


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ("", ("blank",)),
        (None, ("blank",)),
        (" \u3000", ("blank",)),
        ("1101051949123100", ("length",)),
        ("110105194912310021", ("checksum",)),
        ("110105194912310020", ("checksum",)),
        ("11010519491231002Y", ("characters",)),
        ("1101051949X231002X", ("characters",)),
        ("王建国", ("length", "characters")),
        ("110105194912310021234", ("length",)),
        ("440524188001010014", ("birth_too_early",)),
    ],
)
def test_faults(typed, faults):
    assert parse(typed).faults == faults


def test_impossible_birth_date():
    number = "11010519490230002" + check_character("11010519490230002")
    assert parse(number).faults == ("birth_date",)
    assert parse(number).birth_date is None


def test_birth_date_after_today():
    tomorrow = resident_number("220503", date(2026, 11, 22), 2)
    assert parse(tomorrow).faults == ("future",)
    assert parse(tomorrow).birth_date is None
    born_today = resident_number("220503", TODAY, 2)
    assert parse(born_today).faults == ()
    assert parse(born_today).birth_date == TODAY


def test_region_must_be_a_province():
    assert parse("99010519491231002" + check_character("99010519491231002")).faults == ("region",)
    assert parse("16010519491231002" + check_character("16010519491231002")).faults == ("region",)
    for code in ("15", "23", "37", "46", "54", "65", "71", "81", "83"):
        assert parse(resident_number(f"{code}0101", date(1980, 5, 5), 1)).faults == ()


def test_five_nines_are_questioned_not_refused():
    found = parse("220503196004199999")
    assert found.faults == ("nines",)
    assert found.refused == []
    assert len(found.questioned) == 1
    assert parse("22050319600419997").faults == ("length",)


def test_several_faults_are_all_named():
    assert parse("990105194902300021").faults == ("region", "birth_date", "checksum")


def test_the_faults_say_what_to_do_and_split_by_severity():
    assert FAULTS["checksum"].message == "身份证号第18位校验不对，请对照户口本逐位核对。"
    assert {code for code, fault in FAULTS.items() if not fault.blocking} == {"nines"}


def test_blank_has_no_hash():
    assert parse("").hash is None
    assert parse("").last4_hash is None


def test_a_faulty_number_still_has_a_hash_so_that_it_cannot_be_entered_twice():
    assert parse("11010519491231").hash == parse(" 11010519491231 ").hash
    assert parse("11010519491231").hash != parse("11010519491232").hash


# Disability card: the 18 of the person, 4 (limbs), 3 (third grade), then B1 when reissued.


def test_disability_card_agrees_with_the_identity_card_of_the_same_person():
    card = parse(VALID + "43", "disability_card")
    assert card.faults == ()
    assert card.birth_date == date(1949, 12, 31)
    assert card.sex == "female"
    assert card.hash == parse(VALID).hash
    assert card.last4_hash == parse(VALID).last4_hash
    assert card.disability_codes == ("4", "3")


def test_reissued_disability_card():
    card = parse(VALID + "43B1", "disability_card")
    assert card.faults == ()
    assert card.hash == parse(VALID).hash


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        (VALID, ("length",)),
        (VALID + "4", ("length",)),
        (VALID + "83", ("card_suffix",)),
        (VALID + "45", ("card_suffix",)),
        (VALID + "4311", ("card_suffix",)),
        (VALID + "4X", ("characters",)),
        ("11010519491231002143", ("checksum",)),
    ],
)
def test_faults_of_a_disability_card(number, faults):
    assert parse(number, "disability_card").faults == faults


def test_a_resident_number_is_not_twenty_long():
    assert parse(VALID + "43", "resident_id").faults == ("length",)


def test_kind_is_guessed_from_the_form():
    assert parse_identity(VALID, today=TODAY).kind == "resident_id"
    assert parse_identity("110105491231002", today=TODAY).kind == "resident_id"
    assert parse_identity(VALID + "43", today=TODAY).kind == "disability_card"
    assert parse_identity("军字第1234567号", today=TODAY).kind == "officer_card"
    assert parse_identity("", today=TODAY).kind == "resident_id"


def test_officer_card_and_passport_say_no_birth_date():
    card = parse("军字第1234567号", "officer_card")
    assert card.faults == ()
    assert card.birth_date is None
    assert card.sex is None
    assert card.hash == keyed_hash("identity", "officer_card:军字第1234567号")
    passport = parse(" e12345678", "passport")
    assert passport.number == "E12345678"
    assert passport.faults == ()
    assert passport.last4_hash == keyed_hash("identity.last4", "5678")
    assert parse("E1", "passport").faults == ("length",)
    assert parse("E1234;DROP", "passport").faults == ("characters",)


def test_same_text_of_two_kinds_does_not_collide():
    assert identity_hash("E12345678", "passport") != identity_hash("E12345678", "taiwan_permit")


def test_residence_permit_is_read_like_an_identity_number():
    permit = parse(resident_number("810000", date(1990, 3, 4), 12), "residence_permit")
    assert permit.faults == ()
    assert permit.birth_date == date(1990, 3, 4)


def test_search_by_the_last_four():
    assert last4_search_hash(" 002x") == parse(VALID).last4_hash


def test_contradictions_are_named_at_their_field():
    found = parse(VALID)
    assert check_against(found, date(1949, 12, 31), "female") == {}
    assert check_against(found, None, None) == {}
    assert check_against(found, None, "unknown") == {}
    assert set(check_against(found, date(1949, 12, 13), "female")) == {"birth_date"}
    assert set(check_against(found, date(1949, 12, 31), "male")) == {"sex"}
    assert set(check_against(found, date(1950, 1, 1), "male")) == {"birth_date", "sex"}
    assert check_against(parse("军字第1234567号", "officer_card"), date(1950, 1, 1), "male") == {}


def test_invented_numbers_are_valid():
    assert resident_number("220503", date(1960, 1, 2), 123) == MAN
    assert parse(resident_number("220503", date(2000, 2, 29), 998)).sex == "female"
    for region, sequence in (("22050", 1), ("220503", 1000), ("22050a", 1)):
        with pytest.raises(ValueError, match="region"):
            resident_number(region, date(1960, 1, 2), sequence)


def test_printing_never_shows_the_number():
    found = parse(VALID)
    assert repr(found) == "<Identity resident_id 110*************2X >"
    assert VALID not in f"{found} {found!r} {[found]}"


@pytest.mark.parametrize("typed", ["١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "1" * 5000, "😀" * 18, "\x00" * 18, "²" * 18])
def test_no_text_raises(typed):
    for kind in (None, "resident_id", "disability_card", "officer_card", "passport"):
        parse(typed, kind)
    assert parse(typed).refused
