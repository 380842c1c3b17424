"""Leave of a village team (procedures.md 9, presence): up to some days the township answers, more the county."""

from households.duties.leave_days import long_leave, short_leave
from poverty.review.workflows import Transition, Workflow, workflows

CASE = "households.leave"

LEAVE = workflows.register(
    Workflow(
        case_type=CASE,
        field="state",
        area_field="area_id",
        transitions=(
            Transition("apply_leave", "申请请假", None, "applied", "leave.apply", "village", "propose"),
            Transition(
                "approve_short",
                "乡镇批准",
                ("applied",),
                "approved",
                "leave.approve",
                "township",
                "decide",
                precondition=short_leave,
                closes_round=True,
            ),
            Transition(
                "approve_long",
                "县批准",
                ("applied",),
                "approved",
                "leave.approve",
                "county",
                "decide",
                precondition=long_leave,
                closes_round=True,
            ),
            Transition(
                "refuse_leave",
                "不批准",
                ("applied",),
                "refused",
                "leave.approve",
                "township",
                "decide",
                needs_comment=True,
                closes_round=True,
            ),
            Transition(
                "withdraw_leave",
                "撤回",
                ("applied",),
                "withdrawn",
                "leave.apply",
                "village",
                "propose",
                closes_round=True,
            ),
        ),
    )
)
