"""Words of the household exit (procedures.md 2.1): states, bureaus, what holds a case, who checks it.

One module, since they are read together: the state of a case, what the bureaus say of it, and why it waits.
"""

from poverty.fields.options import Option, Options

PLANNED, PREPARED, APPRAISED, VERIFIED = "planned", "prepared", "appraised", "verified"
AGREED, REFUSED, JOINT_CHECKED = "agreed", "refused", "joint_checked"
CHECKED, REVIEWED, APPROVED = "checked", "reviewed", "approved"
ANNOUNCED, FILED, MARKED = "announced", "filed", "marked"
DROPPED, NOT_AGREED = "dropped", "not_agreed"

EXIT_STATES = Options(
    "exit_states",
    [
        Option(PLANNED, "预退出"),
        Option(PREPARED, "已测算"),
        Option(APPRAISED, "已评议"),
        Option(VERIFIED, "已核实"),
        Option(REFUSED, "农户不认可"),
        Option(JOINT_CHECKED, "已联合核查"),
        Option(AGREED, "农户已认可"),
        Option(CHECKED, "乡镇已核查"),
        Option(REVIEWED, "县已审核"),
        Option(APPROVED, "领导小组已审定"),
        Option(ANNOUNCED, "已公告"),
        Option(FILED, "已备案"),
        Option(MARKED, "已标注退出"),
        Option(DROPPED, "已移出计划"),
        Option(NOT_AGREED, "评议未通过"),
    ],
)

# In these the procedure is over; a household has one case outside of them at most.
ENDED = (MARKED, DROPPED, NOT_AGREED)
# Between appraisal and mark a change of what was appraised holds the case (architecture 8).
WATCHED = (
    APPRAISED,
    VERIFIED,
    REFUSED,
    JOINT_CHECKED,
    AGREED,
    CHECKED,
    REVIEWED,
    APPROVED,
    ANNOUNCED,
    FILED,
)

# The bureaus whose comparison stands before the appraisal (procedures.md 2.1 no. 9, practice.md Privacy), by sector.
EDUCATION, INSURANCE, HOUSING, WATER = "education", "medical_insurance", "housing", "water"
EXIT_BUREAUS = Options(
    "exit_bureaus",
    [
        Option(EDUCATION, "教育部门"),
        Option(INSURANCE, "医保部门"),
        Option(HOUSING, "住建部门"),
        Option(WATER, "水利部门"),
    ],
)

# What holds a case after the appraisal: an indicator's state, the income over or under the line, head or members.
HOLD_KINDS = Options(
    "exit_hold_kinds",
    [
        Option("indicator", "评议后有指标的判定发生变化"),
        Option("income", "评议后收入越过标准线"),
        Option("members", "评议后家庭成员发生变化"),
        Option("head", "评议后户主发生变更"),
        Option("withdrawn", "评议后判定结果被撤回"),
        Option("closed", "该户已销户或并户"),
    ],
)

# Facts of the case itself that keep a household from exiting, whatever its indicators say (procedures.md 2.2).
OBSTACLES = Options(
    "exit_obstacles",
    [
        Option("disaster", "新发灾害"),
        Option("accident", "新发重大疾病或事故"),
        Option("complaint", "信访或举报正在核查"),
        Option("other", "其他"),
    ],
)

CHECK_LEVELS = Options(
    "exit_check_levels",
    [
        Option("village", "村“两委”和驻村工作队核实"),
        Option("joint", "联合核查"),
        Option("township", "乡镇入户核查"),
    ],
)
