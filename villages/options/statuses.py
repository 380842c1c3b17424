"""Where a village stands: not on the list, on it, or exited (出列). The steps between stand in workflow.py."""

from poverty.fields.options import Option, Options

LISTED = "listed"
EXITED = "exited"

VILLAGE_STATUSES = Options(
    "village_statuses",
    [
        Option(LISTED, "未出列", {}, ("贫困村",)),
        Option(EXITED, "已出列", {}, ("出列", "已退出")),
    ],
)
