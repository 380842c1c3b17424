"""成员状态 (生存状态), AAB015 (forms.md 2). The codes 6, 7 and 8 were not found."""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class MemberState(Option):
    """`is_present`: the person belongs to the household in this state."""

    is_present: bool = False


NORMAL = "normal"
DEAD = "dead"
MOVED_OUT = "moved_out"
MOVED_IN = "moved_in"
REDUCED = "reduced"
DELETED = "deleted"
CLEARED_WITH_HOUSEHOLD = "cleared_with_household"
CLEARED = "cleared"

MEMBER_STATES = Options(
    "member_states",
    [
        MemberState(NORMAL, "正常", {"national": "1"}, is_present=True),
        MemberState(DEAD, "死亡", {"national": "2"}),
        MemberState(MOVED_OUT, "转出", {"national": "3"}),
        MemberState(MOVED_IN, "转入", {"national": "4"}, is_present=True),
        MemberState(REDUCED, "减少", {"national": "5"}),
        MemberState(DELETED, "删除", {"national": "9"}),
        MemberState(CLEARED_WITH_HOUSEHOLD, "户清退时清退人员", {"national": "10"}),
        MemberState(CLEARED, "人员清退", {"national": "11"}),
        MemberState("cleared_for_new", "人员清退（新识别人员调整）", {"national": "12"}),
        MemberState(
            "cleared_with_household_for_new", "户清退时人员清退（新识别人员调整）", {"national": "13"}
        ),
    ],
)
