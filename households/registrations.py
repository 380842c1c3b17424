"""What this app tells the apps above: indicators, workflows, words for the log, whose files, which places."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from households import workflow
from households.bearers import ChangeBearer, HouseholdBearer
from households.benefits.incoming import BENEFITS
from households.disclosure import whole_to
from households.exits.workflow import EXIT
from households.field.leaving import leave_first
from households.incoming.kinds import KINDS
from households.indicators import INDICATORS
from households.ledgers import LEDGERS
from households.models import Clue, CountyYear, ExitCase, Household, MonitoringCase, RegisterChange
from households.monitoring.workflow import FLOWS as MONITORING_FLOWS
from households.notice_sheets import SHEETS
from households.paper_rules import EXIT_RULES, MONITORING_RULES
from households.request_bearers import RequestBearer
from households.services.settlements import last_day_inherited
from poverty.accounts import leaving
from poverty.areas import bearers
from poverty.areas.services import register_rest, register_use
from poverty.audit import field_words
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.ledgers.incoming.kinds import register as register_import_kind
from poverty.ledgers.registry import register as register_ledger
from poverty.notices.sheets import register as register_sheet
from poverty.review.paper_rules import register as register_papers
from poverty.standards.indicators import register as register_indicators
from poverty.standards.subjects import Subject
from poverty.web import chosen

_CHANGE = "households.registerchange"

leaving.register(leave_first)

for kind in (*KINDS, BENEFITS):
    register_import_kind(kind)

register_indicators(Subject.HOUSEHOLD, [one.spec for one in INDICATORS.values()])

register_case_type(
    "households.household", "户", "households:detail", also=("households.survey", "households.membersurvey")
)
register_case_type(
    "households.household.status", "户状态", "households:detail", also=("households.household",)
)
register_case_type(_CHANGE, "变动", "households:change")
register_case_type("households.exitcase", "户退出", "households:exit")
register_case_type("households.member", "家庭成员", "households:person")
register_case_type("households.countyyear", "县年度")
register_case_type("households.assessmentrun", "判定运行", "households:run")
register_case_type("households.tablerequest", "任务表", "households:request")
register_case_type("households.requestpart", "村任务表")
register_case_type("households.recurringrequest", "定期任务")
register_case_type("households.checkrun", "数据检查运行")
register_case_type("households.clue", "线索", "households:clue")
register_case_type("households.monitoringcase", "监测事项", "households:monitoring-case")
register_case_type("households.monitoring", "监测对象")
register_case_type("households.monitoringround", "排查", "households:round")
register_case_type("households.archivefile", "电子档案", "households:archive-file")
field_words.register(
    "households.",
    {
        "helper": "帮扶责任人",
        "member": "成员",
        "members": "成员",
        "place": "居住地",
        "relation": "与户主关系",
        "latitude": "纬度",
        "longitude": "经度",
    },
)
register_actions(
    {
        "households.archive.cancel": "取消电子档案",
        "households.archive.download": "下载电子档案",
        "households.archive.expire": "清除过期的电子档案",
        "households.archive.fail": "电子档案未生成",
        "households.archive.finish": "电子档案已生成",
        "households.archive.request": "申请电子档案",
        "households.assess": "全量判定",
        "households.exit.compare": "部门比对认定",
        "households.exit.village_check": "登记村级核实",
        "households.exit.joint_check": "登记联合核查",
        "households.exit.township_check": "登记乡镇核查",
        "households.exit.exited": "退出",
        "households.exit.confirm_changes": "核实变化后继续",
        "households.exit.obstacle": "登记不得退出的情形",
        "households.exit.lift": "解除不得退出的情形",
        "households.exit.confirm": "国网确认退出标注",
        "households.label.issue": "制作手册标签",
        "households.check": "数据检查",
        "households.clue.link": "指明线索的户",
        "households.clue.raise": "系统提出线索",
        "households.clue.receive": "收到线索",
        "households.measure.add": "登记帮扶措施",
        "households.measure.end": "结束帮扶措施",
        "households.monitoringcase.save_visit": "填写入户核实",
        "households.monitoringcase.set_comparison": "填写信息比对",
        "households.regime.turn": "转入新的帮扶时期",
        "households.round.close": "结束排查",
        "households.round.open": "开始排查",
        "households.round.visit": "排查",
        "households.finding.answer": "答复数据检查",
        "households.simulate": "生成模拟数据",
        "households.change.confirm_change": "乡镇确认变动",
        "households.change.decide_change": "县审定变动",
        "households.change.forward_change": "乡镇核实报县",
        "households.change.propose": "提出变动",
        "households.change.return": "退回变动",
        "households.change.withdraw": "撤回变动",
        "households.head.change": "变更户主",
        "households.household.area_change": "随区划变更",
        "households.household.close": "销户",
        "households.household.discard": "不予登记",
        "households.household.merge": "并户（并出）",
        "households.household.merge_in": "并户（并入）",
        "households.household.move": "户迁移",
        "households.household.open": "建档",
        "households.household.split": "分户",
        "households.household.split_off": "分户新立",
        "households.household.update": "修改户信息",
        "households.import": "国网导入",
        "households.import.member": "国网导入登记人员",
        "households.income.save": "保存收入",
        "households.member.add": "增加成员",
        "households.member.clear": "人员清退",
        "households.member.move_in": "成员转入",
        "households.member.move_out": "成员转出",
        "households.member.remove": "减少成员",
        "households.member.return": "成员回户",
        "households.member_survey.save": "保存成员年度信息",
        "households.national.export": "导出待录国网上传表",
        "households.national.typed": "待录国网办理",
        "households.pairing.end": "结束结对",
        "households.pairing.pair": "结对",
        "households.person.create": "登记人员",
        "households.person.update": "修改人员信息",
        "households.photo.set": "保存照片",
        "households.recurring.set": "设置定期任务",
        "households.recurring.switch": "启停定期任务",
        "households.request.area_change": "任务表随区划变更",
        "households.request.columns": "确定任务表各列",
        "households.request.draft": "上传任务表",
        "households.request.fill": "填报任务表",
        "households.request.part": "下载任务表分表",
        "households.request.remind": "催办任务表",
        "households.request.return": "下载任务表汇总",
        "households.request.update": "任务表更新年度信息",
        "households.request.expire": "删除到期的任务表原工作簿",
        "households.request.seal": "任务表原工作簿改为加密保存",
        "households.request.decide": "核对任务表与登记的不同",
        "households.position.set": "保存位置",
        "households.status.adopt": "带入状态",
        "households.survey.save": "保存年度信息",
        "households.survey.start": "开始年度信息",
        "personal.reveal": "查看完整证件号码",
        "personal.rotate_keys": "更换加密密钥",
        "standards.standard.preview": "预览标准影响",
        **{
            f"{flow.case_type}.{one.name}": one.label
            for flow in (
                workflow.REGISTER,
                workflow.STATUS,
                workflow.CHANGE,
                workflow.YEAR,
                workflow.REQUEST,
                workflow.REQUEST_PART,
                EXIT,
                *MONITORING_FLOWS,
            )
            for one in flow.transitions
        },
    }
)


def _files_of_households(user):
    # A scanned sheet tells everything at once: whoever sees a household by his sector only opens none.
    return Household.objects.visible_to(user, "file.view").filter(whole_to(user))


def _photographed_by(user):
    return Household.objects.visible_to(user, "photo.edit").on_register()


def _papers_wanted(user):
    """Changes to which the village may add papers: on their way, or decided without any, since paper comes late.

    What was decided by a paper keeps it.
    """
    scans = FileLink.objects.open().filter(case_type=_CHANGE, case_id=OuterRef("pk"))
    rows = RegisterChange.objects.filter(
        household__in=Household.objects.visible_to(user, "register.propose").values("pk")
    )
    return rows.open() | rows.filter(~Exists(scans))


cases.register(
    "households.household",
    rows=_files_of_households,
    attachable=_photographed_by,
    roles={
        "photo": cases.Role("户照片", Kind.PHOTO),
        "house": cases.Role("住房照片", Kind.PHOTO),
        "housing_document": cases.Role("住房安全依据", Kind.SCAN),
        "survey": cases.Role("信息采集表扫描件", Kind.SCAN),
        "paper": cases.Role("资料", Kind.SCAN),
    },
)
cases.register(
    _CHANGE,
    rows=lambda user: RegisterChange.objects.filter(
        household__in=_files_of_households(user).values("pk")
    ).select_related("household"),
    attachable=_papers_wanted,
    roles={"scan": cases.Role("变动依据扫描件", Kind.SCAN)},
)

cases.register(
    "households.exitcase",
    rows=lambda user: ExitCase.objects.visible_to(user, "file.view"),
    roles={
        "signature": cases.Role("退出确认书（农户签字）", Kind.SCAN),
        "income_sheet": cases.Role("收入测算表", Kind.SCAN),
        "check_sheet": cases.Role("验收表", Kind.SCAN),
        "visit_photo": cases.Role("入户核查照片", Kind.PHOTO),
    },
)

for sheet in SHEETS:
    register_sheet(sheet)


def _whole_monitoring(user):
    # A signed authorisation names everybody: a bureau's officer opens none.
    rows = MonitoringCase.objects.visible_to(user, "monitoring.view")
    return rows.filter(household__in=_files_of_households(user).values("pk"))


cases.register(
    "households.monitoringcase",
    rows=_whole_monitoring,
    attachable=lambda user: MonitoringCase.objects.visible_to(user, "monitoring.propose").open(),
    roles={
        "authorization": cases.Role("承诺授权书", Kind.SCAN),
        "visit": cases.Role("入户核实表", Kind.SCAN),
        "decision": cases.Role("审批文件", Kind.SCAN),
    },
)
cases.register(
    "households.clue",
    rows=lambda user: Clue.objects.visible_to(user),
    attachable=lambda user: Clue.objects.visible_to(user, "clue.enter").open(),
    roles={"paper": cases.Role("线索材料", Kind.SCAN)},
)
register_papers(EXIT_RULES)
register_papers(MONITORING_RULES)

for ledger in LEDGERS:
    register_ledger(ledger)

bearers.register(HouseholdBearer())
bearers.register(ChangeBearer())
bearers.register(RequestBearer())
bearers.register(bearers.Column("线索", "households.clue", "area_code"))
bearers.exempt("households.monitoringround", "area_code", "排查属于组织它的区划")
bearers.exempt("households.roundcoverage", "area_code", "排查结束时的区划代码")
for model, column in (
    ("households.assessment", "area"),
    ("households.assessmentchange", "area"),
    ("households.leftout", "area"),
    ("households.survey", "area"),
    ("households.membersurvey", "area"),
):
    bearers.exempt(model, column, "年度行和判定结果保留当年的区划代码；县内变更时，未关闭年度的随户改")
bearers.exempt("households.countyyear", "area", "县年度属于当年的县")
bearers.exempt("households.assessmentrun", "area_code", "运行记录保留当时的区划代码")
bearers.exempt("households.incomingrow", "area_code", "只是导入暂存行的一种看法，不存数据")
bearers.exempt("households.checkrun", "area_code", "运行记录保留当时的区划代码")
bearers.exempt("households.archivefile", "area_code", "导出记录保留当时的区划代码")
bearers.exempt("households.finding", "area_code", "随户一同更新")
bearers.exempt("households.exitcase", "area_code", "在办的随户一同更新，办结的保留当时的区划代码")


def _households_of(settlement_ids: Sequence[int]) -> int:
    return Household.objects.filter(settlement__in=list(settlement_ids), closed_on__isnull=True).count()


register_use("在册户", _households_of)
register_rest("年度核算", last_day_inherited)


def open_years_of(user) -> list[int]:
    """The years a user can choose in the top bar: those opened in the counties of his places, newest first."""
    counties = {code[:6] for code in user.scope("area.view").areas if len(code) >= 6}
    years = CountyYear.objects.all()
    if counties:
        years = years.filter(area_id__in=counties)
    return list(years.order_by("-year").values_list("year", flat=True).distinct()) or chosen.recent_years(
        user
    )


chosen.years = open_years_of
