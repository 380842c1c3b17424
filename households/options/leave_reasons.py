"""自然减少 and the other ways to leave a household. Reasons and papers as practice has them
(practice.md, Register); the member state that each leads to (AAB015) is (inferred).
"""

from dataclasses import dataclass

from households.options.change_kinds import COUNTY, TOWNSHIP
from households.options.member_states import CLEARED, DEAD, DELETED, MOVED_OUT, NORMAL, REDUCED
from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class LeaveReason(Option):
    """`member_state`: key of MEMBER_STATES afterwards. `decided_at`: township or county.
    `can_return`: the person may come back to the household later. `documents`: usual papers.
    """

    member_state: str = REDUCED
    decided_at: str = TOWNSHIP
    can_return: bool = True
    documents: tuple[str, ...] = ()


DEATH = "death"
CLEARED_OUT = "cleared"
ENTERED_TWICE = "entered_twice"
SPLIT_OUT = "household_split"
MERGED_OUT = "household_merge"
# Not a departure: the head changed, so the relation to the head begins anew on the same day.
HEAD_CHANGED = "head_changed"

LEAVE_REASONS = Options(
    "leave_reasons",
    [
        LeaveReason(DEATH, "死亡", {}, ("去世",), DEAD, can_return=False, documents=("死亡证明",)),
        LeaveReason("marriage_out", "婚出", {}, ("嫁出", "外嫁"), MOVED_OUT, documents=("结婚证",)),
        LeaveReason("moved_out", "迁出", {}, ("户籍迁出",), MOVED_OUT, documents=("户口迁移证明",)),
        LeaveReason("military_service", "参军入伍", {}, ("参军", "现役"), documents=("入伍通知书",)),
        LeaveReason("imprisoned", "服刑", {}, ("判刑收监",), documents=("判决书",)),
        LeaveReason("missing", "失踪", {}, ("失联",), documents=("公安机关证明",)),
        LeaveReason(
            "household_split", "分户转出", {}, ("分户",), MOVED_OUT, COUNTY, documents=("户口本", "分户申请")
        ),
        LeaveReason(
            "household_merge", "并户转出", {}, ("并户",), MOVED_OUT, COUNTY, documents=("户口本", "并户申请")
        ),
        LeaveReason("cleared", "人员清退", {}, ("清退",), CLEARED, COUNTY, documents=("清退决定",)),
        LeaveReason(
            "entered_twice", "重复录入更正", {}, ("重复录入",), DELETED, COUNTY, documents=("情况说明",)
        ),
        LeaveReason(
            HEAD_CHANGED, "变更户主重登关系", {}, (), NORMAL, can_return=False, documents=("户口本",)
        ),
        LeaveReason("household_closed", "随户注销", {}, ("销户",), REDUCED, COUNTY, documents=("销户材料",)),
    ],
)
