"""包扶制: what a village or township cadre answers for at a household that moves (seed-facts.md F16). Wording (from
memory), in the order in which it comes.
"""

from poverty.fields.options import Option, Options

RELOCATION_TASKS = Options(
    "relocation_tasks",
    [
        Option("mobilise", "搬迁动员", {}, ("动员",)),
        Option("move_in", "搬迁入住", {}, ("入住",)),
        Option("demolish", "旧房拆除", {}, ("拆旧", "拆旧复垦")),
        Option("follow_up", "后续帮扶", {}, ("后续扶持",)),
    ],
)
