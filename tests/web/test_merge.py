"""The truth table of the three-way merge."""

import pytest

from poverty.web.merge import merge

# base, mine, theirs -> outcome, conflict, written, taken over
TABLE = [
    ("a", "a", "a", "a", False, False, False),
    ("a", "b", "a", "b", False, True, False),
    ("a", "a", "b", "b", False, False, True),
    ("a", "b", "b", "b", False, False, False),
    ("a", "b", "c", "b", True, True, False),
    ("a", None, "a", None, False, True, False),
    ("a", "a", None, None, False, False, True),
    ("a", None, "c", None, True, True, False),
    ("a", "b", None, "b", True, True, False),
    ("a", None, None, None, False, False, False),
    (None, "b", None, "b", False, True, False),
    (None, None, "c", "c", False, False, True),
    (None, "b", "c", "b", True, True, False),
    (None, "", None, None, False, False, False),
    ("", None, "c", "c", False, False, True),
    (0, 0, 5, 5, False, False, True),
    (None, 0, None, 0, False, True, False),
    (0, None, 0, None, False, True, False),
    (False, True, None, True, True, True, False),
]


@pytest.mark.parametrize(("base", "mine", "theirs", "outcome", "conflict", "written", "kept"), TABLE)
def test_each_case_of_three_values(base, mine, theirs, outcome, conflict, written, kept):
    result = merge({"f": base}, {"f": mine}, {"f": theirs})
    assert result.values == {"f": outcome}
    assert result.conflicts == ({"f": (base, mine, theirs)} if conflict else {})
    assert ("f" in result.changed) is written
    assert ("f" in result.kept) is kept


def test_without_a_base_only_agreement_passes():
    result = merge({}, {"same": 1, "other": 2}, {"same": 1, "other": 3})
    assert result.values == {"same": 1, "other": 2}
    assert result.conflicts == {"other": (None, 2, 3)}


def test_fields_do_not_touch_one_another():
    result = merge(
        {"mine": 1, "theirs": 1, "both": 1, "none": 1},
        {"mine": 2, "theirs": 1, "both": 2, "none": 1},
        {"mine": 1, "theirs": 3, "both": 3, "none": 1},
    )
    assert result.values == {"mine": 2, "theirs": 3, "both": 2, "none": 1}
    assert result.conflicts == {"both": (1, 2, 3)}
    assert result.changed == {"mine", "both"}
    assert result.kept == {"theirs"}


def test_sameness_can_be_told_by_the_caller():
    result = merge({"n": "1.0"}, {"n": "1.00"}, {"n": "2"}, same=lambda a, b: float(a) == float(b))
    assert result.values == {"n": "2"}
