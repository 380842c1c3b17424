"""变动类型: the changes of the register that a village proposes (practice.md, Register).

The township confirms a monthly list; split, merge, 清退 and closing go on to the county.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options

TOWNSHIP = "township"
COUNTY = "county"


@dataclass(frozen=True)
class ChangeKind(Option):
    """`decided_at`: TOWNSHIP or COUNTY, the last level that has to agree."""

    decided_at: str = TOWNSHIP


CHANGE_KINDS = Options(
    "change_kinds",
    [
        ChangeKind("register", "登记新户", {}, ("新登记",)),
        ChangeKind("add_member", "增加成员", {}, ("自然增加",)),
        ChangeKind("remove_member", "减少成员", {}, ("自然减少",)),
        ChangeKind("return_member", "成员返回", {}, ("成员回户",)),
        ChangeKind("move_member", "成员转户", {}, ("成员转移",)),
        ChangeKind("change_head", "变更户主", {}, ("更换户主",)),
        ChangeKind("split", "分户", decided_at=COUNTY),
        ChangeKind("merge", "并户", {}, ("合户",), COUNTY),
        ChangeKind("clear_member", "清退人员", {}, ("人员清退",), COUNTY),
        ChangeKind("close", "销户", {}, ("整户注销", "整户清退"), COUNTY),
    ],
)
