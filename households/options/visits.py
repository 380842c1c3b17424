"""What is chosen on a visit: how it was made, what became of a fact, kinds of photos and what is odd about one."""

from poverty.fields.options import Option, Options

HOME, PHONE, VIDEO = "home", "phone", "video"
VISIT_WAYS = Options(
    "visit_ways",
    [Option(HOME, "入户"), Option(PHONE, "电话"), Option(VIDEO, "视频")],
)

WRITTEN, SAME, CONFLICT, REFUSED, HELD, KEPT, TAKEN = (
    "written",
    "same",
    "conflict",
    "refused",
    "held",
    "kept",
    "taken",
)
FACT_OUTCOMES = Options(
    "fact_outcomes",
    [
        Option(WRITTEN, "已更新"),
        Option(SAME, "核对无变化"),
        Option(CONFLICT, "两边都改了"),
        Option(REFUSED, "未能写入"),
        Option(HELD, "等待核对"),
        Option(KEPT, "保留登记的值"),
        Option(TAKEN, "采用走访的值"),
    ],
)
# Waits in the inbox until a person decides.
UNDECIDED = (CONFLICT, REFUSED, HELD)

PHOTO_KINDS = Options(
    "visit_photo_kinds",
    [
        Option("family", "入户合影"),
        Option("house", "住房"),
        Option("water", "饮水"),
        Option("signature", "签字或按手印的纸"),
        Option("other", "其他"),
    ],
)

SAME_AS_OTHER_HOUSEHOLD = "same_as_other_household"
SAME_AS_EARLIER_VISIT = "same_as_earlier_visit"
TAKEN_LONG_BEFORE = "taken_long_before"
TAKEN_LONG_AFTER = "taken_long_after"
NO_TAKEN_TIME = "no_taken_time"
TINY = "tiny"
PHOTO_FLAGS = Options(
    "visit_photo_flags",
    [
        Option(SAME_AS_OTHER_HOUSEHOLD, "与另一户的照片相同"),
        Option(SAME_AS_EARLIER_VISIT, "与以前走访的照片相同"),
        Option(TAKEN_LONG_BEFORE, "拍摄时间远早于走访"),
        Option(TAKEN_LONG_AFTER, "拍摄时间远晚于走访"),
        Option(NO_TAKEN_TIME, "没有拍摄时间"),
        Option(TINY, "照片太小，看不清"),
    ],
)

RECHECK_RESULTS = Options(
    "visit_recheck_results",
    [
        Option("signed", "情况属实，农户已补签"),
        Option("unsigned", "情况属实，农户仍不签"),
        Option("wrong", "情况有出入，已更正或另行处理"),
    ],
)
