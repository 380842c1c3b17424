"""Exits of 2018 in the demo county, waiting at every step of the procedure so that everybody finds his work.

The exits of 2016 and 2017 were decided before this system and stand on the register as taken over. These go the whole
way here, entered late from paper: each village that has met households stops at another step.
"""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw

from households.demo.staff import DEMO_VILLAGE, Staff
from households.models import ExitCase, Household
from households.options import exit_options as state
from households.services.desk.cases import approve_case
from households.services.desk.looking import open_case
from households.services.exits import county
from households.services.exits.papers import Paper, Visit
from households.services.exits.planning import compare, make_list, plan_exits, prepare_cases
from households.services.exits.township import check_list, drop
from households.services.exits.village import Signed, hold_appraisal, sign, verify_list
from poverty.accounts.models import Posting, Role, User
from poverty.fields.states import MET
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.models import Roster
from poverty.review.services.meetings import Said
from poverty.review.services.notices import post_notice

YEAR = 2018
LATE = "演示数据：按当时纸质材料补录"
BUREAUS = ("education", "medical_insurance", "housing", "water")
CONTACT = "二道江区扶贫办 0435-3710000（演示）"

# Village -> the state in which its met households stop; the others of the demo village stay in the plan.
STOPS = {
    "220503100204": "compared_but_education",
    "220503100201": state.PREPARED,
    DEMO_VILLAGE: state.PREPARED,
    "220503100200": state.APPRAISED,
    "220503100202": state.VERIFIED,
    "220503100206": state.REFUSED,
    "220503101201": "first_notice_over",
    "220503200202": state.AGREED,
    "220503100207": "second_notice_over",
    "220503102200": state.REVIEWED,
    "220503102202": state.APPROVED,
    "220503200201": state.ANNOUNCED,
    "220503200200": state.FILED,
}


@dataclass
class _Village:
    """One village on its way, and the people who take it there."""

    code: str
    clerk: User
    officer: User
    reviewers: list[User]
    bureaus: dict[str, User]
    roster: Roster | None = None

    @property
    def cases(self):
        return ExitCase.objects.filter(area_code=self.code, year=YEAR)

    def plan(self):
        rows = Household.objects.under(self.code).on_register().filter(status="not_exited")
        if self.code != DEMO_VILLAGE:
            rows = rows.filter(assessments__year=YEAR, assessments__verdict=MET)
        if rows.exists():
            plan_exits(rows, YEAR, actor=self.clerk, **_paper(date(2018, 11, 1)).entry())

    def compare(self, *, without=""):
        for sector in BUREAUS:
            if sector != without:
                compare(
                    self.cases,
                    sector,
                    actor=self.bureaus[sector],
                    legal_basis="二道江区2018年度拟退出户数据比对通知（演示）",
                    confirmed_on=date(2018, 11, 5),
                    late_reason=LATE,
                )

    def prepare(self):
        ready = self.cases.filter(
            household__assessments__year=YEAR, household__assessments__verdict=MET, state=state.PLANNED
        )
        prepare_cases(ready, actor=self.clerk, **_paper(date(2018, 11, 8)).entry())
        self.roster = make_list(
            self.code,
            YEAR,
            actor=self.clerk,
            case_ids=self.cases.filter(state=state.PREPARED).values_list("pk", flat=True),
            made_on=date(2018, 11, 8),
            late_reason=LATE,
        )

    def scanned(self, role: str, actor: User):
        """The signed sheet of the list, scanned before its step is entered."""
        sheet = store(drawn_sheet(self.code), actor=actor, area_code=self.code, kind=Kind.SCAN)
        link(sheet, self.roster, role=role, actor=actor)

    def appraise(self):
        hold_appraisal(
            self.roster,
            [Said(one.pk, True, 21, 1, 0) for one in self.cases.filter(state=state.PREPARED)],
            actor=self.clerk,
            late_reason=LATE,
            held_on=date(2018, 11, 12),
            place="村部会议室",
            chair="村党支部书记（演示）",
            due=30,
            present=24,
            summary="逐户宣读测算表，村民代表逐户表决。",
            minutes=store(drawn_sheet(self.code), actor=self.clerk, area_code=self.code, kind=Kind.SCAN),
        )

    def verify(self):
        self.scanned("verify_sheet", self.clerk)
        paper = _paper(date(2018, 11, 14), "村级核实表", "第一书记（演示）")
        verify_list(self.roster, Visit(("第一书记", "村主任", "驻村队员")), paper, actor=self.clerk)

    def sign(self, *, agreed=True):
        words = [
            Signed(one.pk, agreed, one.household.head_name, "head", "" if agreed else "养殖收入算多了")
            for one in self.cases.filter(state=state.VERIFIED).select_related("household")
        ]
        scan = store(drawn_sheet(self.code), actor=self.clerk, area_code=self.code, kind=Kind.SCAN)
        sign(
            self.roster,
            words,
            actor=self.clerk,
            signed_on=date(2018, 11, 15),
            scan=scan,
            late_reason=LATE,
        )

    def post(self, kind: str, day: date):
        post_notice(
            self.roster,
            kind,
            title=f"{YEAR}年度拟退出贫困户{'第二次' if kind == 'second' else ''}公示",
            place="村务公开栏",
            publisher="村民委员会" if kind == "first" else "乡镇人民政府",
            contact=CONTACT,
            posted_on=day,
            late_reason=LATE,
            actor=self.clerk if kind == "first" else self.officer,
        )

    def check(self):
        self.scanned("check_sheet", self.officer)
        paper = _paper(date(2018, 11, 23), "贫困户退出验收表")
        check_list(self.roster, Visit((self.officer.name, "包村干部", "扶贫专干")), paper, actor=self.officer)

    def review(self):
        self.scanned("review_sheet", self.reviewers[1])
        # Each is opened at the desk, as who reviews one by one does.
        for case in self.cases.filter(state=state.CHECKED).order_by("pk"):
            open_case(case, actor=self.reviewers[1])
            paper = _paper(date(2018, 12, 3), "贫困户退出审核表")
            approve_case(case, actor=self.reviewers[1], **paper.entry())

    def announce(self):
        county.announce(
            self.roster,
            actor=self.reviewers[0],
            title=f"{YEAR}年度贫困户退出公告",
            place="各村村务公开栏",
            publisher="二道江区扶贫办",
            contact=CONTACT,
            posted_on=date(2018, 12, 7),
            late_reason=LATE,
        )

    def file(self):
        county.file_list(self.roster, _paper(date(2018, 12, 14), "备案报告（演示）"), actor=self.reviewers[0])


