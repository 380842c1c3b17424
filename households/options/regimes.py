"""Policy regimes (standards.md 9.4): a dated attribute, never overwritten by the next regime.

建档立卡 2014-2020, 过渡期 2021-2025, 常态化帮扶 from 2026.
"""

from dataclasses import dataclass
from datetime import date

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class Regime(Option):
    """Valid from `starts`, inclusive, to `ends`, exclusive; None is open."""

    starts: date = date.min
    ends: date | None = None


REGISTRATION = "registration"
TRANSITION = "transition"
STANDING = "standing"

REGIMES = Options(
    "regimes",
    [
        Regime(REGISTRATION, "建档立卡", {}, ("脱贫攻坚期",), starts=date(2014, 1, 1), ends=date(2021, 1, 1)),
        Regime(TRANSITION, "过渡期", {}, ("衔接过渡期",), starts=date(2021, 1, 1), ends=date(2026, 1, 1)),
        Regime(STANDING, "常态化帮扶", {}, ("常态化",), starts=date(2026, 1, 1)),
    ],
)


def regime_on(day: date) -> str | None:
    """Key of the regime in force on a day; None before 2014, when there was no register."""
    for regime in REGIMES:
        if regime.starts <= day and (regime.ends is None or day < regime.ends):
            return regime.key
    return None
