"""What became of the demo county after 2020: households watched in 2024 and 2025, and work on every desk now.

Everything goes the way of every clue and case. What is over happened in 2024 and 2025, entered late from the papers; what
waits is counted back from today, so that deadlines are those of a working office.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from households.demo.exits import drawn_sheet
from households.demo.people_of_the_county import Home
from households.demo.staff import DEMO_VILLAGE, Staff
from households.models import Assessment, Household, Monitoring, MonitoringCase
from households.monitoring.cases import IDENTIFY, REMOVE, advance, open_case, save_visit, set_comparison
from households.monitoring.clues import answer_clue, receive_clue
from households.monitoring.measures import add_measure
from households.monitoring.rounds import note_visits, open_round
from households.monitoring.village_lists import announce, appraise, on_lists, post_first_notice
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from poverty.fields.states import MET
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.services.meetings import Said

LATE = "演示数据：按当时纸质材料补录"
BASIS = "农户承诺授权书（演示）"
TOWN = DEMO_VILLAGE[:9]
STATES = (
    "opened",
    "visited",
    "compared",
    "appraised",
    "posted",
    "checked",
    "approved",
    "announced",
    "recorded",
)


class _Story:
    """Carries cases through the procedure in the name of those whose work each step is."""

    def __init__(self, staff: Staff):
        self.staff = staff
        self.reviewer, self.decider = staff.reviewers[0], staff.reviewers[1]

    def clerk(self, household: Household):
        return self.staff.clerks[household.area_id]

    def officer(self, household: Household):
        return self.staff.officers[household.area_id[:9]][0]

    def carry(
        self,
        household: Household,
        start: date,
        until: str,
        *,
        purpose: str = IDENTIFY,
        risks=("illness",),
        **facts,
    ) -> MonitoringCase:
        """A case opened on a day, carried on a day at a time until a state of STATES."""
        clerk, far = self.clerk(household), STATES.index(until)
        case = open_case(
            household,
            purpose,
            reason="大额医疗支出，收入下降" if purpose == IDENTIFY else "收入稳定，风险已消除",
            actor=clerk,
            opened_on=start,
            late_reason=LATE,
        )
        if far >= STATES.index("visited"):
            self._visit(case, start + timedelta(days=2), purpose, risks, facts)
        if far >= STATES.index("compared"):
            self._compare(case, start + timedelta(days=3))
        if far >= STATES.index("appraised"):
            self._appraise(case, start + timedelta(days=4))
        if far >= STATES.index("posted"):
            self._post(case, start + timedelta(days=5))
        day = start + timedelta(days=10)  # posted on the sixth day for five days
        if far >= STATES.index("checked"):
            advance(case, "township_check", actor=self.officer(household), happened_on=day, late_reason=LATE)
        if far >= STATES.index("approved"):
            self._approve(case, day + timedelta(days=1))
        if far >= STATES.index("announced"):
            self._announce(case, day + timedelta(days=2))
        if far >= STATES.index("recorded"):
            self._record(case, day + timedelta(days=3))
        return case

    def _visit(self, case, day, purpose, risks, facts) -> None:
        clerk = self.clerk(case.household)
        values = {
            "visited_on": day,
            "visitors": f"{clerk.name}、{self.staff.officers[case.household.area_id[:9]][0].name}",
            "authorized_on": day,
            "authorized_by": case.household.head_name,
            "signer_relation": "户主本人",
            "net_income_per_head": Decimal("6850.00") if purpose == IDENTIFY else Decimal("11260.00"),
            "self_paid": Decimal("16400.00") if purpose == IDENTIFY else Decimal("1200.00"),
            **dict.fromkeys(("education_issue", "insurance_issue", "housing_issue", "water_issue"), False),
            "difficulties": "主要劳动力手术后半年不能务工",
            "ability": "有少量存款，亲属可短期照料",
            "without_labour": False,
            "contact_name": clerk.name,
        }
        if purpose == IDENTIFY:
            values["category"] = "edge" if case.household.kind == "general_rural" else "unstable_exited"
        else:
            checks = ("income_stable", "guarantees_stable", "risk_gone", "no_new_risk")
            values |= {"removal_method": "by_help", **dict.fromkeys(checks, True)}
        save_visit(case, values | facts, risks=risks if purpose == IDENTIFY else None, actor=clerk)
        advance(
            case,
            "visit",
            actor=clerk,
            happened_on=day,
            late_reason=LATE,
            document_name="承诺授权书、入户核实表（演示）",
        )

    def _compare(self, case, day) -> None:
        for one in COMPARISON_SUBJECTS:
            set_comparison(case, one.key, "nothing", legal_basis=BASIS, on=day, actor=self.decider)
        self._scanned(case, "authorization", case.household)
        advance(case, "compare", actor=self.decider, happened_on=day, late_reason=LATE)

    def _appraise(self, case, day) -> None:
        meeting = {
            "held_on": day,
            "place": "村部会议室",
            "chair": self.clerk(case.household).name,
            "due": 32,
            "present": 27,
            "summary": "逐户评议，亲属回避（演示）",
            "late_reason": LATE,
        }
        held, _, _ = appraise(
            case.household.area_id,
            [Said(case.pk, True, 25, 1, 1)],
            actor=self.clerk(case.household),
            meeting=meeting,
        )
        self._scanned(held, "minutes", case.household)

    def _scanned(self, holder, role: str, household) -> None:
        """A drawn sheet in place of the scan."""
        clerk, place = self.clerk(household), household.area_id
        link(
            store(drawn_sheet(place), actor=clerk, area_code=place, kind=Kind.SCAN),
            holder,
            role=role,
            actor=clerk,
        )

    def _post(self, case, day) -> None:
        notice = {"place": "村务公开栏", "contact": "镇乡村振兴办", "posted_on": day, "late_reason": LATE}
        post_first_notice(
            case.household.area_id,
            [case.pk],
            purpose=case.purpose,
            actor=self.clerk(case.household),
            notice=notice,
        )

    def _approve(self, case, day) -> None:
        paper = f"二道江区防返贫审批〔{day.year}〕{case.pk}号（演示）"
        advance(case, "approve", actor=self.reviewer, happened_on=day, late_reason=LATE, document_name=paper)

    def _announce(self, case, day) -> None:
        notice = {
            "place": "村务公开栏",
            "contact": "区乡村振兴局",
            "publisher": "二道江区乡村振兴局",
            "posted_on": day,
            "late_reason": LATE,
        }
        announce(
            on_lists([case.pk])[case.pk].roster,
            actor=self.decider,
            notice=notice,
            document_name=f"防返贫监测对象公告（{day:%Y-%m-%d}，演示）",
        )

    def _record(self, case, day) -> None:
        advance(
            case,
            "record_case",
            actor=self.decider,
            happened_on=day,
            late_reason=LATE,
            document_name="系统录入清单（演示）",
            national_entry=f"{day:%Y-%m-%d} 录入",
        )


def follow_up(homes: list[Home], ordinary: list[Household], staff: Staff) -> None:
    """Watched households of 2024 and 2025, a round, clues, and cases that wait at every step."""
    story, today = _Story(staff), timezone.localdate()
    free = _unwatched(homes)
    here = [one for one in free if one.area_id == DEMO_VILLAGE]
    near = [one for one in free if one.area_id != DEMO_VILLAGE and one.area_id.startswith(TOWN)]
    _watched_years(story, [*near[6:], *(one for one in free if not one.area_id.startswith(TOWN))])
    _waiting(story, here, near, today)
    _clues(here[6:], ordinary, staff, today)
    _round(staff, today)


def _unwatched(homes: list[Home]) -> list[Household]:
    """Exited households that met everything and are not under watch, in the order of the register."""
    met = Assessment.objects.filter(
        year=2018, education__gte=MET, medical__gte=MET, housing__gte=MET, water__gte=MET
    )
    ours = met.filter(household__in=[home.pk for home in homes]).values("household")
    rows = Household.objects.on_register().filter(pk__in=ours, status="exited")
    rows = rows.exclude(pk__in=Monitoring.objects.values("household"))
    return list(rows.order_by("area_id", "pk"))


def _watched_years(story: _Story, rows: list[Household]) -> None:
    """Five identified in 2024; of these two whose risk was removed in 2025, one kept, and the rest on."""
    for number, household in enumerate(rows[:5]):
        story.carry(
            household,
            date(2024, 3, 4) + timedelta(days=21 * number),
            "recorded",
            risks=(("illness", "labour"), ("disability",), ("accident",), ("unstable_work",), ("illness",))[
                number
            ],
        )
        add_measure(
            household,
            group="comprehensive" if number else "health",
            content="纳入低保，落实大病救助（演示）",
            begins_on=date(2024, 4, 1) + timedelta(days=21 * number),
            responsible="镇民政所",
            actor=story.clerk(household),
        )
    for number, household in enumerate(rows[:2]):
        story.carry(household, date(2025, 5, 12) + timedelta(days=14 * number), "recorded", purpose=REMOVE)


def _waiting(story: _Story, here: list[Household], near: list[Household], today: date) -> None:
    """A case before each person: the clerk's visit, meeting and notice, the bureaus, the township, the county."""
    plan = [
        (here[0], 1, "opened"),
        (here[1], 4, "visited"),
        (here[2], 6, "compared"),
        (here[3], 6, "appraised"),
        (here[4], 12, "posted"),
        (near[0], 12, "posted"),
        (near[1], 12, "checked"),
        (near[2], 13, "checked"),
        (near[3], 13, "approved"),
        (near[4], 14, "announced"),
        (near[5], 5, "visited"),
    ]
    for household, days, state in plan:
        story.carry(household, today - timedelta(days=days), state)
    add_measure(
        here[0],
        group="social",
        content="临时救助2000元，审批以前先行帮扶（演示）",
        begins_on=today - timedelta(days=1),
        responsible="镇民政所",
        actor=story.clerk(here[0]),
        case=here[0].monitoring_cases.get(),
    )


