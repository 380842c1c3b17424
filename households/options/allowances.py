"""享受低保政策情况 and 享受特困供养政策情况 (forms.md 5). Holds SUBSISTENCE_ALLOWANCES and
DESTITUTE_SUPPORTS; the export leaves 特困 empty for none, so that list has a value for it.
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class Allowance(Option):
    """`is_received`: the person receives it."""

    is_received: bool = True


SUBSISTENCE_ALLOWANCES = Options(
    "subsistence_allowances",
    [
        Allowance("rural", "农村低保"),
        Allowance("urban", "城市低保"),
        Allowance("none", "未享受", {}, ("未享受低保", "否"), is_received=False),
    ],
)

DESTITUTE_SUPPORTS = Options(
    "destitute_supports",
    [
        Allowance("rural", "农村特困", {}, ("农村特困供养",)),
        Allowance("urban", "城市特困", {}, ("城市特困供养",)),
        Allowance("none", "未享受", {}, ("未享受特困供养", "否"), is_received=False),
    ],
)
