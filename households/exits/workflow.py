"""The procedure of household exit (procedures.md 2.1), in its order. No step can be skipped: a trigger knows the same
pairs of states (migrations 0029 and 0034).

The village plans, calculates, appraises and lets the household sign; its committees and the work team verify what it
proposes; the township goes to every household; the county office reviews, the leading group decides by list.
"""

from households.exits.freezing import frozen
from households.exits.lines import lines
from households.exits.readiness import (
    failed_verification,
    may_appraise,
    may_be_verified,
    may_check,
    may_continue,
    may_prepare,
    may_publish,
    may_review,
    may_sign,
    was_jointly_checked,
    was_refused,
    was_voted_down,
)
from households.exits.remedy import not_remedied
from households.exits.replay import replayed
from households.options import exit_options as state
from poverty.review.workflows import Post, PreconditionMany, Transition, Workflow, workflows


def _asking(question: PreconditionMany) -> dict:
    """A question in both of its forms: of one case, and of many."""

    def one(case) -> str | None:
        return question(type(case)._base_manager.filter(pk=case.pk)).get(case.pk)

    return {"precondition": one, "precondition_many": question}


_VILLAGE = {"right": "register.propose", "level": "village"}
_TOWNSHIP = {"right": "register.confirm", "level": "township", "lane": "verify"}
_COUNTY = {"right": "register.decide", "level": "county"}

EXIT = workflows.register(
    Workflow(
        case_type="households.exitcase",
        field="state",
        area_field="area_code",
        freeze=frozen,
        replay=replayed,
        lines=lines,
        deadlines={state.REFUSED: "exit.joint_days", state.CHECKED: "exit.county_days"},
        # 第一次公示: who was appraised, verified and agrees; 第二次: who was checked; 公告: who was decided on.
        posts={
            "first": Post(state.AGREED, "register.propose", "village", fits=may_continue),
            "second": Post(state.CHECKED, "register.confirm", "township", fits=may_continue),
            "announcement": Post(
                state.APPROVED, "register.decide", "county", again=(state.ANNOUNCED,), fits=may_publish
            ),
        },
        upheld={
            state.AGREED: "send_back",
            state.CHECKED: "return",
            state.REVIEWED: "return",
            state.APPROVED: "revoke",
            state.ANNOUNCED: "revoke",
            state.FILED: "revoke",
        },
        remedy=not_remedied,
        # A list that was made too early; from the meeting on a household leaves by a step.
        by_hand={state.PREPARED: ("register.propose", "village")},
        transitions=(
            Transition("plan", "列入预退出计划", None, state.PLANNED, **_VILLAGE, lane="propose"),
            Transition(
                "prepare",
                "测算比对",
                (state.PLANNED,),
                state.PREPARED,
                **_VILLAGE,
                lane="propose",
                **_asking(may_prepare),
            ),
            Transition(
                "appraise",
                "民主评议通过",
                (state.PREPARED,),
                state.APPRAISED,
                **_VILLAGE,
                lane="propose",
                after_meeting="village",
                freezes=True,
                **_asking(may_appraise),
            ),
            Transition(
                "vote_down",
                "民主评议未通过",
                (state.PREPARED,),
                state.NOT_AGREED,
                **_VILLAGE,
                lane="propose",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
                **_asking(was_voted_down),
            ),
            # 村“两委”和驻村工作队: the first secretary confirms the list; who proposed a household does not.
            Transition(
                "verify",
                "村级核实",
                (state.APPRAISED,),
                state.VERIFIED,
                **_VILLAGE,
                lane="verify",
                needs_document=True,
                **_asking(may_be_verified),
            ),
            Transition(
                "fail_verify",
                "村级核实不通过",
                (state.APPRAISED,),
                state.PLANNED,
                **_VILLAGE,
                lane="verify",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
                **_asking(failed_verification),
            ),
            Transition(
                "agree",
                "农户认可",
                (state.VERIFIED, state.JOINT_CHECKED),
                state.AGREED,
                **_VILLAGE,
                lane="propose",
                needs_document=True,
                **_asking(may_sign),
            ),
            Transition(
                "refuse",
                "农户不认可",
                (state.VERIFIED, state.JOINT_CHECKED),
                state.REFUSED,
                **_VILLAGE,
                lane="propose",
                needs_comment=True,
                **_asking(was_refused),
            ),
            Transition(
                "joint_check",
                "联合核查",
                (state.REFUSED,),
                state.JOINT_CHECKED,
                **_TOWNSHIP,
                needs_comment=True,
                **_asking(was_jointly_checked),
            ),
            Transition(
                "check",
                "乡镇核查通过",
                (state.AGREED,),
                state.CHECKED,
                **_TOWNSHIP,
                needs_document=True,
                after_notice="first",
                freezes=True,
                **_asking(may_check),
            ),
            Transition(
                "review",
                "县级审核",
                (state.CHECKED,),
                state.REVIEWED,
                **_COUNTY,
                lane="verify",
                after_notice="second",
                freezes=True,
                **_asking(may_review),
            ),
            Transition(
                "approve",
                "领导小组审定",
                (state.REVIEWED,),
                state.APPROVED,
                **_COUNTY,
                lane="decide",
                needs_document=True,
                after_meeting="leading_group",
                different_person_from=("verify",),
                freezes=True,
                **_asking(may_review),
            ),
            Transition(
                "announce",
                "公告",
                (state.APPROVED,),
                state.ANNOUNCED,
                **_COUNTY,
                lane="record",
                **_asking(may_publish),
            ),
            Transition(
                "file",
                "报市备案",
                (state.ANNOUNCED,),
                state.FILED,
                **_COUNTY,
                lane="record",
                needs_document=True,
                after_notice="announcement",
                **_asking(may_publish),
            ),
            Transition(
                "mark",
                "系统标注",
                (state.FILED,),
                state.MARKED,
                **_COUNTY,
                lane="record",
                needs_document=True,
                leaves_roster=True,
                closes_round=True,
                **_asking(may_publish),
            ),
            # Back to the plan: what it lacks is made up for, and every step is taken again in a new round.
            Transition(
                "send_back",
                "乡镇退回",
                (
                    state.PREPARED,
                    state.APPRAISED,
                    state.VERIFIED,
                    state.AGREED,
                    state.REFUSED,
                    state.JOINT_CHECKED,
                ),
                state.PLANNED,
                **_TOWNSHIP,
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "return",
                "县退回",
                (state.CHECKED, state.REVIEWED),
                state.PLANNED,
                **_COUNTY,
                lane="verify",
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "drop",
                "移出计划",
                (
                    state.PLANNED,
                    state.PREPARED,
                    state.APPRAISED,
                    state.VERIFIED,
                    state.REFUSED,
                    state.JOINT_CHECKED,
                    state.AGREED,
                ),
                state.DROPPED,
                **_TOWNSHIP,
                needs_comment=True,
                leaves_roster=True,
                closes_round=True,
            ),
            Transition(
                "revoke",
                "撤销退出决定",
                (state.APPROVED, state.ANNOUNCED, state.FILED),
                state.DROPPED,
                **_COUNTY,
                lane="decide",
                needs_comment=True,
                needs_document=True,
                leaves_roster=True,
                closes_round=True,
            ),
        ),
    )
)
