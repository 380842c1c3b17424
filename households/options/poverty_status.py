"""脱贫属性, AAR010 (forms.md 1.1). "" for a household that is not on the poverty register.

Codes 0, 1, 3 and 4 are confirmed; 2 预脱贫 is (from memory). What 4 is called nobody printed;
checkers treat it as exited, and so does this list.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class PovertyStatus(Option):
    """`is_poor`: counted in the incidence (practice.md: 未脱贫 or 返贫). `is_exited`: has left."""

    is_poor: bool = False
    is_exited: bool = False


NOT_EXITED = "not_exited"
EXITED = "exited"
PRE_EXIT = "pre_exit"
RETURNED = "returned"
EXITED_CODE_4 = "exited_code_4"

POVERTY_STATUSES = Options(
    "poverty_statuses",
    [
        PovertyStatus(NOT_EXITED, "未脱贫", {"national": "0"}, is_poor=True),
        PovertyStatus(EXITED, "已脱贫", {"national": "1"}, ("脱贫",), is_exited=True),
        PovertyStatus(PRE_EXIT, "预脱贫", {"national": "2"}),
        PovertyStatus(RETURNED, "返贫", {"national": "3"}, is_poor=True),
        PovertyStatus(EXITED_CODE_4, "已脱贫（系统代码4）", {"national": "4"}, is_exited=True),
    ],
)
