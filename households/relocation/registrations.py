"""What 搬迁包扶 tells the apps above: words for the log."""

from households.demo import chapters
from households.relocation.demo import tell_of_relocation
from poverty.audit.actions import register as register_actions

register_actions(
    {
        "households.relocation.charge": "登记搬迁包扶",
        "households.relocation.end": "终止搬迁包扶",
        "households.relocation.withdraw": "撤销搬迁包扶",
    }
)

chapters.register(tell_of_relocation)
