"""What each step of monitoring asks of its case; every function says in Chinese what is missing, [] when nothing is."""

from datetime import date

from households.models import Assessment, CaseComparison, CaseRisk, Clue, Measure, Monitoring, MonitoringCase
from households.monitoring.deadlines import months_after
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from poverty.fields.states import UNMET
from poverty.parameters.services import values_for
from poverty.review.models import Notice, RosterEntry

CASE_TYPE = "households.monitoringcase"
HELPED, OBSERVED, LINE = (
    "check.monitoring_helped_months",
    "check.monitoring_observed_months",
    "line.monitoring",
)
GUARANTEES = {"education": "义务教育", "medical": "基本医疗", "housing": "住房安全", "water": "饮水安全"}
ISSUES = ("education_issue", "insurance_issue", "housing_issue", "water_issue")
REMOVAL_CHECKS = ("income_stable", "guarantees_stable", "risk_gone", "no_new_risk")


def visited_whole(case: MonitoringCase) -> list[str]:
    """The visit says everything that the village, the township and the county weigh (standards.md 9.2)."""
    missing = []
    if case.visited_on is None or not case.visitors:
        missing.append("入户日期和入户人员")
    if case.authorized_on is None or not case.authorized_by:
        missing.append("承诺授权书（签字日期和签字人）")
    if case.net_income_per_head is None:
        missing.append("近12个月人均纯收入")
    if any(getattr(case, name) is None for name in ISSUES):
        missing.append("三保障和饮水情况")
    if case.purpose == MonitoringCase.Purpose.IDENTIFY:
        if not case.category:
            missing.append("监测对象类别")
        if not CaseRisk.objects.filter(case=case).exists():
            missing.append("致贫返贫风险")
        if not case.difficulties:
            missing.append("突出困难")
    said = [f"入户核实还缺：{'、'.join(missing)}。"] if missing else []
    return said if missing or case.purpose == MonitoringCase.Purpose.IDENTIFY else removal_faults(case)


def compared_whole(case: MonitoringCase) -> list[str]:
    """Every bureau was asked, on the household's authorisation."""
    if case.authorized_on is None:
        return ["没有承诺授权书，不能比对信息。"]
    answered = set(CaseComparison.objects.filter(case=case).values_list("subject", flat=True))
    open_ones = [one.label for one in COMPARISON_SUBJECTS if one.key not in answered]
    return [f"还没有比对：{'、'.join(open_ones)}。"] if open_ones else []


def ready_to_be_checked(case: MonitoringCase) -> list[str]:
    """No doubt of a bureau is left; and of a removal every check still holds."""
    hits = CaseComparison.objects.filter(case=case, result=CaseComparison.Result.HIT)
    doubts = "、".join(one.get_subject_display() for one in hits)
    said = [f"比对疑点还没有核实：{doubts}。请退回村里核实。"] if doubts else []
    return said if case.purpose == MonitoringCase.Purpose.IDENTIFY else said + removal_faults(case)


def removal_faults(case: MonitoringCase) -> list[str]:
    """Why the risk may not be declared removed (standards.md 9.3); [] when nothing stands against it."""
    monitoring, on = case.monitoring, case.visited_on or case.opened_on
    values = values_for((HELPED, OBSERVED, LINE), case.household.area_id, on)
    said = []
    if unsure := [
        MonitoringCase._meta.get_field(name).verbose_name
        for name in REMOVAL_CHECKS
        if getattr(case, name) is not True
    ]:
        said.append(f"以下核查没有成立：{'、'.join(unsure)}。")
    if case.without_labour or monitoring.whole_household_without_labour:
        said.append("整户无劳动能力的户一般不标注风险消除，请办理“整户无劳动力暂不消除”。")
    said += _income_faults(case, values[LINE])
    said += _guarantee_faults(case)
    said += _time_faults(case, monitoring, on, values)
    if Clue.objects.open().filter(household=case.household).exists():
        said.append("该户还有线索等待核实。")
    return said


def _income_faults(case: MonitoringCase, line) -> list[str]:
    if case.net_income_per_head is None or line is None or case.net_income_per_head > line:
        return []
    return [f"人均纯收入 {case.net_income_per_head:,.2f} 元，没有超过当年监测范围 {line:,.2f} 元。"]


def _guarantee_faults(case: MonitoringCase) -> list[str]:
    issues = [
        MonitoringCase._meta.get_field(name).verbose_name
        for name in ISSUES
        if getattr(case, name) is not False
    ]
    said = [f"入户核实为：{'、'.join(issues)}（或没有填写）。"] if issues else []
    last = Assessment.objects.filter(household=case.household).order_by("-year").first()
    failing = [label for code, label in GUARANTEES.items() if last and getattr(last, code) == UNMET]
    if failing:
        said.append(f"{last.year}年度判定{'、'.join(failing)}未达标。")
    return said


def _time_faults(case: MonitoringCase, monitoring: Monitoring, on: date, values: dict) -> list[str]:
    since = monitoring.identified_on
    if not case.removal_method:
        return ["请选择风险消除方式。"]
    said = []
    if on < months_after(since, values[OBSERVED]):
        said.append(f"{since} 识别，观察不足 {values[OBSERVED]} 个月。")
    if case.removal_method != "by_help":
        return said
    if on < months_after(since, values[HELPED]):
        said.append(f"识别后不足 {values[HELPED]} 个月，不能帮扶消除。")
    if not Measure.objects.filter(household=case.household, begins_on__lte=on).exists():
        said.append("没有登记帮扶措施，不能帮扶消除。")
    return said


def announced_in_village(case: MonitoringCase) -> list[str]:
    """The announcement hangs in the village."""
    lists = RosterEntry.objects.standing().filter(case_type=CASE_TYPE, case_id=case.pk).values("roster")
    posted = Notice.objects.standing().filter(roster__in=lists, kind=Notice.Kind.ANNOUNCEMENT)
    return [] if posted.exists() else ["还没有张贴村内公告。"]


def backed_by_a_case(monitoring: Monitoring) -> list[str]:
    """An object of monitoring comes from a case that went the whole way."""
    return _backed(monitoring, MonitoringCase.Purpose.IDENTIFY, "纳入监测须经完整的识别程序。")


def removable(monitoring: Monitoring) -> list[str]:
    """A risk is removed by a case that went the whole way, by whatever path it is fired."""
    return _backed(monitoring, MonitoringCase.Purpose.REMOVE, "风险消除须经完整的审批程序。")


def _backed(monitoring: Monitoring, purpose: str, text: str) -> list[str]:
    cases = MonitoringCase.objects.filter(monitoring=monitoring, purpose=purpose, state="recorded")
    return [] if cases.exists() else [text]
