"""What this app tells those above it in the import order, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit import actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind
from poverty.review.models import Meeting, Notice, Objection, Roster

bearers.exempt("review.step", "area_code", "a step belongs to the place as it was on the day")
# The rows of a list that is being fired: a temporary table that ends with the transaction.
bearers.exempt("review.batchrow", "area_code", "exists only inside one transaction")
# A sample was drawn in the place of that day; a rule about papers is entered anew for a new code.
for name in ("draw", "requiredpaper"):
    bearers.exempt(f"review.{name}", "area_code", "it belongs to the place as it was")
for name in ("roster", "meeting", "notice", "objection"):
    bearers.exempt(f"review.{name}", "area_code", "it stays with the place that held or posted it")

actions.register(
    {
        "review.roster.make": "造册",
        "review.roster.leave": "移出名单",
        "review.roster.part": "另列名单",
        "review.meeting.enter": "录入会议",
        "review.meeting.change": "修改会议",
        "review.meeting.say": "录入会议事项",
        "review.meeting.close": "会议定稿",
        "review.notice.post": "张贴公示",
        "review.notice.down": "撤下公示",
        "review.notice.withdraw": "撤回公示",
        "review.draw": "抽取样本",
        "review.papers.load": "载入必备材料",
        "review.objection.receive": "收到异议",
        "review.objection.receipt": "受理异议",
        "review.objection.point": "指明异议所指的户",
        "review.objection.uphold": "异议成立",
        "review.objection.dismiss": "异议不成立",
    }
)

register_case_type("review.roster", "名单", "review:roster")
register_case_type("review.meeting", "会议", "review:meeting")
register_case_type("review.notice", "公示", "review:notice")
register_case_type("review.objection", "异议", "review:objection")


def _attachable(rows, right: str):
    """Those to which a user may add files: the right in the place, and in sight."""
    return lambda user: rows.visible_to(user, right)


cases.register(
    "review.roster",
    rows=Roster.objects.visible_to,
    attachable=_attachable(Roster.objects, "meeting.enter"),
    roles={
        "sheet": cases.Role("名单扫描件", Kind.SCAN),
        "verify_sheet": cases.Role("村级核实表", Kind.SCAN),
        "check_sheet": cases.Role("乡镇核查表", Kind.SCAN),
        "review_sheet": cases.Role("县级审核表", Kind.SCAN),
    },
)
cases.register(
    "review.meeting",
    rows=Meeting.objects.visible_to,
    attachable=_attachable(Meeting.objects, "meeting.enter"),
    roles={
        "minutes": cases.Role("会议记录", Kind.SCAN),
        "sign_in": cases.Role("签到表", Kind.SCAN),
        "photo": cases.Role("会议照片", Kind.PHOTO),
    },
)
cases.register(
    "review.notice",
    rows=Notice.objects.visible_to,
    attachable=_attachable(Notice.objects, "notice.post"),
    roles={"wall": cases.Role("张贴照片", Kind.PHOTO)},
)
cases.register(
    "review.objection",
    rows=Objection.objects.visible_to,
    attachable=_attachable(Objection.objects, "objection.enter"),
    roles={"letter": cases.Role("异议材料", Kind.SCAN), "answer": cases.Role("书面答复", Kind.SCAN)},
)
