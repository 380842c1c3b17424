from decimal import Decimal

import pytest

from poverty.standards.indicators import IndicatorSpec, register, spec, specs


def test_registering_the_same_twice_does_nothing():
    one = IndicatorSpec("test_same", "甲", sector="water")
    register("county", [one])
    register("county", [IndicatorSpec("test_same", "甲", sector="water")])

    assert [known.code for known in specs("county")].count("test_same") == 1
    assert spec("county", "test_same") == one


def test_another_meaning_under_a_known_code_is_refused():
    register("county", [IndicatorSpec("test_clash", "甲")])

    with pytest.raises(ValueError, match="test_clash"):
        register("county", [IndicatorSpec("test_clash", "乙")])


def test_subjects_have_lists_of_their_own():
    assert spec("household", "income").label == "人均纯收入"
    assert spec("village", "income") is None
    assert spec("household", "nobody_defines_this") is None


def test_a_yes_no_indicator_is_compared_with_is_true_only():
    assert IndicatorSpec("a", "甲").comparisons == ("is_true",)
    with pytest.raises(ValueError, match="comparisons"):
        IndicatorSpec("a", "甲", comparisons=("gt",))


def test_a_number_is_never_compared_with_is_true():
    assert IndicatorSpec("a", "甲", kind="number").comparisons == ("gt", "ge", "lt", "le", "eq")
    with pytest.raises(ValueError, match="comparisons"):
        IndicatorSpec("a", "甲", kind="number", comparisons=("gt", "is_true"))
    with pytest.raises(ValueError, match="default"):
        IndicatorSpec("a", "甲", kind="number", comparisons=("gt",), default_comparison="lt")


@pytest.mark.parametrize(
    ("unit", "low", "high"),
    [("元/人·年", "1", "100000"), ("%", "0", "100"), ("平方米/人", "0", None)],
)
def test_bounds_follow_from_the_unit(unit, low, high):
    known = IndicatorSpec("a", "甲", kind="number", unit=unit)

    assert known.minimum == Decimal(low)
    assert known.maximum == (None if high is None else Decimal(high))


def test_bounds_can_be_given():
    known = IndicatorSpec("a", "甲", kind="number", unit="元", minimum=Decimal(2000), maximum=Decimal(20000))

    assert (known.minimum, known.maximum) == (Decimal(2000), Decimal(20000))
