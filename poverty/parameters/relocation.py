"""Dated parameters of applications to move (易地扶贫搬迁): how long each sheet hangs, how long the county may take."""

from poverty.parameters.definition import FROM_MEMORY, count

_GROUP = "搬迁"

RELOCATION = (
    count(
        "notice.relocation_first_days",
        "搬迁对象村内公示天数",
        _GROUP,
        "天",
        7,
        FROM_MEMORY,
        "村评议以后在村内张贴；张贴当天为第一天，期满次日乡镇才能呈报。",
        minimum=1,
        maximum=60,
    ),
    count(
        "notice.relocation_second_days",
        "搬迁对象呈报后公示天数",
        _GROUP,
        "天",
        7,
        FROM_MEMORY,
        "乡镇呈报以后张贴，期满次日县才能审批。",
        minimum=1,
        maximum=60,
    ),
    count(
        "notice.relocation_announcement_days",
        "搬迁对象公告天数",
        _GROUP,
        "天",
        5,
        FROM_MEMORY,
        "县批准以后张贴，期满次日才能登记入住。",
        minimum=1,
        maximum=60,
    ),
    count(
        "relocation.county_days",
        "搬迁对象县级审批期限",
        _GROUP,
        "天",
        30,
        FROM_MEMORY,
        "自乡镇呈报之日起，含公示；逾期的列在前面。",
        minimum=1,
        maximum=180,
    ),
)
