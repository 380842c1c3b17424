"""Dated parameters of visits to households: what a county asks of them, and when something about one is odd.

Said once with all others in definitions.py. practice.md, Field work: position and photo are optional unless the county
asks for them, and never scored.
"""

from poverty.parameters.definition import FROM_MEMORY, count, flag

_VISITS = "走访"

VISITS = (
    count(
        "visit.grace_days",
        "结对结束后仍可补送走访的天数",
        _VISITS,
        "天",
        7,
        FROM_MEMORY,
        "帮扶人调整后，手机里没有送出的走访在这些天内送到的照常采用；再晚的保留下来，由村或乡镇核对后采用。",
        maximum=60,
    ),
    count(
        "visit.photo_hours",
        "照片拍摄时间与走访相差的小时数",
        _VISITS,
        "小时",
        24,
        FROM_MEMORY,
        "拍摄时间早于走访开始或晚于走访结束超过这些小时的，提示复核人员核对，不退回。",
        minimum=1,
        maximum=720,
    ),
    count(
        "visit.photo_pixels",
        "照片清晰的最小边长",
        _VISITS,
        "像素",
        480,
        FROM_MEMORY,
        "照片长边小于此值的，提示复核人员核对，不退回。",
        minimum=1,
        maximum=4000,
    ),
    flag(
        "visit.photo_required",
        "走访须拍照片",
        _VISITS,
        False,
        "practice.md Field work",
        "选“是”时，入户走访至少一张照片。",
    ),
    flag(
        "visit.position_required",
        "走访须有定位",
        _VISITS,
        False,
        "practice.md Field work",
        "选“是”时，入户走访须带定位。",
    ),
)
