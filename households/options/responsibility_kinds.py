"""Papers by which somebody answers for the work (seed-facts.md F5, F12, F20). Wording as in the seeds."""

from dataclasses import dataclass

from poverty.fields.options import Option, Options

LETTER, DOUBLE, PLEDGE, AGREEMENT = "letter", "double", "pledge", "agreement"


@dataclass(frozen=True)
class Responsibility(Option):
    """`of_a_household`: its second side is a household, else the office of a place."""

    of_a_household: bool = False


RESPONSIBILITY_KINDS = Options(
    "responsibility_kinds",
    [
        Responsibility(LETTER, "脱贫攻坚责任书", {}, ("责任书", "目标责任书")),
        Responsibility(DOUBLE, "责任双签", {}, ("帮扶责任双签",)),
        Responsibility(PLEDGE, "责任状", {}, ("军令状",)),
        Responsibility(AGREEMENT, "结对帮扶协议", {}, ("帮扶协议", "结对协议"), of_a_household=True),
    ],
)
