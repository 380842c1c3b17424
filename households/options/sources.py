"""信息来源: where a fact comes from (architecture 6: visit, import, bureau, carried over, typed in)."""

from poverty.fields.options import Option, Options

VISIT = "visit"
IMPORT = "import"
BUREAU = "bureau"
CARRIED = "carried"
ENTERED = "entered"
BENEFIT = "benefit"  # an amount that was paid under a policy (households/benefits)
DECISION = (
    "decision"  # of the leading group, at the end of an exit or entry decided here: never typed in by anybody
)

SOURCES = Options(
    "sources",
    [
        Option(VISIT, "入户走访"),
        Option(IMPORT, "国网导入", {}, ("全国系统", "全国扶贫开发信息系统")),
        Option(BUREAU, "行业部门"),
        Option(CARRIED, "沿用上年"),
        Option(ENTERED, "手工录入"),
        Option(DECISION, "本县审定"),
        Option(BENEFIT, "政策发放"),
    ],
)
