"""自然增加: why a person joins a household. Reasons and papers as practice has them (practice.md,
Register); the member state that each leads to (AAB015) is (inferred).
"""

from dataclasses import dataclass

from households.options.change_kinds import COUNTY, TOWNSHIP
from households.options.member_states import MOVED_IN, NORMAL
from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class JoinReason(Option):
    """`member_state`: key of MEMBER_STATES afterwards. `decided_at`: who confirms it, the township's
    monthly list or the county. `documents`: papers that usually prove it.
    """

    member_state: str = NORMAL
    decided_at: str = TOWNSHIP
    documents: tuple[str, ...] = ()


FIRST_REGISTRATION = "first_registration"
SPLIT_IN = "household_split"
MERGED_IN = "household_merge"
# Not an arrival: the head changed, so the relation to the head begins anew on the same day.
HEAD_CHANGED = "head_changed"

JOIN_REASONS = Options(
    "join_reasons",
    [
        JoinReason("first_registration", "首次登记", documents=("户口本",)),
        JoinReason("birth", "新生儿", {}, ("出生",), documents=("出生医学证明", "户口本")),
        JoinReason("marriage_in", "婚入", {}, ("嫁入", "入赘"), MOVED_IN, documents=("结婚证", "户口本")),
        JoinReason("adoption", "收养", documents=("收养登记证",)),
        JoinReason("left_prison", "刑满释放", {}, ("服刑期满",), documents=("刑满释放证明",)),
        JoinReason("left_army", "退伍回乡", {}, ("复员", "退役"), documents=("退伍证",)),
        JoinReason("moved_back", "迁入", {}, ("户籍迁入", "迁回"), MOVED_IN, documents=("户口本",)),
        JoinReason("found_again", "失踪人员返回", documents=("公安机关证明",)),
        JoinReason("household_split", "分户转入", {}, ("分户",), MOVED_IN, COUNTY, ("户口本", "分户申请")),
        JoinReason("household_merge", "并户转入", {}, ("并户",), MOVED_IN, COUNTY, ("户口本", "并户申请")),
        JoinReason(HEAD_CHANGED, "变更户主重登关系", documents=("户口本",)),
        JoinReason("missed_before", "漏登补录", {}, ("补录",), documents=("户口本",)),
    ],
)
