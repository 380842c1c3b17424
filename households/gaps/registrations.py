"""What gaps, measures, plans and needs tell the apps above: words for the log, whose files, which places."""

from households.disclosure import whole_to
from households.gaps.workflow import NEED
from households.models import HelpPlan, Household, Measure, Need
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind

register_case_type("households.need", "诉求", "households:need")
register_case_type("households.measure", "帮扶措施", "households:measure")
register_case_type("households.helpplan", "帮扶计划", "households:plan")
register_case_type("households.gapresponsibility", "缺项责任")
register_actions(
    {
        "households.gap.assign": "指派缺项",
        "households.gap.responsibility": "规定缺项责任",
        "households.measure.plan": "计划帮扶措施",
        "households.measure.begin": "开始帮扶措施",
        "households.measure.finish": "完成帮扶措施",
        "households.measure.cancel": "取消帮扶措施",
        "households.plan.draw_up": "制定帮扶计划",
        "households.plan.sign": "帮扶计划签字",
        "households.need.raise": "登记诉求",
        "households.need.tell": "告知农户答复",
        **{f"{NEED.case_type}.{one.name}": one.label for one in NEED.transitions},
    }
)
bearers.exempt("households.gap", "area_code", "随户一同更新")
bearers.exempt("households.gapresponsibility", "area_code", "责任规定属于发文的区划，撤并后另行规定")
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


def _proved(model):
    # A photo or an acceptance sheet shows the household: whoever sees it by his sector only opens none.
    def rows(user):
        seen = Household.objects.visible_to(user, "file.view").filter(whole_to(user))
        return model.objects.visible_to(user).filter(household__in=seen.values("pk"))

    return rows


def _edited(model):
    def rows(user):
        return model.objects.visible_to(user, "measure.edit")

    return rows


cases.register(
    "households.measure",
    rows=_proved(Measure),
    attachable=_edited(Measure),
    roles={
        "photo": cases.Role("措施照片", Kind.PHOTO),
        "paper": cases.Role("验收单、收条等", Kind.SCAN),
    },
)
cases.register(
    "households.helpplan",
    rows=_proved(HelpPlan),
    attachable=_edited(HelpPlan),
    roles={"paper": cases.Role("签字的帮扶计划", Kind.SCAN)},
)
