"""Household exits for tests: households that are met, and the steps of the procedure as people take them.

The people: the clerk of 二道沟村 proposes, its first secretary verifies, the township's officer checks, two at the
county review. Every step is dated in December 2018; the clock of the tests stands at 31 December.
"""

from datetime import date

from households.models import ExitCase, Household
from households.services.assess import judge_households
from households.services.exits.county import announce, file_list, hold_decision
from households.services.exits.papers import Paper, Visit
from households.services.exits.planning import compare, make_list, plan_exits, prepare_cases
from households.services.exits.township import check_list
from households.services.exits.village import Signed, hold_appraisal, sign, verify_list
from poverty.accounts.models import Role
from poverty.files.services import link
from poverty.review.batch import fire_many
from poverty.review.models import Roster
from poverty.review.services.meetings import Said
from poverty.review.services.notices import post_notice
from tests.at_commit import commit_checks
from tests.factories.accounts import make_posting, make_user
from tests.factories.files import make_file
from tests.factories.households import VILLAGE, make_household
from tests.factories.standards import make_standard

ROWS = {"income": "3535", "food": None, "clothing": None, "education": None, "medical": None, "housing": None,
        "water": None}  # fmt: skip
BUREAUS = ("education", "medical_insurance", "housing", "water")
MEMBERS = (
    {
        "name": "王小明",
        "birth_date": date(2008, 4, 2),
        "facts": {"school_status": "primary", "work_months": None},
    },
)


