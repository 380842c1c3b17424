"""Why a member of a village team is away (请假; the list is (from memory))."""

from poverty.fields.options import Option, Options

LEAVE_KINDS = Options(
    "leave_kinds",
    [
        Option("personal", "事假"),
        Option("sick", "病假"),
        Option("annual", "年休假"),
        Option("official", "公务外出"),
        Option("other", "其他"),
    ],
)