def walk_exits(staff: Staff) -> int:
    """Take every village of STOPS to its step; returns how many cases there are. Judged facts of 2018 are needed."""
    bureaus = {
        one.sector: one.user
        for one in Posting.objects.filter(role=Role.BUREAU_OFFICER, sector__in=BUREAUS).select_related("user")
    }
    decided = []
    for code, stop in STOPS.items():
        # Who entered the facts before is free: the round began with the plan.
        village = _Village(code, staff.clerks[code], staff.officers[code[:9]][0], staff.reviewers, bureaus)
        village.plan()
        if village.cases.exists() and _to_review(village, stop):
            decided.append((village, stop))
    if decided:
        _decide(decided, staff)
    _drop_one(staff)
    return ExitCase.objects.filter(year=YEAR).count()


def _to_review(village: _Village, stop: str) -> bool:
    """Take a village as far as the county's review at most; whether it goes on from there."""
    village.compare(without="education" if stop == "compared_but_education" else "")
    way = (
        ("compared_but_education", None),
        (state.PREPARED, village.prepare),
        (state.APPRAISED, village.appraise),
        (state.VERIFIED, village.verify),
        (state.AGREED, lambda: village.sign(agreed=stop != state.REFUSED)),
        ("first_notice_over", lambda: village.post("first", date(2018, 11, 16))),
        (state.CHECKED, village.check),
        ("second_notice_over", lambda: village.post("second", date(2018, 11, 24))),
        (state.REVIEWED, village.review),
    )
    for reached, step in way:
        if step is not None:
            step()
        if stop == reached or (stop == state.REFUSED and reached == state.AGREED):
            return False
    return True


def _decide(decided: list[tuple[_Village, str]], staff: Staff) -> None:
    county_code = DEMO_VILLAGE[:6]
    county.hold_decision(
        [village.roster for village, _ in decided],
        {},
        actor=staff.reviewers[0],
        late_reason=LATE,
        held_on=date(2018, 12, 6),
        place="区政府三楼会议室",
        chair="区扶贫开发领导小组组长（演示）",
        due=24,
        present=22,
        document_number="二扶组发〔2018〕12号（演示）",
        summary="审定2018年度拟退出贫困户名单。",
        minutes=store(
            drawn_sheet(county_code), actor=staff.reviewers[0], area_code=county_code, kind=Kind.SCAN
        ),
    )
    for village, stop in decided:
        if stop in (state.ANNOUNCED, state.FILED):
            village.announce()
        if stop == state.FILED:
            village.file()


def _drop_one(staff: Staff) -> None:
    """One household of the plan falls ill again and is taken off it."""
    one = ExitCase.objects.filter(area_code=DEMO_VILLAGE, year=YEAR, state=state.PLANNED).order_by("-pk")[:1]
    rows = ExitCase.objects.filter(pk__in=list(one.values_list("pk", flat=True)))
    if rows.exists():
        paper = _paper(date(2018, 11, 20))
        entry = paper.entry(comment="家庭成员新患大病，本年度不具备退出条件")
        drop(rows, actor=staff.officers[DEMO_VILLAGE[:9]][0], **entry)


def _paper(day: date, document: str = "", signed_by: str = "") -> Paper:
    return Paper(day, document, signed_by_name=signed_by, late_reason=LATE)


def drawn_sheet(code: str) -> BytesIO:
    """A drawn sheet in place of a scan: lines and a red mark, no name of anybody."""
    image = Image.new("RGB", (840, 1188), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.text((60, 40), f"{YEAR} {code}", fill="#333333")
    for row in range(12):
        draw.line((60, 120 + row * 80, 780, 120 + row * 80), fill="#999999", width=2)
    draw.ellipse((560, 960, 620, 1040), fill="#c2342b")
    sheet = BytesIO()
    image.save(sheet, "JPEG", quality=70)
    sheet.seek(0)
    sheet.name = f"演示扫描件-{code}.jpg"
    return sheet
