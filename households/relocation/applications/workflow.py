"""The way of an application to move (seed-facts.md A39: 个人申请、乡镇呈报、公告公示、上级审批), rows in its order.

申请 → 村评议和村内公示 → 乡镇呈报 → 公示 → 县审批 → 公告 → 入住 → 旧房拆除.
"""

from households.case_conditions import each, posted
from households.relocation.applications import conditions
from households.relocation.applications.conditions import fits_list, household_fits
from households.relocation.applications.freezing import frozen
from poverty.review.models import Meeting, Notice
from poverty.review.workflows import Post, Transition, Workflow, workflows

_VILLAGE = ("register.propose", "village", "propose")
_TOWNSHIP = ("register.confirm", "township", "verify")
_COUNTY = ("register.decide", "county", "decide")
_BOOKED = ("register.decide", "county", "record")
# Who lives in the new house is seen by the township; it judges nothing.
_SEEN = ("register.confirm", "township", "record")
_ENDS = {"needs_comment": True, "closes_round": True, "leaves_roster": True}

RELOCATION = workflows.register(
    Workflow(
        case_type=conditions.CASE,
        field="state",
        area_field="household__area__code",
        freeze=frozen,
        lines=conditions.lines,
        notice_days={
            Notice.Kind.FIRST: "notice.relocation_first_days",
            Notice.Kind.SECOND: "notice.relocation_second_days",
            Notice.Kind.ANNOUNCEMENT: "notice.relocation_announcement_days",
        },
        deadlines={"reported": "relocation.county_days"},
        posts={
            Notice.Kind.FIRST: Post("appraised", "register.propose", "village", fits=fits_list),
            Notice.Kind.SECOND: Post("reported", "register.confirm", "township", fits=fits_list),
            Notice.Kind.ANNOUNCEMENT: Post(
                "approved", "register.decide", "county", again=("announced",), fits=fits_list
            ),
        },
        upheld={
            "appraised": "return_township",
            "reported": "return_county",
            "approved": "revoke_approval",
            "announced": "revoke_approval",
        },
        remedy=conditions.not_remedied,
        transitions=(
            Transition("apply", "申请搬迁", None, "applied", *_VILLAGE, needs_document=True),
            Transition(
                "appraise",
                "村评议通过",
                ("applied",),
                "appraised",
                *_VILLAGE,
                after_meeting=Meeting.Kind.VILLAGE,
                **each(household_fits),
            ),
            Transition(
                "report",
                "乡镇呈报",
                ("appraised",),
                "reported",
                *_TOWNSHIP,
                needs_document=True,
                after_notice=Notice.Kind.FIRST,
                **each(fits_list),
            ),
            Transition(
                "approve",
                "县审批通过",
                ("reported",),
                "approved",
                *_COUNTY,
                needs_document=True,
                freezes=True,
                after_notice=Notice.Kind.SECOND,
                **each(fits_list),
            ),
            Transition(
                "announce",
                "公告",
                ("approved",),
                "announced",
                *_BOOKED,
                **each(conditions.listed_here, posted(conditions.CASE, Notice.Kind.ANNOUNCEMENT)),
            ),
            Transition(
                "move_in",
                "登记入住",
                ("announced",),
                "moved",
                *_SEEN,
                needs_document=True,
                leaves_roster=True,
                after_notice=Notice.Kind.ANNOUNCEMENT,
                **each(conditions.on_register),
            ),
            # On a list anew (services/moving.py): whoever moves in after all is announced again.
            Transition(
                "revoke_move_in",
                "撤销入住",
                ("moved",),
                "announced",
                *_COUNTY,
                needs_document=True,
                needs_comment=True,
            ),
            Transition(
                "clear_old_house",
                "登记旧房拆除",
                ("moved",),
                "cleared",
                *_SEEN,
                needs_document=True,
                closes_round=True,
                **each(conditions.promised),
            ),
            Transition(
                "refuse_village",
                "评议未通过",
                ("applied",),
                "refused",
                *_VILLAGE,
                **_ENDS,
                **each(conditions.refused_by_village),
            ),
            Transition(
                "refuse_township", "乡镇不予呈报", ("applied", "appraised"), "refused", *_TOWNSHIP, **_ENDS
            ),
            Transition("refuse_county", "县不予批准", ("reported",), "refused", *_COUNTY, **_ENDS),
            Transition("return_township", "乡镇退回", ("appraised",), "applied", *_TOWNSHIP, **_ENDS),
            Transition("return_county", "县退回", ("reported",), "applied", *_COUNTY, **_ENDS),
            Transition(
                "revoke_approval",
                "撤销批准并退回",
                ("approved", "announced"),
                "applied",
                *_COUNTY,
                needs_document=True,
                **_ENDS,
            ),
            Transition(
                "withdraw",
                "撤回申请",
                ("applied", "appraised", "reported", "approved", "announced"),
                "withdrawn",
                *_VILLAGE,
                needs_document=True,
                **_ENDS,
            ),
            # Closed, cleared or merged, the household takes its application along; the county decides on that.
            Transition(
                "end_with_household",
                "随户终止",
                ("applied", "appraised", "reported", "approved", "announced"),
                "withdrawn",
                *_BOOKED,
                **_ENDS,
                **each(conditions.off_register),
            ),
        ),
    )
)
