"""Pinyin of names: readings by hand from the dictionary of surnames."""

import pytest

from poverty.fields.pinyin import initials, place_initials, sort_key


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("王建国", "wjg"),
        ("单田芳", "stf"),
        ("仇英", "qy"),
        ("解放", "xf"),
        ("曾国藩", "zgf"),
        ("查良镛", "zly"),
        ("朴顺姬", "psj"),
        ("区志明", "ozm"),
        ("任长霞", "rcx"),
        ("盖玉兰", "gyl"),
        ("乜小红", "nxh"),
        ("仉桂英", "zgy"),
        ("缪文才", "mwc"),
        ("隗延章", "wyz"),
        ("郗玉山", "xys"),
        ("逄锦聚", "pjj"),
        ("翟素芬", "zsf"),
        ("覃丽", "ql"),
        ("尉迟恭", "ycg"),
        ("尉健行", "wjx"),
        ("令狐冲", "lhc"),
        ("万俟洛", "mql"),
        ("万里", "wl"),
        ("长孙无忌", "zswj"),
        ("单于", "sy"),
        ("欧阳修", "oyx"),
        ("吕布", "lb"),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_surname_readings_hold_for_the_surname_only():
    assert sort_key("解放").startswith("xie'fang")
    assert sort_key("王解放").startswith("wang'jie'fang")
    assert sort_key("单英").startswith("shan'ying")
    assert sort_key("王单英").startswith("wang'dan'ying")


def test_names_with_a_dot_have_no_surname():
    assert initials("阿依古丽·买买提") == "ayglmmt"
    assert initials("阿依古丽•买买提") == "ayglmmt"
    assert initials("阿依古丽．买买提") == "ayglmmt"
    assert initials("单巴·次仁") == "dbcr"


def test_latin_letters_stay_in_lower_case():
    assert initials("Anna") == "anna"
    assert initials("王A") == "wa"
    assert initials("Ｌｉ") == "li"


def test_blanks_do_not_count():
    assert initials(" 王 建国 ") == "wjg"
    assert initials("王\u3000芳") == "wf"


def test_nothing_and_signs():
    assert initials("") == ""
    assert sort_key("") == " "
    assert initials("？！") == ""


def test_order_by_bytes_is_order_by_pinyin():
    # A shorter name first; lv after lu; wan before wang; xi'an before xian.
    ordered = "白雪,李明,李明珠,鲁花,吕布,单芳,万里,王,王建,王建国,王军,席安,冼安"
    keys = [sort_key(name).encode() for name in ordered.split(",")]
    assert keys == sorted(keys)


def test_equal_readings_are_ordered_by_their_characters():
    # 伟 is U+4F1F, 维 is U+7EF4.
    assert sort_key("张伟").split(" ")[0] == sort_key("张维").split(" ")[0] == "zhang'wei"
    assert sort_key("张伟").encode() < sort_key("张维").encode()


def test_a_character_nobody_can_read_comes_last():
    strange = "王\U000323af"
    assert initials(strange) == "w"
    assert sort_key(strange).encode() > sort_key("王作").encode()


def test_place_names_have_no_surname():
    assert place_initials("解放街道") == "jfjd"
    assert place_initials("二道江区") == "edjq"
