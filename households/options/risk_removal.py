"""风险消除方式, and the states of a monitored household (forms.md 5, practice.md, Monitoring).

Holds RISK_REMOVALS and RISK_STATES.
"""

from poverty.fields.options import Option, Options

RISK_REMOVALS = Options(
    "risk_removals",
    [Option("by_help", "帮扶消除"), Option("natural", "自然消除")],
)

RISK_STATES = Options(
    "risk_states",
    [
        Option("present", "风险未消除", {}, ("未消除", "否")),
        Option("removed", "风险已消除", {}, ("已消除", "是")),
        Option("returned", "回退"),
        Option("marked_again", "再标注"),
        Option("kept_without_labour", "整户无劳动力暂不消除", {}, ("暂不消除",)),
    ],
)
