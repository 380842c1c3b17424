"""What each step of monitoring asks of its case, in Chinese: of many cases set-based, and of one by the same words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from households.models import Assessment, CaseComparison, CaseRisk, Clue, Measure, Monitoring, MonitoringCase
from households.monitoring.deadlines import months_after
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from poverty.fields.states import UNMET
from poverty.parameters.services import values_at
from poverty.review.models import Notice, RosterEntry, Step, TransactionId

CASE_TYPE = "households.monitoringcase"
HELPED, OBSERVED, LINE = (
    "check.monitoring_helped_months",
    "check.monitoring_observed_months",
    "line.monitoring",
)
GUARANTEES = {"education": "义务教育", "medical": "基本医疗", "housing": "住房安全", "water": "饮水安全"}
ISSUES = ("education_issue", "insurance_issue", "housing_issue", "water_issue")
REMOVAL_CHECKS = ("income_stable", "guarantees_stable", "risk_gone", "no_new_risk")
IDENTIFY = MonitoringCase.Purpose.IDENTIFY
Messages = dict[int, list[str]]


def visit_gaps(case: MonitoringCase, has_risks: bool) -> list[str]:
    """What the visit does not say yet of what village, township and county weigh (standards.md 9.2); no query."""
    missing = []
    if case.visited_on is None or not case.visitors:
        missing.append("入户日期和入户人员")
    if case.authorized_on is None or not case.authorized_by:
        missing.append("承诺授权书（签字日期和签字人）")
    if case.net_income_per_head is None:
        missing.append("近12个月人均纯收入")
    if any(getattr(case, name) is None for name in ISSUES):
        missing.append("三保障和饮水情况")
    if case.purpose == IDENTIFY:
        if not case.category:
            missing.append("监测对象类别")
        if not has_risks:
            missing.append("致贫返贫风险")
        if not case.difficulties:
            missing.append("突出困难")
    return [f"入户核实还缺：{'、'.join(missing)}。"] if missing else []


def visited_whole(case: MonitoringCase) -> list[str]:
    """The visit is whole; and of a removal, every check holds."""
    return _visited(_of(case)).get(case.pk, [])


def compared_whole(case: MonitoringCase) -> list[str]:
    """Every bureau was asked in this round, on the household's authorisation, and the visit is still whole."""
    if case.authorized_on is None:
        return ["没有承诺授权书，不能比对信息。"]
    answered = set(CaseComparison.objects.of_round().filter(case=case).values_list("subject", flat=True))
    open_ones = [one.label for one in COMPARISON_SUBJECTS if one.key not in answered]
    said = [f"还没有比对：{'、'.join(open_ones)}。"] if open_ones else []
    return said + visited_whole(case)


def ready_to_be_checked(case: MonitoringCase) -> list[str]:
    """The visit is whole and no doubt of a bureau is left; and of a removal every check still holds."""
    return _ready(_of(case)).get(case.pk, [])


def ready_many(cases: QuerySet) -> Mapping[int, str]:
    """The same of many cases, by primary key; the number of queries does not grow with that of the cases."""
    return {pk: "".join(messages) for pk, messages in _ready(cases).items()}


def _of(case: MonitoringCase) -> QuerySet[MonitoringCase]:
    return MonitoringCase.objects.filter(pk=case.pk)


def _visited(cases: QuerySet) -> Messages:
    rows = list(cases.order_by().select_related("household", "monitoring"))
    ids = [case.pk for case in rows]
    risky = set(CaseRisk.objects.filter(case__in=ids).values_list("case_id", flat=True))
    found = {case.pk: gaps for case in rows if (gaps := visit_gaps(case, case.pk in risky))}
    removals = [case for case in rows if case.purpose != IDENTIFY and case.pk not in found]
    return found | removal_faults(removals)


def _ready(cases: QuerySet) -> Messages:
    found: Messages = defaultdict(list, _visited(cases))
    ids = list(cases.order_by().values_list("pk", flat=True))
    hits = defaultdict(list)
    doubts = CaseComparison.objects.of_round().filter(case__in=ids, result=CaseComparison.Result.HIT)
    for one in doubts.order_by("case", "pk"):
        hits[one.case_id].append(one.get_subject_display())
    for pk, subjects in hits.items():
        found[pk] = [f"比对疑点还没有核实：{'、'.join(subjects)}。请退回村里核实。", *found[pk]]
    return dict(found)


def removal_faults(cases: Iterable[MonitoringCase]) -> Messages:
    """Why the risks of these cases may not be declared removed (standards.md 9.3), by case; with their household and
    object of monitoring read along, four queries whatever their number.
    """
    rows = list(cases)
    if not rows:
        return {}
    households = [case.household_id for case in rows]
    results = Assessment.objects.filter(household__in=households).order_by("household_id", "-year")
    last = {one.household_id: one for one in results.distinct("household_id")}
    told = set(Clue.objects.open().filter(household__in=households).values_list("household_id", flat=True))
    helped = _helped(rows)
    days = {case.pk: (case.household.area_id, case.visited_on or case.opened_on) for case in rows}
    values = values_at((HELPED, OBSERVED, LINE), days.values())
    found = {}
    for case in rows:
        on, rules = days[case.pk][1], values[days[case.pk]]
        said = _unsure(case) + _income_faults(case, rules[LINE])
        said += _guarantee_faults(case, last.get(case.household_id))
        said += _time_faults(case, on, rules, has_measure=case.pk in helped)
        if case.household_id in told:
            said.append("该户还有线索等待核实。")
        if said:
            found[case.pk] = said
    return found


