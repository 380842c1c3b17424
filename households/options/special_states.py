"""特殊情形: why a present member's medical insurance is not assessed, by dated rule only (practice.md,
Medical). A newborn is known from the birth date and the area's grace period, so it is not here.

The labels are (from memory).
"""

from poverty.fields.options import Option, Options

SPECIAL_STATES = Options(
    "special_states",
    [
        Option("active_service", "现役军人", {}, ("现役", "参军")),
        Option("imprisoned", "服刑人员", {}, ("服刑",)),
        Option("missing", "失踪人员", {}, ("失踪", "失联")),
    ],
)
