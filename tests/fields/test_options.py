"""Option lists: looked up by key, label, alias and code; lists that cannot be imported by are refused."""

import pytest

from poverty.fields.options import Option, Options

FRUIT = Options(
    "fruit",
    [
        Option("apple", "苹果", {"national": "01", "county": "3"}, ("大苹果", "APPLE")),
        Option("pear", "梨（秋）", {"national": "02"}),
        Option("other", "其他", {"national": "99"}, ("其它",)),
    ],
)


def test_choices_stand_in_official_order():
    assert FRUIT.choices == [("apple", "苹果"), ("pear", "梨（秋）"), ("other", "其他")]
    assert FRUIT.keys == ("apple", "pear", "other")
    assert len(FRUIT) == 3
    assert "apple" in FRUIT
    assert "苹果" not in FRUIT
    assert FRUIT["pear"].label == "梨（秋）"
    assert str(FRUIT["pear"]) == "梨（秋）"


def test_label():
    assert FRUIT.label("apple") == "苹果"
    assert FRUIT.label("") == ""
    assert FRUIT.label(None) == ""
    assert FRUIT.label("plum") == "plum"


def test_labels_of_a_multiple_choice_stand_in_official_order():
    assert FRUIT.labels(["other", "apple"]) == "苹果、其他"
    assert FRUIT.labels(["other", "plum"], separator=",") == "其他,plum"
    assert FRUIT.labels(None) == ""


@pytest.mark.parametrize("text", ["梨（秋）", "梨(秋)", " 梨 (秋) ", "梨（ 秋 ）"])
def test_by_label_in_full_and_half_width(text):
    assert FRUIT.by_label(text).key == "pear"


def test_by_label_accepts_aliases_and_any_case():
    assert FRUIT.by_label("大苹果").key == "apple"
    assert FRUIT.by_label("ａｐｐｌｅ").key == "apple"
    assert FRUIT.by_label("其它").key == "other"
    assert FRUIT.by_label("香蕉") is None
    assert FRUIT.by_label("") is None
    assert FRUIT.by_label(None) is None


def test_by_code_of_a_system():
    assert FRUIT.by_code("national", "01").key == "apple"
    assert FRUIT.by_code("national", "1").key == "apple"
    assert FRUIT.by_code("national", 1).key == "apple"
    assert FRUIT.by_code("county", "3").key == "apple"
    assert FRUIT.by_code("county", "1") is None
    assert FRUIT.by_code("national", "") is None
    assert FRUIT.by_code("national", None) is None


def test_code():
    assert FRUIT.code("pear", "national") == "02"
    assert FRUIT.code("pear", "county") == ""
    assert FRUIT.code("plum", "national") == ""


def test_zero_is_a_code():
    status = Options(
        "status", [Option("not_yet", "未", {"national": "0"}), Option("done", "已", {"national": "1"})]
    )
    assert status.by_code("national", "0").key == "not_yet"
    assert status.by_code("national", 0).key == "not_yet"


def test_keys_where():
    assert FRUIT.keys_where(lambda option: "county" in option.codes) == ("apple",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([Option("a", "甲"), Option("a", "乙")], "twice"),
        ([Option("a", "甲"), Option("b", "甲")], "means a and b"),
        ([Option("a", "甲"), Option("b", "乙", {}, (" 甲 ",))], "means a and b"),
        ([Option("a", "甲", {"s": "1"}), Option("b", "乙", {"s": "01"})], "means a and b"),
        ([Option("A", "甲")], "slug"),
        ([Option("a-b", "甲")], "slug"),
        ([Option("a" * 41, "甲")], "slug"),
    ],
)
def test_lists_that_contradict_themselves_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Options("bad", options)