def _helped(cases: list[MonitoringCase]) -> set[int]:
    """Cases whose household was helped under this watch: urgent help before it counts as long as it went on."""
    measures = Measure.objects.filter(
        Q(begins_on__gte=OuterRef("monitoring__identified_on"))
        | Q(ends_on=None)
        | Q(ends_on__gte=OuterRef("monitoring__identified_on")),
        household=OuterRef("household"),
        cancelled_on=None,
        begins_on__lte=Coalesce(OuterRef("visited_on"), OuterRef("opened_on")),
    )
    rows = MonitoringCase.objects.filter(Exists(measures), pk__in=[case.pk for case in cases])
    return set(rows.values_list("pk", flat=True))


def _unsure(case: MonitoringCase) -> list[str]:
    said = []
    if unsure := [
        MonitoringCase._meta.get_field(name).verbose_name
        for name in REMOVAL_CHECKS
        if getattr(case, name) is not True
    ]:
        said.append(f"以下核查没有成立：{'、'.join(unsure)}。")
    if case.without_labour or case.monitoring.whole_household_without_labour:
        said.append("整户无劳动能力的户一般不标注风险消除，请办理“整户无劳动力暂不消除”。")
    return said


def _income_faults(case: MonitoringCase, line) -> list[str]:
    if case.net_income_per_head is None or line is None or case.net_income_per_head > line:
        return []
    return [f"人均纯收入 {case.net_income_per_head:,.2f} 元，没有超过当年监测范围 {line:,.2f} 元。"]


def _guarantee_faults(case: MonitoringCase, last: Assessment | None) -> list[str]:
    issues = [
        MonitoringCase._meta.get_field(name).verbose_name
        for name in ISSUES
        if getattr(case, name) is not False
    ]
    said = [f"入户核实为：{'、'.join(issues)}（或没有填写）。"] if issues else []
    failing = [label for code, label in GUARANTEES.items() if last and getattr(last, code) == UNMET]
    if failing:
        said.append(f"{last.year}年度判定{'、'.join(failing)}未达标。")
    return said


def _time_faults(
    case: MonitoringCase, on: date, values: Mapping[str, Any], *, has_measure: bool
) -> list[str]:
    since = case.monitoring.identified_on
    if not case.removal_method:
        return ["请选择风险消除方式。"]
    said = []
    if on < months_after(since, values[OBSERVED]):
        said.append(f"{since} 识别，观察不足 {values[OBSERVED]} 个月。")
    if case.removal_method != "by_help":
        return said
    if on < months_after(since, values[HELPED]):
        said.append(f"识别后不足 {values[HELPED]} 个月，不能帮扶消除。")
    if not has_measure:
        said.append("本次监测期间没有登记帮扶措施，不能帮扶消除。")
    return said


def announced_in_village(case: MonitoringCase) -> list[str]:
    """The announcement hangs in the village."""
    return [text] if (text := announced_many(_of(case)).get(case.pk)) else []


def announced_many(cases: QuerySet) -> Mapping[int, str]:
    """The same of many cases, by primary key: those whose list has no announcement."""
    posted = Notice.objects.standing().filter(roster=OuterRef("roster"), kind=Notice.Kind.ANNOUNCEMENT)
    listed = RosterEntry.objects.standing().filter(
        Exists(posted), case_type=CASE_TYPE, case_id=OuterRef("pk")
    )
    waiting = cases.filter(~Exists(listed)).order_by().values_list("pk", flat=True)
    return dict.fromkeys(waiting, "还没有张贴村内公告。")


def backed_by_a_case(monitoring: Monitoring) -> list[str]:
    """An object of monitoring comes from a case that went the whole way."""
    return _backed(monitoring, IDENTIFY, "纳入监测须经完整的识别程序。")


def removable(monitoring: Monitoring) -> list[str]:
    """A risk is removed by a case that went the whole way, by whatever path it is fired."""
    return _backed(monitoring, MonitoringCase.Purpose.REMOVE, "风险消除须经完整的审批程序。")


def _backed(monitoring: Monitoring, purpose: str, text: str) -> list[str]:
    """Recorded in this very transaction: the case of an earlier pass (回退 has undone it) decides nothing any more."""
    just_now = Step.objects.filter(
        case_type=CASE_TYPE, case_id=OuterRef("pk"), transition="record_case", txid=TransactionId()
    )
    cases = MonitoringCase.objects.filter(
        Exists(just_now), monitoring=monitoring, purpose=purpose, state=MonitoringCase.State.RECORDED
    )
    return [] if cases.exists() else [text]


def taken_back_to(state: str):
    """The condition of 恢复: the object stood in `state` when it was kept (整户无劳动力暂不消除)."""

    def asked(monitoring: Monitoring) -> list[str]:
        return [] if stood_before(monitoring) == state else ["该户暂不消除以前不是这个状态。"]

    return asked


def stood_before(monitoring: Monitoring) -> str:
    """The state in which an object stood when it was kept; one that came kept from outside: present."""
    kept = Step.objects.filter(
        case_type="households.monitoring", case_id=monitoring.pk, transition="keep_without_labour"
    )
    return kept.order_by("-id").values_list("source", flat=True).first() or "present"
