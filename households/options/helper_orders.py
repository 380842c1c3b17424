"""第几帮扶人: a county may give a household two helpers (procedures.md 9, two helpers)."""

from poverty.fields.options import Option, Options

FIRST, SECOND = "first", "second"

HELPER_ORDERS = Options(
    "helper_orders",
    [
        Option(FIRST, "第一帮扶责任人", {}, ("第一", "1", "第一帮扶人")),
        Option(SECOND, "第二帮扶责任人", {}, ("第二", "2", "第二帮扶人")),
    ],
)
NUMBERS = {FIRST: 1, SECOND: 2}
