"""What is done for the 233 households of the demo county: plans of 2018, the 22 rebuilt houses and other measures, needs.

Of 2018 is what is done; what goes on is counted back from today, so that deadlines are those of a working office. Their
gaps stand already: judging opened them.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Value, When
from django.utils import timezone

from households.demo.county_figures import COUNTY
from households.demo.people_of_the_county import Home
from households.demo.staff import DEMO_VILLAGE, Staff
from households.gaps.measures import ANSWERS, begin_measure, plan_measure
from households.gaps.needs import answer_need, may_answer, raise_need, tell_household
from households.models import Gap, HelpPlan, Household, Measure, Pairing
from households.options.measure_groups import MEASURE_GROUPS
from households.options.need_parties import BUREAUS, HELPER, VILLAGE
from poverty.accounts.models import Posting, Role, User
from poverty.audit.services import record_rows
from poverty.sql.periods import valid_at

YEAR = 2018
DRAWN_UP = date(2018, 3, 5)
_WITHOUT_PLAN = 6  # so that the list that should be empty has something to show
# Cause -> (group, subtype, what, yuan planned, what came of it).
_BY_CAUSE = {
    "illness": ("health", "family_doctor", "家庭医生签约，住院先诊疗后付费", 600, "签约并随访4次"),
    "disability": ("comprehensive", "allowance", "落实残疾人两项补贴和低保", 3600, "补贴按月到账"),
    "schooling": ("other_education", "schooling_aid", "落实教育资助和雨露计划", 3000, "资助到账，无人失学"),
    "labour": ("industry", "land_transfer", "土地流转给合作社，每亩450元", 2700, "流转6亩，租金到账"),
    "skill": ("employment", "training", "参加食用菌种植培训", 400, "取得培训合格证"),
    "capital": ("finance", "microcredit", "扶贫小额信贷，全额贴息", 20000, "用于扩大养殖，按期付息"),
}
_OTHERS = ("industry", "breeding", "送鸡苗50只，合作社回收", 1500, "出栏42只，增收2100元")
_ANSWERS = {
    "water": "更换水泵并做水质检测",
    "housing": "纳入危房改造计划",
    "education": "与学校核实在校生状况",
    "medical": "核对参保并代缴个人部分",
    "income": "介绍到扶贫车间务工",
    "stable_income": "安排公益性岗位",
}
# (days ago, kind, whom, what, what became of it, the words)
_NEEDS = (
    (4, "industry", "helper", "想养鸡，缺鸡苗和技术", "", ""),
    (20, "water", "water", "冬天水管冻住，要到河边挑水", "", ""),
    (
        9,
        "medical",
        "medical_insurance",
        "慢病药不能在村里报销",
        "answer",
        "已联系乡卫生院，下月起村里可以取药",
    ),
    (25, "housing", "village", "房顶漏雨", "finish", "村里组织人换了瓦，不漏了"),
    (30, "education", "education", "孩子上高中没有补助", "finish", "按雨露计划每学期补1500元，已到账"),
    (12, "employment", "township", "想在附近打工，照顾老人", "answer", "扶贫车间十二月招工，已报名"),
    (
        16,
        "infrastructure",
        "transport",
        "门前路不通车",
        "decline",
        "不足20户的自然村今年没有计划，已列入明年申报",
    ),
    (6, "allowance", "civil_affairs", "申请临时救助", "", ""),
    (3, "sales", "helper", "木耳卖不出去", "answer", "单位食堂先买30斤，其余挂在消费扶贫平台"),
    (18, "training", "human_resources", "想学电焊", "pass_on", "由职教中心统一开班"),
)


def help_households(homes: list[Home], staff: Staff) -> str:
    """Write plans, measures and needs, and say how many."""
    helpers = _helpers()
    households = Household.objects.in_bulk([home.pk for home in homes])
    plans = _plans(homes, households, helpers)
    measures = _measures(homes, plans, helpers)
    record_rows(
        "households.plan.draw_up",
        [
            {"obj": households[pk], "summary": f"制定{YEAR}年度{plan.get_kind_display()}（演示）"}
            for pk, plan in plans.items()
        ],
        actor=None,
    )
    going_on = _going_on(staff)
    needs = _needs(homes, households, staff)
    return f"帮扶计划 {len(plans)} 份，措施 {measures + going_on} 项，诉求 {needs} 条"


def _helpers() -> dict[int, User]:
    rows = Pairing.objects.filter(valid_at(timezone.localdate()), order=1).select_related("helper")
    return {row.household_id: row.helper for row in rows}


def _plans(homes: list[Home], households: dict, helpers: dict) -> dict[int, HelpPlan]:
    here = [home.number for home in homes if home.village == DEMO_VILLAGE]
    without = {*here[-_WITHOUT_PLAN // 2 :], *(home.number for home in homes[: _WITHOUT_PLAN // 2])}
    rows = [
        HelpPlan(
            household_id=home.pk,
            year=YEAR,
            kind=HelpPlan.Kind.HELP if home.group == "open" else HelpPlan.Kind.STABLE,
            goal="人均纯收入超过标准，三保障稳定" if home.group == "open" else "收入不降，三保障不反弹",
            drawn_up_on=DRAWN_UP,
            helper=helpers.get(home.pk) if number % 5 else None,
            helper_signed_on=DRAWN_UP + timedelta(days=3) if number % 5 and home.pk in helpers else None,
            signer=households[home.pk].head_name if number % 4 else "",
            signer_relation="本人" if number % 4 else "",
            household_signed_on=DRAWN_UP + timedelta(days=3) if number % 4 else None,
            recorded_by=helpers[home.pk],
        )
        for number, home in enumerate(homes)
        if home.pk in helpers and home.number not in without
    ]
    return {row.household_id: row for row in HelpPlan.objects.bulk_create(rows)}


def _measures(homes: list[Home], plans: dict[int, HelpPlan], helpers: dict) -> int:
    rows = []
    for number, home in enumerate(homes):
        helper = helpers.get(home.pk)
        if helper is None:
            continue
        if home.rebuilt:
            rows.append(_rebuilding(home, helper))
        group, subtype, content, amount, result = _BY_CAUSE.get(home.cause, _OTHERS)
        ends = date(2018, 6 + number % 5, 20)
        rows.append(
            Measure(
                household_id=home.pk,
                plan=plans.get(home.pk),
                group=group,
                subtype=subtype,
                content=content,
                planned_amount=Decimal(amount),
                actual_amount=Decimal(amount),
                planned_from=date(2018, 4, 1),
                planned_until=date(2018, 10, 31),
                begins_on=date(2018, 4, 1) + timedelta(days=number % 30),
                ends_on=ends,
                result=result,
                responsible=helper.name,
                officer=helper,
                unit=helper.unit,
                recorded_by=helper,
            )
        )
    return len(Measure.objects.bulk_create(rows))


def _rebuilding(home: Home, helper: User) -> Measure:
    """One of the 22 houses of 2016 and 2017: 13 of grade C repaired, 9 of grade D built anew (A24)."""
    grade, year = home.rebuilt
    anew = grade == "d"
    amount = Decimal(22_000 if anew else 9_000)
    return Measure(
        household_id=home.pk,
        group="housing",
        subtype="rebuilding",
        content="D级危房拆除重建" if anew else "C级危房修缮加固",
        project=f"{year}年农村危房改造",
        planned_amount=amount,
        actual_amount=amount,
        planned_from=date(year, 4, 10),
        planned_until=date(year, 9, 30),
        begins_on=date(year, 4, 20),
        ends_on=date(year, 9, 5),
        result="验收合格，入住新房" if anew else "验收合格",
        responsible="区住建局",
        officer=helper,
        recorded_by=helper,
    )


def _going_on(staff: Staff) -> int:
    """Measures that answer gaps of today: some planned, some under way, the first one late."""
    today = timezone.localdate()
    gaps = list(
        Gap.objects.open()
        .of_year(YEAR)
        .filter(indicator__in=_ANSWERS, household__state="registered")
        .select_related("household")
        .order_by(Case(When(area_code=DEMO_VILLAGE, then=Value(0)), default=Value(1)), "area_code", "id")[:14]
    )
    for number, gap in enumerate(gaps):
        clerk = staff.clerks[gap.household.area_id]
        group = ANSWERS[gap.indicator][0]
        measure = plan_measure(
            gap.household,
            group=group,
            content=f"{_ANSWERS[gap.indicator]}（{MEASURE_GROUPS.label(group)}，演示）",
            responsible=gap.get_party_display(),
            planned_from=today - timedelta(days=30),
            planned_until=today + timedelta(days=7 * number - 5),
            planned_amount=Decimal(800),
            gap=gap,
            plan=HelpPlan.objects.filter(household=gap.household, year=YEAR).first(),
            actor=clerk,
        )
        if number % 2:
            begin_measure(measure, on=today - timedelta(days=2), actor=clerk)
    return len(gaps)


def _needs(homes: list[Home], households: dict, staff: Staff) -> int:
    """Ten in the demo village and its neighbours, taken in by the clerk: waiting, late, answered, done, not possible."""
    today = timezone.localdate()
    here = sorted(homes, key=lambda home: (home.village != DEMO_VILLAGE, home.number))
    here = [home for home in here if households[home.pk].state == "registered"]
    bureaus = {
        posting.sector: posting.user
        for posting in Posting.objects.filter(
            valid_at(today), role=Role.BUREAU_OFFICER, area=COUNTY, user__is_active=True
        ).select_related("user")
    }
    for home, (days, kind, whom, text, action, words) in zip(here, _NEEDS, strict=False):
        household, clerk = households[home.pk], staff.clerks[home.village]
        need = raise_need(
            household,
            kind=kind,
            text=f"{text}（演示）",
            whom=whom,
            raised_on=today - timedelta(days=days),
            late_reason="演示数据：走访后集中录入",
            actor=clerk,
        )
        actor = bureaus.get(whom) if whom in BUREAUS else _answerer(whom, household, staff)
        if action == "pass_on":
            actor = staff.reviewers[0]  # the county office passes on what was put to the wrong one
        if not action or actor is None or not (action == "pass_on" or may_answer(actor, need)):
            continue  # a bureau without an account of its own answers on paper
        more = {"whom": "education"} if action == "pass_on" else {}
        answer_need(need, action, reply=words, on=today - timedelta(days=1), actor=actor, **more)
        if action == "finish":
            tell_household(need, on=today, actor=clerk)
    return min(len(here), len(_NEEDS))


def _answerer(whom: str, household: Household, staff: Staff) -> User:
    # The clerk stands above the helper, and writes down what he did.
    if whom in (HELPER, VILLAGE):
        return staff.clerks[household.area_id]
    return staff.officers[household.area_id[:9]][0]
