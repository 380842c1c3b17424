"""What each role may do. The table is the rule: pages, services and the generated docs/rights.md read it.

A right says *what*; *where* comes from the posting that gives it (scope.py); *who not* (the person who
proposed must not decide) is the database's business, because one person may hold two postings.
"""

from dataclasses import dataclass
from enum import Enum

from poverty.accounts.roles import Role


class Concerns(Enum):
    """What a right lets one see or change."""

    PUBLIC_RULES = "规则与区划"  # no personal data: areas, standards, parameters
    CASES = "个案"  # households and people, and what is worked out from them
    ACCOUNTS = "单位与人员"


@dataclass(frozen=True)
class Right:
    """One thing that may be allowed. `changes`: it alters data; `paired`: a helper has it for his own
    households only, never for the area of his posting."""

    code: str
    label: str
    concerns: Concerns
    changes: bool = False
    paired: bool = True


_RULES, _CASES, _ACCOUNTS = Concerns.PUBLIC_RULES, Concerns.CASES, Concerns.ACCOUNTS

ALL: tuple[Right, ...] = (
    Right("area.view", "查看区划", _RULES, paired=False),
    Right("area.edit", "维护区划", _RULES, changes=True),
    Right("settlement.edit", "登记自然村/村民小组及共用设施", _RULES, changes=True),
    Right("unit.view", "查看单位", _ACCOUNTS, paired=False),
    Right("unit.edit", "维护单位", _ACCOUNTS, changes=True),
    Right("user.view", "查看人员", _ACCOUNTS),
    Right("user.edit", "管理账号", _ACCOUNTS, changes=True),
    Right("posting.edit", "管理任职", _ACCOUNTS, changes=True),
    Right("accounts_audit.view", "查看账号与登录日志", _ACCOUNTS),
    Right("household.view", "查看户", _CASES),
    Right("household.export", "导出户", _CASES),
    Right("export.oversee", "查看他人的导出", _CASES),
    Right("register.propose", "提出户与人口变动", _CASES, changes=True),
    Right("register.confirm", "乡镇确认变动", _CASES, changes=True),
    Right("register.decide", "县级审定变动", _CASES, changes=True),
    Right("register.import", "导入国网数据", _CASES, changes=True),
    Right("status.adopt", "带入国办系统状态", _CASES, changes=True),
    Right("meeting.enter", "录入会议", _CASES, changes=True),
    Right("notice.post", "张贴公示", _CASES, changes=True),
    Right("objection.enter", "登记异议", _CASES, changes=True),
    Right("objection.settle", "核查答复异议", _CASES, changes=True),
    Right("exit.view", "查看贫困户退出", _CASES),
    Right("clue.view", "查看线索", _CASES),
    Right("clue.enter", "登记线索", _CASES, changes=True),
    Right("clue.answer", "核实答复线索", _CASES, changes=True),
    Right("clue.check", "退回线索答复", _CASES, changes=True),
    Right("round.view", "查看排查", _CASES),
    Right("round.manage", "组织排查", _CASES, changes=True),
    Right("round.visit", "录入排查", _CASES, changes=True),
    Right("monitoring.view", "查看监测对象", _CASES),
    Right("monitoring.propose", "提出纳入监测和风险消除", _CASES, changes=True),
    Right("monitoring.check", "乡镇审核监测对象", _CASES, changes=True),
    Right("monitoring.decide", "县审批监测对象", _CASES, changes=True),
    Right("monitoring.compare", "比对监测对象信息", _CASES, changes=True),
    Right("measure.view", "查看帮扶措施和计划", _CASES),
    Right("measure.edit", "登记帮扶措施和计划", _CASES, changes=True),
    Right("gap.assign", "指派缺项责任人和期限", _CASES, changes=True),
    Right("need.view", "查看诉求", _CASES),
    Right("need.raise", "登记诉求", _CASES, changes=True),
    Right("need.answer", "答复诉求", _CASES, changes=True),
    Right("analysis.hold", "召开研判会", _CASES, changes=True),
    Right("policy.view", "查看政策目录", _RULES, paired=False),
    Right("policy.edit", "起草和发布政策", _RULES, changes=True),
    Right("benefit.view", "查看政策享受", _CASES),
    Right("benefit.record", "登记政策享受", _CASES, changes=True),
    Right("regime.turn", "转入新的帮扶时期", _CASES, changes=True),
    Right("survey.edit", "采集年度信息", _CASES, changes=True),
    Right("sector.edit", "填报本行业指标", _CASES, changes=True),
    Right("member.edit", "维护人口基本信息", _CASES, changes=True),
    Right("income.edit", "采集收入", _CASES, changes=True),
    Right("photo.edit", "采集照片和位置", _CASES, changes=True),
    Right("visit.view", "查看走访", _CASES),
    Right("visit.record", "登记走访", _CASES, changes=True),
    Right("visit.settle", "核对走访差异和照片", _CASES, changes=True),
    Right("visit.design", "维护走访模板", _CASES, changes=True),
    Right("request.issue", "下发任务表", _CASES, changes=True),
    Right("request.check", "审核填报", _CASES, changes=True),
    Right("request.fill", "填报任务表", _CASES, changes=True),
    Right("pairing.edit", "安排结对帮扶", _CASES, changes=True),
    Right("responsibility.view", "查看责任书和帮扶协议", _CASES),
    Right("responsibility.edit", "登记责任书和帮扶协议", _CASES, changes=True),
    # Of a bureau's officers only those of 教育 (households/students/querysets.py).
    Right("student.view", "查看师生结对", _CASES),
    Right("student.edit", "安排师生结对", _CASES, changes=True),
    Right("student.log", "登记师生结对活动", _CASES, changes=True),
    # Who stands in a village is posted on its wall: no personal data but a phone, which asks for phone.view.
    Right("post.view", "查看村级帮扶力量和干部培训", _CASES, paired=False),
    Right("post.edit", "安排村级帮扶力量、登记干部培训", _CASES, changes=True),
    Right("phone.view", "查看联系电话", _CASES),
    Right("personal.reveal", "查看完整证件号码", _CASES),
    # Days in a village, leave, what units did: of the place of the posting; a helper is held to himself by the services.
    Right("duty.view", "查看走访和驻村职责", _CASES),
    Right("duty.record", "登记履职和驻村", _CASES, changes=True, paired=False),
    Right("duty.edit", "规定走访和驻村职责", _CASES, changes=True),
    Right("leave.apply", "驻村请假", _CASES, changes=True, paired=False),
    Right("leave.approve", "批准驻村请假", _CASES, changes=True),
    # How somebody did in a village is read above it; he himself reads his own by duty.view.
    Right("evaluation.view", "查看驻村考评", _CASES),
    Right("evaluation.edit", "登记驻村考评", _CASES, changes=True),
    # A village's own figures are no personal data; the households behind them ask for household.view.
    Right("village.view", "查看村", _CASES, paired=False),
    Right("village.edit", "填写村信息", _CASES, changes=True),
    Right("village.list", "维护贫困村名单", _CASES, changes=True),
    Right("village.propose", "村出列自查", _CASES, changes=True),
    Right("village.verify", "村出列乡镇审核", _CASES, changes=True),
    Right("village.decide", "村出列县级核查、验收和公告", _CASES, changes=True),
    Right("standard.view", "查看退出标准", _RULES, paired=False),
    Right("standard.draft", "起草退出标准", _RULES, changes=True),
    Right("standard.publish", "发布退出标准", _RULES, changes=True),
    Right("parameter.view", "查看地方参数", _RULES, paired=False),
    Right("parameter.edit", "维护地方参数", _RULES, changes=True),
    Right("year.manage", "开启和关闭年度", _CASES, changes=True),
    Right("assess.run", "发起全量判定", _CASES, changes=True),
    Right("run.view", "查看判定结果", _CASES),
    Right("file.view", "查看文件", _CASES),
    Right("file.add", "上传文件", _CASES, changes=True),
    Right("job.view", "查看后台任务", _CASES),
    Right("audit.view", "查看操作日志", _CASES),
)

