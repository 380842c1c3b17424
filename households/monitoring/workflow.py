"""Transition tables of monitoring, in the order of practice.md "Monitoring" and standards.md 9.3.

线索 → 入户核实 with 承诺授权书 → 信息比对 → 民主评议 → 村内公示 → 乡镇审核 → 县审批 → 村内公告 → national system.
"""

from households.monitoring.conditions import (
    announced_in_village,
    announced_many,
    backed_by_a_case,
    compared_whole,
    ready_many,
    ready_to_be_checked,
    removable,
    taken_back_to,
    visited_whole,
)
from households.monitoring.freezing import freeze, lines
from poverty.review.workflows import Post, Transition, Workflow, workflows

# A clue is received as it comes, without a step: nothing has been decided yet.
CLUE = workflows.register(
    Workflow(
        case_type="households.clue",
        field="state",
        transitions=(
            Transition(
                "clue_to_case", "转入识别", ("received",), "case", "clue.answer", "village", "propose"
            ),
            Transition(
                "clue_no_risk",
                "核实无风险",
                ("received",),
                "no_risk",
                "clue.answer",
                "village",
                "propose",
                needs_comment=True,
            ),
            Transition(
                "clue_helped",
                "现行政策已解决",
                ("received",),
                "helped",
                "clue.answer",
                "village",
                "propose",
                needs_comment=True,
            ),
            Transition(
                "clue_known",
                "已是监测对象或已在办理",
                ("received",),
                "known",
                "clue.answer",
                "village",
                "propose",
                needs_comment=True,
            ),
            Transition(
                "reopen_clue",
                "退回重新核实",
                ("no_risk", "helped", "known"),
                "received",
                "clue.check",
                "township",
                "verify",
                needs_comment=True,
                closes_round=True,
            ),
        ),
    )
)

MONITORING_CASE = workflows.register(
    Workflow(
        case_type="households.monitoringcase",
        field="state",
        area_field="household__area_id",
        freeze=freeze,
        lines=lines,
        # Published once, in the village only. No sheet is registered for it (poverty/notices/sheets.py), so it is never on
        # the open web (standards.md 9.3; practice.md, Privacy).
        notice_days={"first": "notice.monitoring_days"},
        posts={
            "first": Post("appraised", "monitoring.propose", "village"),
            "announcement": Post("approved", "monitoring.decide", "county"),
        },
        # Approved, there is no way back: an objection then is a clue about an object of monitoring.
        upheld={"appraised": "township_return", "checked": "county_return"},
        transitions=(
            Transition("open_case", "启动", None, "opened", "monitoring.propose", "village", "propose"),
            Transition(
                "visit",
                "入户核实",
                ("opened",),
                "visited",
                "monitoring.propose",
                "village",
                "propose",
                needs_document=True,
                precondition=visited_whole,
            ),
            Transition(
                "drop",
                "核实后不办理",
                ("opened", "visited"),
                "dropped",
                "monitoring.propose",
                "village",
                "propose",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "compare",
                "信息比对完成",
                ("visited",),
                "compared",
                "monitoring.compare",
                "county",
                "record",
                precondition=compared_whole,
            ),
            Transition(
                "appraise",
                "民主评议通过",
                ("compared",),
                "appraised",
                "monitoring.propose",
                "village",
                "propose",
                needs_document=True,
                after_meeting="village",
            ),
            Transition(
                "not_agree",
                "评议未通过",
                ("compared",),
                "not_agreed",
                "monitoring.propose",
                "village",
                "propose",
                needs_comment=True,
                needs_document=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "township_check",
                "乡镇审核通过",
                ("appraised",),
                "checked",
                "monitoring.check",
                "township",
                "verify",
                after_notice="first",
                precondition=ready_to_be_checked,
                precondition_many=ready_many,
            ),
            Transition(
                "township_return",
                "乡镇退回",
                ("appraised",),
                "visited",
                "monitoring.check",
                "township",
                "verify",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "township_refuse",
                "乡镇审核不通过",
                ("appraised",),
                "refused",
                "monitoring.check",
                "township",
                "verify",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "approve",
                "县审批通过",
                ("checked",),
                "approved",
                "monitoring.decide",
                "county",
                "decide",
                needs_document=True,
                precondition=ready_to_be_checked,
                precondition_many=ready_many,
                freezes=True,
                closes_round=True,
            ),
            Transition(
                "county_return",
                "县退回",
                ("checked",),
                "visited",
                "monitoring.decide",
                "county",
                "decide",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "county_refuse",
                "县审批不通过",
                ("checked",),
                "refused",
                "monitoring.decide",
                "county",
                "decide",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "announce",
                "村内公告",
                ("approved",),
                "announced",
                "monitoring.decide",
                "county",
                "record",
                precondition=announced_in_village,
                precondition_many=announced_many,
            ),
            Transition(
                "record_case",
                "录入系统",
                ("announced",),
                "recorded",
                "monitoring.decide",
                "county",
                "record",
                needs_document=True,
                leaves_roster=True,
                closes_round=True,
            ),
        ),
    )
)

# State before 暂不消除 -> the transition that leads back to it.
END_KEEPING = {
    "present": ("end_keeping", "恢复为未消除"),
    "marked_again": ("end_keeping_again", "恢复为再标注"),
    "returned": ("end_keeping_returned", "恢复为回退"),
}

# 风险状态 of an object of monitoring: 未消除 已消除 回退 再标注 整户无劳动力暂不消除 (practice.md, Monitoring).
MONITORING = workflows.register(
    Workflow(
        case_type="households.monitoring",
        field="risk_state",
        area_field="household__area_id",
        transitions=(
            Transition(
                "mark",
                "纳入监测",
                None,
                "present",
                "monitoring.decide",
                "county",
                "record",
                needs_document=True,
                precondition=backed_by_a_case,
                closes_round=True,
            ),
            Transition(
                "mark_again",
                "再标注",
                None,
                "marked_again",
                "monitoring.decide",
                "county",
                "record",
                needs_document=True,
                precondition=backed_by_a_case,
                closes_round=True,
            ),
            Transition(
                "remove_risk",
                "风险消除",
                ("present", "marked_again", "returned"),
                "removed",
                "monitoring.decide",
                "county",
                "record",
                needs_document=True,
                precondition=removable,
                closes_round=True,
            ),
            Transition(
                "roll_back",
                "回退",
                ("removed",),
                "returned",
                "monitoring.decide",
                "county",
                "record",
                needs_comment=True,
                needs_document=True,
                closes_round=True,
            ),
            Transition(
                "keep_without_labour",
                "整户无劳动力暂不消除",
                ("present", "marked_again", "returned"),
                "kept_without_labour",
                "monitoring.decide",
                "county",
                "record",
                needs_document=True,
                closes_round=True,
            ),
            # Back to where it stood: who was marked again, or whose removal was taken back, stays so.
            *(
                Transition(
                    name,
                    label,
                    ("kept_without_labour",),
                    state,
                    "monitoring.decide",
                    "county",
                    "record",
                    needs_comment=True,
                    precondition=taken_back_to(state),
                    closes_round=True,
                )
                for state, (name, label) in END_KEEPING.items()
            ),
        ),
    )
)

FLOWS = (CLUE, MONITORING_CASE, MONITORING)
