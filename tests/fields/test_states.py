"""The numbers are stored data: they must never change."""

from poverty.fields.states import LABELS, MET, NOT_ASSESSED, UNKNOWN, UNMET, State


def test_numbers_and_labels():
    assert (UNMET, UNKNOWN, MET, NOT_ASSESSED) == (0, 1, 2, 3)
    assert LABELS == {0: "未达标", 1: "待核实", 2: "达标", 3: "不考核"}
    assert State.choices == [(0, "未达标"), (1, "待核实"), (2, "达标"), (3, "不考核")]
