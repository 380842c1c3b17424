"""What this app tells the apps above: indicators, words for the log, whose files, which places."""

from households.demo import chapters
from households.helping.expected import register as register_expected
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind
from poverty.ledgers.registry import register as register_ledger
from poverty.notices.sheets import register as register_sheet
from poverty.review.paper_rules import register as register_papers
from poverty.standards import following
from poverty.standards.indicators import register as register_indicators
from poverty.standards.subjects import Subject
from villages import workflow
from villages.bearers import VillageBearer
from villages.demo.agreements import tell_of_agreements
from villages.demo.county import tell_of_villages
from villages.demo.papers import tell_of_papers
from villages.demo.posts import tell_of_posts
from villages.demo.workrooms import tell_of_workrooms
from villages.indicators import SPECS
from villages.ledgers import LEDGERS
from villages.models import EnterpriseAgreement, ExitCase, Village, Workroom
from villages.notice_sheets import SHEET
from villages.paper_rules import EXIT_RULES
from villages.posts.expected import expected_holders
from villages.services.assess import judge_after_publishing

register_indicators(Subject.VILLAGE, SPECS)
following.register(Subject.VILLAGE, judge_after_publishing)
register_sheet(SHEET)
register_expected(expected_holders)

register_case_type("villages.village", "村", "villages:detail")
register_case_type("villages.exitcase", "村出列", "villages:exit")
register_case_type("villages.workroom", "村级扶贫工作室", "villages:workroom")
register_case_type("villages.evaluation", "驻村考评", "villages:evaluation")
register_case_type("villages.enterpriseagreement", "企业帮扶协议", "villages:agreement")
register_actions(
    {
        "villages.assess": "村判定",
        "villages.village.open": "建立村档案",
        "villages.village.update": "修改村基本信息",
        "villages.village.area_change": "村档案随区划变更",
        "villages.year.start": "开始村年度信息",
        "villages.year.save": "保存村年度信息",
        "villages.post.fill": "安排村级帮扶力量",
        "villages.post.end": "终止村级帮扶力量",
        "villages.template.set": "设置帮扶力量配备要求",
        "villages.template.end": "终止帮扶力量配备要求",
        "villages.workroom.open": "登记扶贫工作室",
        "villages.workroom.update": "修改工作室电话和备注",
        "villages.workroom.end": "撤销扶贫工作室",
        "villages.workroom.staff": "安排工作室人员",
        "villages.workroom.fund": "登记工作室经费",
        "villages.workroom.fund_withdraw": "撤回工作室经费",
        "villages.evaluation.add": "登记驻村考评",
        "villages.evaluation.correct": "更正驻村考评",
        "villages.evaluation.withdraw": "作废驻村考评",
        "villages.enterpriseagreement.add": "登记企业帮扶协议",
        "villages.enterpriseagreement.scan": "上传企业帮扶协议",
        "villages.enterpriseagreement.end": "终止企业帮扶协议",
        "villages.enterpriseagreement.result": "登记企业帮扶成效",
        "villages.enterpriseagreement.withdraw": "作废企业帮扶成效",
        "villages.exit.sheet": "填写村出列核查表",
        "villages.exit.certify": "出具行业部门证明",
        "villages.exit.withdraw_certificate": "撤回行业部门证明",
        **{
            f"{flow.case_type}.{one.name}": one.label
            for flow in (workflow.REGISTER, workflow.EXIT)
            for one in flow.transitions
        },
    }
)

_EDIT = ("village.edit", "village.propose", "village.verify", "village.decide")


def _attachable(user):
    """Cases that are under way, to whoever works on them."""
    rows = ExitCase.objects.none()
    for right in (*_EDIT, "sector.edit"):
        rows = rows | ExitCase.objects.open().visible_to(user, right)
    return rows


cases.register(
    "villages.village",
    rows=lambda user: Village.objects.visible_to(user, "file.view"),
    attachable=lambda user: Village.objects.standing().visible_to(user, "village.edit"),
    roles={
        "photo": cases.Role("村照片", Kind.PHOTO),
        "facility": cases.Role("设施照片", Kind.PHOTO),
        "paper": cases.Role("资料", Kind.SCAN),
    },
)
cases.register(
    "villages.exitcase",
    rows=lambda user: ExitCase.objects.visible_to(user, "file.view"),
    attachable=_attachable,
    roles={
        # The city's paper lies there when the acceptance is entered; what was decided on stays.
        "sheet": cases.Role("验收表扫描件", Kind.SCAN, among=lambda rows: rows.filter(state="checked")),
        "sheet_failed": cases.Role("未通过的验收表", Kind.SCAN, by_hand=False),
        "certificate": cases.Role("行业部门证明", Kind.SCAN),
        "site": cases.Role("现场照片", Kind.PHOTO),
    },
)
register_papers(EXIT_RULES)
cases.register(
    "villages.workroom",
    rows=lambda user: Workroom.objects.visible_to(user, "file.view"),
    attachable=lambda user: Workroom.objects.open_on().visible_to(user, "post.edit"),
    roles={"photo": cases.Role("工作室照片", Kind.PHOTO)},
)
cases.register(
    "villages.enterpriseagreement",
    rows=lambda user: EnterpriseAgreement.objects.visible_to(user, "file.view"),
    roles={
        "scan": cases.Role("协议扫描件", Kind.SCAN),
        "proof": cases.Role("成效佐证", Kind.SCAN),
    },
)

chapters.register(tell_of_villages)
chapters.register(tell_of_posts)
chapters.register(tell_of_papers)
chapters.register(tell_of_workrooms)
chapters.register(tell_of_agreements)

for ledger in LEDGERS:
    register_ledger(ledger)

bearers.register(VillageBearer())
bearers.exempt("villages.villageyear", "area", "年度行保留当年的区划代码；县内变更时，未关闭年度的随村改")
bearers.exempt("villages.villageassessment", "area", "判定结果保留当年的区划代码；未关闭年度的随村改")
bearers.exempt("villages.posttemplate", "area", "配备要求属于当时提出它的县")
