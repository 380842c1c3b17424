"""What gaps, measures, plans and needs tell the apps above: words for the log, whose files, which places."""

from households.gaps.workflow import NEED
from households.models import Household, Need
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind

register_case_type("households.need", "诉求")
register_actions(
    {
        "households.need.raise": "登记诉求",
        "households.need.tell": "告知农户答复",
        **{f"{NEED.case_type}.{one.name}": one.label for one in NEED.transitions},
    }
)
bearers.exempt("households.need", "area_code", "随户一同更新")


def _attachable(user):
    raised = Household.objects.visible_to(user, "need.raise").values("pk")
    return Need.objects.visible_to(user).filter(household__in=raised).open()


cases.register(
    "households.need",
    rows=lambda user: Need.objects.visible_to(user),
    attachable=_attachable,
    roles={"paper": cases.Role("诉求材料", Kind.SCAN)},
)