BY_CODE: dict[str, Right] = {right.code: right for right in ALL}
RIGHTS: dict[str, str] = {right.code: right.label for right in ALL}

_READ_RULES = {"area.view", "standard.view", "parameter.view", "policy.view"}
_READ_CASES = _READ_RULES | {
    "unit.view",
    "household.view",
    "village.view",
    "file.view",
    "benefit.view",
    "post.view",
}
# Monitoring names illness and need: for who works with it, audits or answers for it; bureaus see what they are asked.
_READ_MONITORING = {"clue.view", "round.view", "monitoring.view", "measure.view"}
# A need is put to somebody: he answers it, whoever stands above may, and a bureau sees those put to it.
_READ_NEEDS = {"need.view"}
_ANSWER_NEEDS = _READ_NEEDS | {"need.answer"}
_READ_HELPING = {"responsibility.view", "student.view"}
_READ_EVALUATIONS = {"evaluation.view"}

ROLE_RIGHTS: dict[str, frozenset[str]] = {
    Role.HELPER: frozenset(
        _READ_RULES
        | {"household.view", "file.view", "file.add", "phone.view", "exit.view", "benefit.view"}
        | {"survey.edit", "income.edit", "photo.edit", "request.fill"}
        | _READ_MONITORING
        | _ANSWER_NEEDS
        | {"need.raise"}
        | {"clue.enter", "round.visit", "measure.edit"}
        | {"visit.view", "visit.record"}
        | {"duty.view", "duty.record", "leave.apply"}
        | _READ_HELPING
    ),
    Role.VILLAGE_CLERK: frozenset(
        _READ_CASES
        | {
            "file.add",
            "phone.view",
            "personal.reveal",
            "settlement.edit",
            "register.propose",
            "objection.enter",
        }
        | {"meeting.enter", "notice.post", "exit.view"}
        | {"survey.edit", "member.edit", "income.edit", "photo.edit", "request.fill"}
        | {"village.edit", "village.propose"}
        | _READ_MONITORING
        | _ANSWER_NEEDS
        | {"need.raise", "gap.assign"}
        | {"clue.enter", "clue.answer", "round.visit", "monitoring.propose", "measure.edit"}
        | {"visit.view", "visit.record", "visit.settle"}
        | {"duty.view", "duty.record", "leave.apply"}
        | _READ_HELPING
        | {"responsibility.edit", "student.log"}
    ),
    Role.TOWNSHIP_OFFICER: frozenset(
        _READ_CASES
        | {"file.add", "phone.view", "personal.reveal", "household.export", "settlement.edit"}
        | {"survey.edit", "member.edit", "income.edit", "photo.edit"}
        | {"request.fill", "request.check", "exit.view"}
        | {"meeting.enter", "notice.post", "objection.enter", "objection.settle"}
        | {"register.confirm", "register.import", "pairing.edit", "run.view", "job.view"}
        | {"village.edit", "village.verify"}
        | _READ_MONITORING
        | _ANSWER_NEEDS
        | {"need.raise", "gap.assign"}
        | {"clue.enter", "clue.check", "round.manage", "round.visit", "monitoring.check", "measure.edit"}
        | {"analysis.hold", "benefit.record"}
        | {"visit.view", "visit.record", "visit.settle"}
        | {"duty.view", "duty.record", "leave.approve"}
        | _READ_HELPING
        | _READ_EVALUATIONS
        | {"responsibility.edit", "post.edit", "evaluation.edit", "student.edit", "student.log"}
    ),
    # Does not enter facts: what he enters he could not decide.
    Role.COUNTY_REVIEWER: frozenset(
        _READ_CASES
        | {"file.add", "phone.view", "personal.reveal", "household.export", "area.edit", "settlement.edit"}
        | {"register.decide", "register.import", "status.adopt", "pairing.edit", "user.view"}
        | {"request.issue", "request.check"}
        | {"meeting.enter", "notice.post", "objection.enter", "objection.settle"}
        | {"standard.draft", "standard.publish", "parameter.edit", "year.manage"}
        | {"assess.run", "run.view", "job.view", "exit.view", "village.list", "village.decide"}
        | _READ_MONITORING
        | _ANSWER_NEEDS
        | {"need.raise", "gap.assign"}
        | {"clue.enter", "clue.check", "round.manage", "monitoring.decide", "monitoring.compare"}
        | {"analysis.hold", "regime.turn", "policy.edit", "benefit.record"}
        | {"visit.view", "visit.design"}
        | {"duty.view", "duty.edit", "duty.record", "leave.approve"}
        | _READ_HELPING
        | _READ_EVALUATIONS
        | {"responsibility.edit", "post.edit", "evaluation.edit", "student.edit", "student.log"}
    ),
    # Sees name, masked number, village and the indicator of his own sector (Scope.sectors).
    Role.BUREAU_OFFICER: frozenset(
        _READ_CASES
        | _ANSWER_NEEDS
        | {"file.add", "sector.edit", "clue.enter", "monitoring.compare"}
        | {"benefit.record", "student.view", "student.edit", "student.log"}
    ),
    Role.FINANCE_OFFICER: frozenset(_READ_CASES),
    Role.INSPECTOR: frozenset(
        _READ_CASES
        | _READ_MONITORING
        | _READ_NEEDS
        | _READ_HELPING
        | _READ_EVALUATIONS
        | {"run.view", "exit.view", "visit.view"}
        | {"duty.view"}
    ),
    Role.AUDITOR: frozenset(
        _READ_CASES
        | _READ_MONITORING
        | _READ_NEEDS
        | _READ_HELPING
        | _READ_EVALUATIONS
        | {"personal.reveal", "household.export", "export.oversee", "run.view", "job.view"}
        | {"audit.view", "accounts_audit.view", "exit.view", "visit.view"}
        | {"duty.view"}
    ),
    Role.LEADER: frozenset(
        _READ_CASES
        | _READ_MONITORING
        | _READ_NEEDS
        | _READ_HELPING
        | _READ_EVALUATIONS
        | {"run.view", "exit.view", "visit.view"}
        | {"duty.view"}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            "area.view",
            "unit.view",
            "unit.edit",
            "user.view",
            "user.edit",
            "posting.edit",
            "accounts_audit.view",
        }
    ),
}

# Of these a role holds at most one: who does one of them must not do another on the same case.
LANES: tuple[frozenset[str], ...] = (
    frozenset({"register.propose", "register.confirm", "register.decide"}),
    frozenset({"village.propose", "village.verify", "village.decide"}),
    frozenset({"monitoring.propose", "monitoring.check", "monitoring.decide"}),
    frozenset({"clue.answer", "clue.check"}),
    frozenset({"leave.apply", "leave.approve"}),
)


def roles_with(code: str) -> list[Role]:
    """The roles that hold a right, in the order of the product's table."""
    return [role for role in Role if code in ROLE_RIGHTS[role]]


def who_can(code: str) -> tuple[str, list[str]]:
    """Label of a right and labels of the roles that hold it, for the page that says "no right"."""
    return RIGHTS.get(code, code), [role.label for role in roles_with(code)]
