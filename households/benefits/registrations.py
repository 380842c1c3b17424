"""What policies and benefits tell the apps above: words for the log, whose files, which places."""

from households.benefits.demo import tell_of_benefits
from households.benefits.models import Benefit, Policy
from households.benefits.workflow import CASE, POLICY
from households.demo import chapters
from poverty.areas import bearers
from poverty.audit import field_words
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind

register_case_type(CASE, "政策", "households:policy")
register_case_type("households.training", "培训班", "households:training")
register_case_type("households.solarstation", "光伏电站", "households:solar-station")
register_actions(
    {
        "households.policy.update": "修改政策草稿",
        "households.benefit.record": "登记政策享受",
        "households.benefit.reverse": "冲销政策享受",
        "households.benefit.import": "导入政策享受",
        "households.benefit.income": "政策发放计入收入",
        "households.benefit.answer": "核对政策发放与收入",
        "households.loan.record": "登记小额信贷",
        "households.loan.repay": "登记还款",
        "households.loan.reverse": "冲销还款",
        "households.loan.extend": "贷款展期",
        "households.loan.withdraw": "撤销贷款登记",
        "households.training.open": "登记培训班",
        "households.training.add": "登记培训人员",
        "households.training.result": "登记培训结果",
        "households.training.withdraw": "撤销培训登记",
        "households.job.record": "登记就业",
        "households.job.end": "登记离岗",
        "households.job.withdraw": "撤销就业登记",
        "households.solar.open": "登记光伏电站",
        "households.solar.connect": "登记电站并网",
        "households.solar.correct": "更正并网日期",
        "households.solar.withdraw": "撤销电站登记",
        "households.solar.share": "登记光伏受益户",
        "households.solar.end": "结束光伏受益",
        "households.solar.unshare": "撤销光伏受益户登记",
        **{f"{POLICY.case_type}.{one.name}": one.label for one in POLICY.transitions},
    }
)
field_words.register("households.policy.", {"entitled": "享受条件", "terms": "各期期限"})
# A policy holds where it was made; year rows choose theirs by the code of that year.
bearers.exempt("households.policy", "area_code", "政策属于发布时的地区")
bearers.exempt("households.coveragerun", "area_code", "数字重算时按当时的区划")
bearers.exempt("households.coveragefigure", "area_code", "数字重算时按当时的区划")
bearers.exempt("households.peoplefigure", "area_code", "数字重算时按当时的区划")
bearers.register(bearers.Column("培训班", "households.training", "area"))
bearers.register(bearers.Column("光伏电站", "households.solarstation", "area"))

cases.register(
    CASE,
    rows=Policy.objects.visible_to,
    attachable=lambda user: Policy.objects.visible_to(user, "policy.edit").drafts(),
    roles={"scan": cases.Role("政策文件扫描件", Kind.SCAN)},
)
cases.register(
    "households.benefit",
    rows=lambda user: Benefit.objects.visible_to(user).select_related("household"),
    attachable=lambda user: Benefit.objects.visible_to(user, "benefit.record"),
    roles={"paper": cases.Role("发放凭证", Kind.SCAN)},
)

chapters.register(tell_of_benefits)
