"""Transition tables of the register. They are the documentation: rows stand in the order of the procedure.

Sources: practice.md "Register", procedures.md 5; meetings, lists and notices of identification and exit
follow with those procedures.
"""

from households.options.change_kinds import CHANGE_KINDS, COUNTY
from households.status_rules import adoption_rules, entered, exited_by_its_case
from poverty.review.workflows import Transition, Workflow, workflows


def _needs_the_county(change) -> bool:
    return CHANGE_KINDS[change.kind].decided_at == COUNTY


def _township_decides(change) -> str | None:
    """Split, merge, closing and 清退 go to the county, by whatever path they are fired (practice.md, Register)."""
    return (
        f"“{change.get_kind_display()}”须报县审定，乡镇不能直接确认生效。"
        if _needs_the_county(change)
        else None
    )


def _county_decides(change) -> str | None:
    return None if _needs_the_county(change) else f"“{change.get_kind_display()}”由乡镇确认即可，不须报县。"


REGISTER = workflows.register(
    Workflow(
        case_type="households.household",
        field="state",
        area_field="area_id",
        transitions=(
            # A household that the national register already has: taken over with its source, not decided here.
            Transition(
                "take_over",
                "带入登记",
                None,
                "registered",
                "status.adopt",
                "county",
                "record",
                needs_document=True,
                closes_round=True,
            ),
            Transition("open_record", "建档", None, "pending", "register.propose", "village", "propose"),
            Transition(
                "register",
                "登记",
                ("pending",),
                "registered",
                "register.confirm",
                "township",
                "verify",
                closes_round=True,
            ),
            # 分户: the new household comes into being by the county's decision on the old one.
            Transition(
                "register_split",
                "分户登记",
                None,
                "registered",
                "register.decide",
                "county",
                "decide",
                closes_round=True,
            ),
            Transition(
                "merge",
                "并户",
                ("registered",),
                "merged",
                "register.decide",
                "county",
                "decide",
                needs_document=True,
                closes_round=True,
            ),
            Transition(
                "close",
                "销户",
                ("registered",),
                "closed",
                "register.decide",
                "county",
                "decide",
                needs_document=True,
                closes_round=True,
            ),
            Transition(
                "discard",
                "不予登记",
                ("pending",),
                "closed",
                "register.confirm",
                "township",
                "verify",
                needs_comment=True,
                closes_round=True,
            ),
        ),
    )
)


_ADOPTED = tuple(
    Transition(
        f"adopt_{target}",
        "带入",
        sources,
        target,
        "status.adopt",
        "county",
        "record",
        needs_document=True,
        closes_round=True,
        **adoption_rules(target),
    )
    for target, sources in (
        ("not_exited", ("", "exited", "pre_exit", "returned", "exited_code_4")),
        ("exited", ("", "not_exited", "pre_exit", "returned", "exited_code_4")),
        ("pre_exit", ("", "not_exited", "exited", "returned", "exited_code_4")),
        ("returned", ("", "not_exited", "exited", "pre_exit", "exited_code_4")),
        ("exited_code_4", ("", "not_exited", "exited", "pre_exit", "returned")),
    )
)

# 脱贫属性: taken over from the national system with source and date, or the end of an exit
# (households/exits) or an entry (households/entries) decided here.
STATUS = workflows.register(
    Workflow(
        case_type="households.household.status",
        model="households.household",
        field="status",
        area_field="area_id",
        transitions=(
            *_ADOPTED,
            Transition(
                "exit_decided",
                "退出",
                ("not_exited", "pre_exit", "returned"),
                "exited",
                "register.decide",
                "county",
                "record",
                needs_document=True,
                closes_round=True,
                **exited_by_its_case(),
            ),
            *(
                Transition(
                    name,
                    label,
                    sources,
                    target,
                    "register.decide",
                    "county",
                    "record",
                    needs_document=True,
                    closes_round=True,
                    **entered(kind),
                )
                for name, label, sources, target, kind in (
                    ("identify", "识别入册", ("",), "not_exited", "identification"),
                    ("return_to_poverty", "返贫入册", ("exited", "exited_code_4"), "returned", "return"),
                )
            ),
        ),
    )
)

CHANGE = workflows.register(
    Workflow(
        case_type="households.registerchange",
        field="state",
        area_field="area_id",
        transitions=(
            Transition(
                "propose_change",
                "提出",
                None,
                "proposed",
                "register.propose",
                "village",
                "propose",
                needs_document=True,
            ),
            Transition(
                "confirm_change",
                "乡镇确认生效",
                ("proposed",),
                "effective",
                "register.confirm",
                "township",
                "verify",
                precondition=_township_decides,
                closes_round=True,
            ),
            Transition(
                "forward_change",
                "乡镇核实报县",
                ("proposed",),
                "confirmed",
                "register.confirm",
                "township",
                "verify",
                precondition=_county_decides,
            ),
            Transition(
                "decide_change",
                "县审定生效",
                ("confirmed",),
                "effective",
                "register.decide",
                "county",
                "decide",
                closes_round=True,
            ),
            Transition(
                "return_change",
                "退回",
                ("proposed",),
                "returned",
                "register.confirm",
                "township",
                "verify",
                needs_comment=True,
                closes_round=True,
            ),
            Transition(
                "reject_change",
                "县退回",
                ("confirmed",),
                "returned",
                "register.decide",
                "county",
                "decide",
                needs_comment=True,
                closes_round=True,
            ),
            Transition(
                "withdraw_change",
                "撤回",
                ("proposed",),
                "withdrawn",
                "register.propose",
                "village",
                "propose",
                closes_round=True,
            ),
        ),
    )
)

YEAR = workflows.register(
    Workflow(
        case_type="households.countyyear",
        field="state",
        area_field="area_id",
        transitions=(
            Transition(
                "open_year", "开启年度", None, "open", "year.manage", "county", "record", needs_document=True
            ),
            Transition(
                "close_year",
                "关闭年度",
                ("open",),
                "closed",
                "year.manage",
                "county",
                "record",
                needs_document=True,
                closes_round=True,
            ),
            Transition(
                "reopen_year",
                "重新开启年度",
                ("closed",),
                "open",
                "year.manage",
                "county",
                "record",
                needs_comment=True,
                needs_document=True,
                closes_round=True,
            ),
        ),
    )
)

# Tables from above (任务表): issued by the county, filled by villages, looked through by townships (practice.md, Field
# work). Who filled a part does not look it through.
REQUEST = workflows.register(
    Workflow(
        case_type="households.tablerequest",
        field="state",
        transitions=(
            Transition("issue", "下发", ("draft",), "issued", "request.issue", "county", "record"),
            Transition("discard", "作废", ("draft",), "discarded", "request.issue", "county", "record"),
            Transition("close", "结束", ("issued",), "closed", "request.issue", "county", "record"),
        ),
    )
)

REQUEST_PART = workflows.register(
    Workflow(
        case_type="households.requestpart",
        field="state",
        transitions=(
            Transition(
                "submit", "上交", ("open", "returned"), "submitted", "request.fill", "village", "propose"
            ),
            Transition(
                "send_back",
                "退回",
                ("submitted", "accepted"),
                "returned",
                "request.check",
                "township",
                "verify",
                needs_comment=True,
                closes_round=True,
            ),
            Transition(
                "accept",
                "通过",
                ("submitted",),
                "accepted",
                "request.check",
                "township",
                "verify",
                closes_round=True,
            ),
        ),
    )
)
