"""线索来源: where a sign of risk came from (standards.md 9.3; practice.md, Monitoring)."""

from poverty.fields.options import Option, Options

OWN_JUDGING = "own_judging"
ROUND = "round"

CLUE_SOURCES = Options(
    "clue_sources",
    [
        Option("application", "农户自主申报", {}, ("自主申报", "一键申报")),
        Option("hotline", "12317/12345热线", {}, ("12317", "12345")),
        Option("cadre", "干部排查", {}, ("基层干部排查",)),
        Option(ROUND, "集中排查"),
        Option("bureau", "部门筛查预警", {}, ("部门预警", "行业部门预警")),
        Option("media", "媒体舆情"),
        Option("petition", "信访"),
        Option(OWN_JUDGING, "系统研判"),
    ],
)
