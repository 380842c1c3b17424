"""Who bears a duty (责任主体; procedures.md 9, seed-facts.md F2, F13-F17)."""

from poverty.fields.options import Option, Options

HELPER = "helper"
SECOND_HELPER = "second_helper"
UNIT = "unit"
UNIT_HEAD = "unit_head"
UNIT_TEAM = "unit_team"
RESIDENT_TEAM = "resident_team"
LEADER = "leader"

# Who has households of his own, and which helper of a household he is.
ORDERS = {HELPER: 1, SECOND_HELPER: 2}

DUTY_BEARERS = Options(
    "duty_bearers",
    [
        Option(HELPER, "帮扶责任人"),
        Option(SECOND_HELPER, "第二帮扶责任人"),
        Option(UNIT, "帮扶单位"),
        Option(UNIT_HEAD, "单位主要负责人"),
        Option(UNIT_TEAM, "单位领导班子"),
        Option(RESIDENT_TEAM, "驻村工作队员"),
        Option(LEADER, "联系领导"),
    ],
)
"""The leading group of a unit (班子) goes to the village; the team that lives there (驻村工作队) is somebody else."""