class Walk:
    """A list of households on its way: each method takes one step for all of them, by the person whose step it is."""

    def __init__(self, count=3, village=VILLAGE, year=2018, **fields):
        self.village, self.year = village, year
        make_standard(village[:6], year, rows=ROWS)
        self.households = [
            make_household(
                village, f"王建{'国军民华平'[number]}", year=year, identified_on=date(2016, 1, 1),
                members=MEMBERS, **fields
            )
            for number in range(count)
        ]  # fmt: skip
        judge_households([one.pk for one in self.households], year)
        self.clerk = make_posting(make_user("周文书"), Role.VILLAGE_CLERK, village).user
        self.secretary = make_posting(make_user("李书记"), Role.VILLAGE_CLERK, village).user
        self.township = make_posting(make_user("陈专干"), Role.TOWNSHIP_OFFICER, village[:9]).user
        self.reviewer = make_posting(make_user("孙审核"), Role.COUNTY_REVIEWER, village[:6]).user
        self.recorder = make_posting(make_user("钱录入"), Role.COUNTY_REVIEWER, village[:6]).user
        self.bureaus = {
            sector: make_posting(
                make_user(f"{sector}部门"), Role.BUREAU_OFFICER, village[:6], sector=sector
            ).user
            for sector in BUREAUS
        }
        self.roster: Roster | None = None

    @property
    def cases(self):
        """The cases, as they stand now."""
        return ExitCase.objects.filter(household__in=self.households).order_by("household", "pk")

    def case(self, number=0) -> ExitCase:
        """One of them."""
        return self.cases.filter(household=self.households[number]).latest("pk")

    def states(self):
        """Their states, in order."""
        return list(self.cases.values_list("state", flat=True))

    def plan(self):
        """列入预退出计划."""
        rows = Household.objects.filter(pk__in=[one.pk for one in self.households])
        plan_exits(rows, self.year, actor=self.clerk, **self.paper(date(2018, 12, 1)).entry())
        return self

    def compare(self, **exceptions):
        """Every bureau has compared."""
        for sector, officer in self.bureaus.items():
            compare(
                self.cases.filter(state="planned"), sector, actor=officer, legal_basis="部门数据比对通知",
                confirmed_on=date(2018, 12, 2), late_reason="年底集中录入", **exceptions
            )  # fmt: skip
        return self

    def prepare(self):
        """测算比对, and the list."""
        waiting = self.cases.filter(state="planned")
        prepare_cases(waiting, actor=self.clerk, **self.paper(date(2018, 12, 3)).entry())
        keys = self.cases.filter(state="prepared").values_list("pk", flat=True)
        self.roster = make_list(
            self.village, self.year, actor=self.clerk, case_ids=keys, made_on=date(2018, 12, 3),
            late_reason="年底集中录入",
        )  # fmt: skip
        return self.scanned()

    def scan(self, actor):
        """A scanned sheet."""
        return make_file(actor, area_code=self.village, kind="scan")

    def scanned(self):
        """The sheets of the list that its steps ask for."""
        for role, actor in (("verify_sheet", self.secretary), ("check_sheet", self.township),
                            ("review_sheet", self.reviewer)):  # fmt: skip
            link(self.scan(actor), self.roster, role=role, actor=actor)
        return self

    def appraise(self, against=(), held_on=date(2018, 12, 5)):
        """民主评议: 20 of 24 came."""
        keys = self.cases.filter(state="prepared").values_list("pk", flat=True)
        items = [
            Said(pk, pk not in against, 18, 1, 1, note="有车没有说明" if pk in against else "") for pk in keys
        ]
        hold_appraisal(
            self.roster, items, actor=self.clerk, held_on=held_on, place="村部", chair="赵主任", due=24,
            present=20, late_reason="年底集中录入", minutes=self.scan(self.clerk),
        )  # fmt: skip
        return self

    def verify(self, failed=None):
        """村级核实: the first secretary confirms."""
        paper = self.paper(date(2018, 12, 6), "村级核实表")
        verify_list(self.roster, Visit(("李书记", "赵主任"), failed or {}), paper, actor=self.secretary)
        return self

    def pks(self, *numbers):
        """The keys of some of them."""
        return [self.case(number).pk for number in numbers]

    def sign(self, refused=(), on=date(2018, 12, 7), only=None):
        """农户认可."""
        waiting = self.cases.filter(state__in=["verified", "joint_checked"])
        if only is not None:
            waiting = waiting.filter(pk__in=self.pks(*only))
        words = [
            Signed(one.pk, one.pk not in refused, one.household.head_name, "head",
                   "" if one.pk not in refused else "收入算得太高")
            for one in waiting
        ]  # fmt: skip
        sign(self.roster, words, actor=self.clerk, signed_on=on, late_reason="年底集中录入",
             scan=self.scan(self.clerk))  # fmt: skip
        return self

    def post(self, kind="first", posted_on=date(2018, 12, 8)):
        """A notice of the list: seven days."""
        post_notice(
            self.roster, kind, title="二道沟村2018年拟退出贫困户公示", place="村务公开栏", posted_on=posted_on,
            publisher="二道沟村民委员会", contact="鸭园镇扶贫办 0435-1234567", late_reason="年底集中录入",
            actor=self.clerk if kind == "first" else self.township,
        )  # fmt: skip
        return self

    def check(self, failed=None, on=date(2018, 12, 15)):
        """乡镇核查: three went to every household."""
        paper = self.paper(on, "鸭园镇核查表")
        visit = Visit(("陈专干", "吴核查", "郑核查"), failed or {})
        check_list(self.roster, visit, paper, actor=self.township)
        return self

    def review(self, on=date(2018, 12, 23), case_ids=None):
        """县级审核."""
        rows = self.cases.filter(state="checked")
        if case_ids is not None:
            rows = rows.filter(pk__in=case_ids)
        fire_many("review", rows, actor=self.reviewer, **self.paper(on, "审核表").entry())
        return self

    def approve(self, refused=None, held_on=date(2018, 12, 25), case_ids=None):
        """领导小组审定."""
        hold_decision(
            [self.roster], refused or {}, actor=self.recorder, case_ids=case_ids, held_on=held_on,
            place="区政府", chair="冯组长", due=20, present=18, document_number="二扶组发〔2018〕12号",
            late_reason="年底集中录入", minutes=self.scan(self.recorder),
        )  # fmt: skip
        return self

    def announce(self, on=date(2018, 12, 26), case_ids=None):
        """公告: hangs five days."""
        announce(
            self.roster, actor=self.recorder, case_ids=case_ids, title="退出公告", place="各村",
            publisher="二道江区扶贫办", contact="0435-1234567", posted_on=on, late_reason="年底集中录入",
        )  # fmt: skip
        return self

    def file(self, on=date(2018, 12, 31), case_ids=None):
        """备案, on the day after the announcement has ended."""
        file_list(self.roster, Paper(on, "备案报告"), actor=self.recorder, case_ids=case_ids)
        return self

    def to(self, state):
        """All steps up to a state."""
        for name, reached in (
            (self.plan, "planned"), (self.compare, ""), (self.prepare, "prepared"),
            (self.appraise, "appraised"), (self.verify, "verified"), (self.sign, "agreed"), (self.post, "first"),
            (self.check, "checked"), (lambda: self.post("second", date(2018, 12, 16)), "second"),
            (self.review, "reviewed"), (self.approve, "approved"), (self.announce, "announced"),
            (self.file, "filed"),
        ):  # fmt: skip
            name()
            if reached == state:
                commit_checks()  # each of these steps was a transaction of its own
                return self
        raise ValueError(state)

    @staticmethod
    def paper(on, document_name=""):
        """A sheet of a day, entered late."""
        return Paper(on, document_name, late_reason="年底集中录入")
