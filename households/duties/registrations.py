"""What duties tell the apps above: words for the log, whose proofs, which places."""

from households.demo import chapters
from households.demo.duties import tell_of_duties
from households.disclosure import whole_to
from households.duties.bearers import DutyBearer
from households.duties.models import DutyRecord, HelpAction, Leave, Presence
from households.duties.workflow import LEAVE
from households.models import Household
from poverty.areas import bearers
from poverty.audit import field_words
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind

register_case_type("households.duty", "职责")
register_case_type("households.dutyrecord", "履职记录")
register_case_type("households.presence", "驻村记录")
register_case_type("households.leave", "驻村请假")
register_case_type("households.helpaction", "帮扶活动")
register_case_type("households.diarynote", "日记补记")
field_words.register("households.", {"times": "次数", "every_months": "周期", "ended_on": "实际最后一天"})
register_actions(
    {
        "households.duty.set": "规定职责",
        "households.dutyrecord.add": "登记履职",
        "households.presence.add": "登记驻村",
        "households.helpaction.add": "登记帮扶活动",
        "households.diarynote.add": "补记日记",
        "households.fieldwork.withdraw": "撤回履职记录",
        "households.leave.end": "登记请假回村",
        **{f"{LEAVE.case_type}.{one.name}": one.label for one in LEAVE.transitions},
    }
)


def _helped(user):
    # What one household got is told to whoever sees that household whole; of a village, to whoever sees its duties.
    seen = Household.objects.visible_to(user, "file.view").filter(whole_to(user))
    rows = HelpAction.objects.visible_to(user)
    return rows.filter(household__isnull=True) | rows.filter(household__in=seen.values("pk"))


cases.register(
    "households.dutyrecord",
    rows=lambda user: DutyRecord.objects.visible_to(user),
    attachable=lambda user: DutyRecord.objects.visible_to(user, "duty.record").standing(),
    roles={
        "proof": cases.Role("履职佐证", Kind.SCAN),
        "photo": cases.Role("现场照片", Kind.PHOTO),
    },
)
cases.register(
    "households.presence",
    rows=lambda user: Presence.objects.visible_to(user),
    attachable=lambda user: Presence.objects.visible_to(user, "duty.record").standing(),
    roles={"photo": cases.Role("驻村照片", Kind.PHOTO)},
)
cases.register(
    "households.leave",
    rows=lambda user: Leave.objects.visible_to(user),
    roles={"paper": cases.Role("请假条", Kind.SCAN)},
)
cases.register(
    "households.helpaction",
    rows=_helped,
    attachable=lambda user: HelpAction.objects.visible_to(user, "duty.record").standing(),
    roles={"photo": cases.Role("帮扶照片", Kind.PHOTO)},
)
bearers.register(DutyBearer())
for label, name in (
    ("履职记录", "dutyrecord"),
    ("驻村记录", "presence"),
    ("驻村请假", "leave"),
    ("帮扶活动", "helpaction"),
):
    bearers.register(bearers.Column(label, f"households.{name}", "area"))

chapters.register(tell_of_duties)
