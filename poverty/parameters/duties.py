"""Dated parameters of duties in the field: leave of village teams, what the county looks at (procedures.md 9)."""

from poverty.parameters.definition import FROM_MEMORY, count

DUTIES = (
    count(
        "leave.township_days",
        "乡镇批准的驻村请假天数",
        "走访和驻村",
        "天",
        3,
        "驻村工作队管理办法：3天以内乡镇批准，以上县批准",
        "超过这些天的由县批准。",
        maximum=30,
    ),
    count(
        "leave.recall_days",
        "一年累计请假召回天数",
        "走访和驻村",
        "天",
        30,
        "驻村工作队管理办法：一年累计请假超过30天的召回",
        "自然年度内批准的请假累计超过这些天的，列为召回条件，由派出单位决定。",
        minimum=1,
        maximum=366,
    ),
    count(
        "duty.unsent_days",
        "走访照片未到齐提醒天数",
        "走访和驻村",
        "天",
        3,
        FROM_MEMORY,
        "走访已收到、照片超过这些天仍未到齐的，列在县级页面。",
        minimum=1,
        maximum=60,
    ),
    count(
        "presence.late_days",
        "补登驻村期限",
        "走访和驻村",
        "天",
        31,
        FROM_MEMORY,
        "驻村天数可以补登这些天以内的。",
        minimum=1,
        maximum=366,
    ),
)
