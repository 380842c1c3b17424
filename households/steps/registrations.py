"""What 工作步骤 tells the apps above: words for the log, which places."""

from households.demo import chapters
from households.steps.demo import tell_of_steps
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type

register_case_type("households.stepmethod", "工作步骤")
register_actions(
    {
        "households.step.define": "规定工作步骤",
        "households.step.note": "登记步骤完成",
        "households.step.withdraw": "撤销步骤登记",
    }
)
bearers.exempt("households.stepmethod", "area_code", "工作步骤属于发文的县，撤并后另行规定")

chapters.register(tell_of_steps)
