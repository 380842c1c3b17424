"""贫困户属性, AAC006 (forms.md 1.1).

Codes 1, 4 and 6 are confirmed; 2, 3 and 5 are inferred from the order of the options and from a
checker's rule: not exited means 1, 4, 6; exited means 2, 3, 5 (`for_exited`).
"""

from dataclasses import dataclass

from poverty.fields.options import Option, Options


@dataclass(frozen=True)
class PoorAttribute(Option):
    """`for_exited`: the value belongs to an exited household, else to one that is still poor."""

    for_exited: bool = False


POOR_ATTRIBUTES = Options(
    "poor_attributes",
    [
        PoorAttribute("general_poor", "一般贫困户", {"national": "1"}),
        PoorAttribute("allowance", "低保户", {"national": "2"}, for_exited=True),
        PoorAttribute("five_guarantees", "五保户", {"national": "3"}, ("特困供养户",), for_exited=True),
        PoorAttribute("allowance_poor", "低保贫困户", {"national": "4"}),
        PoorAttribute("general_farm", "一般农户", {"national": "5"}, for_exited=True),
        PoorAttribute("five_guarantees_poor", "五保贫困户", {"national": "6"}, ("特困供养贫困户",)),
    ],
)