def _clues(here: list[Household], ordinary: list[Household], staff: Staff, today: date) -> None:
    """Clues from several sources: waiting, late, answered; one of somebody who is not on the register."""
    clerk, officer = staff.clerks[DEMO_VILLAGE], staff.officers[TOWN][0]
    reviewer = staff.reviewers[0]
    told = [
        ("application", "illness", clerk, 2, "户主住院做手术，自付两万余元，秋收没有人手（演示）"),
        ("hotline", "disaster", reviewer, 12, "来电反映暴雨冲毁大棚（演示）"),
        ("bureau", "unstable_work", officer, 5, "人社部门通报：外出务工返乡三个月未再就业（演示）"),
    ]
    for (source, kind, actor, days, text), household in zip(told, here, strict=False):
        receive_clue(
            source=source,
            kind=kind,
            household=household,
            text=text,
            actor=actor,
            received_on=today - timedelta(days=days),
            late_reason=LATE,
        )
    if len(here) > len(told):
        household = here[len(told)]
        clue = receive_clue(
            source="cadre",
            kind="accident",
            household=household,
            text="走访时听说家人受伤（演示）",
            actor=clerk,
            received_on=today - timedelta(days=6),
            late_reason=LATE,
        )
        answer_clue(
            clue,
            "no_risk",
            answer="入户核实：轻伤已愈，花费由保险赔付，收入不受影响（演示）",
            answered_on=today - timedelta(days=1),
            actor=clerk,
        )
    receive_clue(
        source="petition",
        kind="other",
        area_code=DEMO_VILLAGE,
        about="二组一户外来租住户",
        text="来信反映生活困难，登记册里查不到（演示）",
        actor=officer,
        received_on=today - timedelta(days=3),
    )


def _round(staff: Staff, today: date) -> None:
    """A round over the demo township, half done in the demo village."""
    officer, clerk = staff.officers[TOWN][0], staff.clerks[DEMO_VILLAGE]
    made = open_round(
        TOWN,
        kind="full",
        title=f"{today.year}年集中排查（演示）",
        starts_on=today - timedelta(days=7),
        ends_on=today + timedelta(days=21),
        document_name="防返贫集中排查工作方案（演示）",
        actor=officer,
    )
    rows = list(
        Household.objects.on_register().under(DEMO_VILLAGE).order_by("pk").values_list("pk", flat=True)
    )
    half = rows[: len(rows) // 2]
    note_visits(made, half[:-2], visited_on=today - timedelta(days=2), actor=clerk)
    note_visits(
        made, half[-2:], visited_on=today - timedelta(days=1), way="phone", whole_away=True, actor=clerk
    )
