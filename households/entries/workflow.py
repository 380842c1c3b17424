"""The way onto the poverty register and off it (procedures.md 1.1, 1.3, 1.4, 5): rows stand in the order of the
procedure. 两公示一公告, with the comparison before the appraisal.
"""

from households.case_conditions import each, posted, refused_by
from households.entries import conditions
from households.entries.conditions import household_fits, may_enter
from households.exits.replay import replayed
from poverty.review.workflows import Post, Transition, Workflow, workflows

_VILLAGE = ("register.propose", "village", "propose")
_TOWNSHIP = ("register.confirm", "township", "verify")
_COUNTY = ("register.decide", "county", "verify")
_GROUP = ("register.decide", "county", "decide")
_BOOKED = ("register.decide", "county", "record")
_ENDS = {"needs_comment": True, "closes_round": True, "leaves_roster": True}

ENTRY = workflows.register(
    Workflow(
        case_type=conditions.CASE,
        field="state",
        area_field="household__area__code",
        freeze=conditions.frozen,
        lines=conditions.lines,
        replay=replayed,
        posts={
            "first": Post("appraised", "register.propose", "village"),
            "second": Post("checked", "register.confirm", "township"),
            "announcement": Post("decided", "register.decide", "county", again=("announced",)),
        },
        # Decided, it is refused with its paper (告知书) first.
        upheld={"appraised": "return_township", "checked": "return_county", "reviewed": "return_county"},
        transitions=(
            Transition("apply", "提出申请", None, "applied", *_VILLAGE, needs_document=True),
            # What the bureaus answered is booked by the township that sent the list; it judges nothing.
            Transition(
                "compare",
                "信息比对",
                ("applied",),
                "compared",
                "register.confirm",
                "township",
                "record",
                **each(conditions.compared),
            ),
            Transition(
                "appraise",
                "民主评议通过",
                ("compared",),
                "appraised",
                *_VILLAGE,
                after_meeting="village",
            ),
            Transition(
                "check",
                "乡镇审核",
                ("appraised",),
                "checked",
                *_TOWNSHIP,
                after_notice="first",
                **each(household_fits),
            ),
            Transition(
                "review",
                "县审核",
                ("checked",),
                "reviewed",
                *_COUNTY,
                after_notice="second",
                **each(household_fits),
            ),
            Transition(
                "decide",
                "领导小组审定",
                ("reviewed",),
                "decided",
                *_GROUP,
                needs_document=True,
                freezes=True,
                after_meeting="leading_group",
                # Also as typist: whose review it was enters no decision of the group on it.
                different_person_from=("verify",),
                **each(household_fits),
            ),
            Transition(
                "announce",
                "公告",
                ("decided",),
                "announced",
                *_BOOKED,
                **each(posted(conditions.CASE, "announcement")),
            ),
            Transition(
                "enter",
                "办结入册",
                ("announced",),
                "done",
                *_BOOKED,
                needs_document=True,
                closes_round=True,
                leaves_roster=True,
                after_notice="announcement",
                **each(may_enter),
            ),
            Transition(
                "refuse_appraisal",
                "评议未通过",
                ("compared",),
                "refused",
                *_VILLAGE,
                **_ENDS,
                **each(refused_by(conditions.CASE, "village")),
            ),
            Transition(
                "refuse_township", "乡镇不予通过", ("applied", "appraised"), "refused", *_TOWNSHIP, **_ENDS
            ),
            Transition("refuse_county", "县不予通过", ("checked",), "refused", *_COUNTY, **_ENDS),
            Transition(
                "refuse_decision",
                "审定不予通过",
                ("reviewed", "decided", "announced"),
                "refused",
                *_GROUP,
                needs_document=True,
                **_ENDS,
            ),
            Transition("return_township", "乡镇退回", ("appraised",), "applied", *_TOWNSHIP, **_ENDS),
            Transition("return_county", "县退回", ("checked", "reviewed"), "applied", *_COUNTY, **_ENDS),
            Transition(
                "withdraw", "撤回申请", ("applied", "compared", "appraised"), "withdrawn", *_VILLAGE, **_ENDS
            ),
        ),
    )
)
