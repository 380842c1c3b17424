"""Cases of identification and clearance, brought to a state by the services: everything on its day of 2018."""

from datetime import date
from decimal import Decimal

from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.applying import apply
from households.entries.services.comparing import Answer, compare
from households.entries.services.entering import enter
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.services.assess import judge_households
from poverty.accounts.models import Role
from poverty.review.models import Meeting
from poverty.standards.models import Standard
from tests.factories import case_lists
from tests.factories.accounts import make_actor
from tests.factories.case_lists import (
    ANNOUNCED_FROM,
    APPLIED,
    FIRST_FROM,
    LATE,
    SECOND_FROM,
    decision,
    papered,
    posted,
    roster_of,
    said,
    scan,
    sitting,
)
from tests.factories.case_lists import APPRAISED as APPRAISED
from tests.factories.case_lists import hung_until as hung_until
from tests.factories.case_lists import objected as objected
from tests.factories.case_lists import taken as taken
from tests.factories.households import make_household
from tests.factories.standards import make_standard

COMPARED, CHECKED, REVIEWED = date(2018, 5, 10), date(2018, 5, 23), date(2018, 6, 1)
DECIDED, DONE = date(2018, 6, 5), date(2018, 6, 11)
CLEAR = [Answer(one.key, "clear") for one in ENTRY_BUREAUS]
ORDER = ("applied", "compared", "appraised", "checked", "reviewed", "decided", "announced", "done")


class Cast(case_lists.Cast):
    """The same with a second reviewer, who enters what the leading group decided."""

    def __init__(self, village, actors=None):
        super().__init__(village, actors)
        self.decider = make_actor(Role.COUNTY_REVIEWER, village)


def ordinary(village, head="赵有福", **fields):
    """A farm household that never was on the poverty register."""
    return make_household(village, head, **{"kind": "general_rural", "status": "", "survey": False} | fields)


def exited(village, head="钱有余", **fields):
    """A household that has exited."""
    return make_household(village, head, **{"kind": "exited", "status": "exited", "survey": False} | fields)


def make_case(cast, kind="identification", household=None, **fields):
    """An application of 2018-05-03, with the authorisation."""
    if household is None:
        make = {"identification": ordinary, "return": exited, "clearance": make_household}[kind]
        household = make(cast.village)
    given = {
        "applied_by": "household",
        "applicant": household.head_name,
        "applied_on": APPLIED,
        "reason": "户主患病，失去劳动能力",
        "document_name": "申请书",
        "authorised_on": APPLIED,
        "late_reason": LATE,
        **({"ground": "vehicle"} if kind == "clearance" else {"cause": "illness"}),
    } | fields
    return apply(kind, household, actor=cast.clerk, **given)


def answered(cast, case, answers=None, **fields):
    """The bureaus' answers, all clear unless told otherwise."""
    given = {"compared_on": COMPARED, "document_name": "比对结果表", "late_reason": LATE} | fields
    return compare(case, answers or CLEAR, actor=cast.officer, **given)


def appraised(cast, cases):
    """The village's appraisal of these cases; all agreed."""
    made = lists.appraise(cast.village, [said(case) for case in cases], sitting(), actor=cast.clerk)
    return papered(cast, made)


def decided(cast, cases, on=DECIDED, **fields):
    """The leading group's decision, with its number."""
    minutes = sitting(on, document_number="二扶领〔2018〕7号", **fields)
    count = lists.decide([case.pk for case in cases], minutes, actor=cast.decider)
    scan(cast.decider, Meeting.objects.filter(kind="leading_group").latest("pk"), "minutes")
    return count


def bring(cast, case, state):
    """Bring an applied case to a state of ORDER, each step by who must do it and on its day."""
    ids = [case.pk]
    steps = {
        "compared": lambda: answered(cast, case),
        "appraised": lambda: appraised(cast, [case]),
        "checked": lambda: (
            posted(cast, roster_of(case), "first", FIRST_FROM),
            lists.pass_on("check", ids, decision(cast.officer, CHECKED)),
        ),
        "reviewed": lambda: (
            posted(cast, roster_of(case), "second", SECOND_FROM),
            lists.pass_on("review", ids, decision(cast.reviewer, REVIEWED)),
        ),
        "decided": lambda: decided(cast, [case]),
        "announced": lambda: posted(cast, roster_of(case), "announcement", ANNOUNCED_FROM),
        "done": lambda: enter(ids, decision(cast.reviewer, DONE, "二扶领〔2018〕7号")),
    }
    for name in ORDER[1 : ORDER.index(state) + 1]:
        steps[name]()
    return EntryCase.objects.select_related("household").get(pk=case.pk)


# 3,000 yuan a head of 2018 (line 3,535), everything else met: what an applicant looks like.
POOR = {"wage_income": Decimal("1000.00")}
# 12,000 yuan a head, but a house of grade D.
UNSAFE = {"is_dangerous_house": True, "dangerous_grade": "d"}


def measured(make_one, village, head="赵有福", facts=POOR):
    """A household (`ordinary` or `exited`) whose year 2018 was surveyed with these facts and judged."""
    if not Standard.objects.filter(area_code=village[:6], year=2018).exists():
        make_standard(village[:6], 2018)
    household = make_one(village, head, survey=facts)
    judge_households([household.pk], 2018)
    return household
