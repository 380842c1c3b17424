"""变动类型: what can be proposed for the register (practice.md, Register; procedures.md 5).

The township's monthly list decides what concerns single persons; splitting, merging, closing and
清退 go on to the county, since splitting households and adding relatives are classic fraud.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options

TOWNSHIP = "township"
COUNTY = "county"


@dataclass(frozen=True)
class ChangeKind(Option):
    """`decided_at`: township, or county after the township. `about`: "member" or "household"."""

    decided_at: str = TOWNSHIP
    about: str = "member"


REGISTER = "register"
ADD_MEMBER = "add_member"
REMOVE_MEMBER = "remove_member"
RETURN_MEMBER = "return_member"
MOVE_MEMBER = "move_member"
CHANGE_HEAD = "change_head"
SPLIT = "split"
MERGE = "merge"
CLOSE = "close"
CLEAR_MEMBER = "clear_member"
CLEAR_HOUSEHOLD = "clear_household"

CHANGE_KINDS = Options(
    "change_kinds",
    [
        ChangeKind(REGISTER, "新登记户", about="household"),
        ChangeKind(ADD_MEMBER, "增加成员", {}, ("自然增加",)),
        ChangeKind(REMOVE_MEMBER, "减少成员", {}, ("自然减少",)),
        ChangeKind(RETURN_MEMBER, "成员回户"),
        ChangeKind(MOVE_MEMBER, "成员转户"),
        ChangeKind(CHANGE_HEAD, "变更户主"),
        ChangeKind(SPLIT, "分户", decided_at=COUNTY, about="household"),
        ChangeKind(MERGE, "并户", decided_at=COUNTY, about="household"),
        ChangeKind(CLOSE, "销户", {}, ("整户消亡", "自然销户"), decided_at=COUNTY, about="household"),
        ChangeKind(CLEAR_MEMBER, "人员清退", decided_at=COUNTY),
        ChangeKind(CLEAR_HOUSEHOLD, "户清退", decided_at=COUNTY, about="household"),
    ],
)
