"""健康状况, AAB017 (forms.md 2.6), a multiple choice in 2018, and 疾病等级.

Holds HEALTH_STATES, DISEASE_GRADES and `parse_health_states` for combined cells.
"""

import re
from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class HealthState(Option):
    """`is_sick`: a sick member in the sense of the check 因病 needs a sick member."""

    is_sick: bool = False


HEALTHY = "healthy"
DISABLED = "disabled"

HEALTH_STATES = Options(
    "health_states",
    [
        HealthState(HEALTHY, "健康", {"national": "01"}),
        HealthState("chronic", "长期慢性病", {"national": "02"}, ("慢性病",), is_sick=True),
        HealthState("serious", "患有大病", {"national": "03"}, ("大病",), is_sick=True),
        HealthState(DISABLED, "残疾", {"national": "04"}, ("残疾人",)),
    ],
)

DISEASE_GRADES = Options(
    "disease_grades",
    [Option("first", "一级", {"national": "1"}), Option("second", "二级", {"national": "2"})],
)

_SEPARATORS = re.compile(r"[,，、;；/\s]+")


def parse_health_states(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a combined cell such as "长期慢性病,残疾" into (keys, wordings nobody knows)."""
    keys: list[str] = []
    unknown: list[str] = []
    for wording in filter(None, _SEPARATORS.split(text)):
        option = HEALTH_STATES.by_label(wording)
        if option is None:
            unknown.append(wording)
        elif option.key not in keys:
            keys.append(option.key)
    return tuple(keys), tuple(unknown)
