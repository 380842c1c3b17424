"""Cases of identification and clearance, brought to a state by the services: everything on its day of 2018."""

from datetime import date, timedelta
from decimal import Decimal

from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.applying import apply
from households.entries.services.comparing import Answer, compare
from households.entries.services.entering import enter
from households.options.entry_bureaus import ENTRY_BUREAUS
from households.services.assess import judge_households
from households.services.case_lists import post
from households.services.decision import Decision
from households.services.sittings import Sitting
from poverty.accounts.models import Role
from poverty.files.services import link
from poverty.review.models import Meeting, RosterEntry, Step
from poverty.review.services.meetings import Said
from poverty.review.services.objections import receive_objection, settle_objection
from poverty.standards.models import Standard
from tests.factories.accounts import make_actor
from tests.factories.files import make_file
from tests.factories.households import make_household
from tests.factories.standards import make_standard

LATE = "演示数据补录"
APPLIED, COMPARED, APPRAISED = date(2018, 5, 3), date(2018, 5, 10), date(2018, 5, 14)
FIRST_FROM, CHECKED = date(2018, 5, 15), date(2018, 5, 23)
SECOND_FROM, REVIEWED = date(2018, 5, 24), date(2018, 6, 1)
DECIDED, ANNOUNCED_FROM, DONE = date(2018, 6, 5), date(2018, 6, 6), date(2018, 6, 11)
CLEAR = [Answer(one.key, "clear") for one in ENTRY_BUREAUS]
ORDER = ("applied", "compared", "appraised", "checked", "reviewed", "decided", "announced", "done")
PLACE = {"place": "村委会会议室", "chair": "李主任"}


class Cast:
    """Who does what in the county of a village: one clerk, one officer, two reviewers."""

    def __init__(self, village, actors=None):
        self.village = village
        found = actors or {}
        self.clerk = found.get("village_clerk") or make_actor(Role.VILLAGE_CLERK, village)
        self.officer = found.get("township_officer") or make_actor(Role.TOWNSHIP_OFFICER, village)
        self.reviewer = found.get("county_reviewer") or make_actor(Role.COUNTY_REVIEWER, village)
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


def sitting(on=APPRAISED, **fields):
    """Minutes: 31 of 40 came."""
    given = {"held_on": on, "due": 40, "present": 31, "late_reason": LATE, **PLACE} | fields
    return Sitting(**given)


def said(case, agreed=True, **fields):
    """29 for, 1 against, 1 abstained; or the other way round, with a word why."""
    votes = {"votes_for": 29, "votes_against": 1, "abstained": 1}
    if not agreed:
        votes = {"votes_for": 4, "votes_against": 26, "abstained": 1, "note": "家庭有两辆货车"}
    return Said(case.pk, agreed, **votes | fields)


def appraised(cast, cases):
    """The village's appraisal of these cases; all agreed."""
    made = lists.appraise(cast.village, [said(case) for case in cases], sitting(), actor=cast.clerk)
    return papered(cast, made)


def papered(cast, made):
    """The scans that the steps after an appraisal ask for: its minutes, the sheets of its list."""
    scan(cast.clerk, made.meeting, "minutes")
    if made.roster is not None:
        scan(cast.officer, made.roster, "check_sheet")
        scan(cast.reviewer, made.roster, "review_sheet")
    return made


def scan(actor, holder, role):
    """A scan of a list or a meeting."""
    link(make_file(actor, area_code=holder.area_code, kind="scan"), holder, role=role, actor=actor)


def roster_of(case):
    """The list on which a case stands."""
    return RosterEntry.objects.standing().get(case_type="households.entrycase", case_id=case.pk).roster


def posted(cast, roster, kind, on, **fields):
    """The list hangs from a day on."""
    who = {"first": cast.clerk, "second": cast.officer, "announcement": cast.reviewer}[kind]
    given = {
        "title": "二道沟村2018年拟纳入贫困户公示",
        "place": "村务公开栏",
        "publisher": "二道沟村民委员会",
        "contact": "鸭园镇扶贫办 0435-1234567",
        "posted_on": on,
        "late_reason": LATE,
    } | fields
    return post(roster, kind, actor=who, **given)


def objected(cast, notice, case, *, received_on=date(2018, 5, 18), upheld_on=None):
    """An objection to a household on a notice, upheld by the township on a day; None: still open."""
    objection = receive_objection(
        notice,
        channel="paper",
        about=case.household.head_name,
        text="他家有车",
        case_id=case.pk,
        received_on=received_on,
        late_reason=LATE,
        actor=cast.clerk,
    )
    if upheld_on:
        settle_objection(
            objection,
            upheld=True,
            answer="查实有货车一辆",
            actor=cast.officer,
            document_name="核查报告",
            happened_on=upheld_on,
            late_reason=LATE,
        )
    return objection


def decision(actor, on, document="审核表", **fields):
    """A decision of a day, entered late."""
    return Decision(actor, document, on, late_reason=LATE, **fields)


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


def hung_until(first, days=7):
    """The last day of a notice."""
    return first + timedelta(days=days - 1)


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


def taken(case, transition, target, on, who, **fields):
    """A step written past the services, with its state: what is left to PostgreSQL to refuse at commit."""
    Step.objects.create(
        case_type="households.entrycase",
        case_id=case.pk,
        area_code=case.area_code,
        transition=transition,
        source=case.state,
        target=target,
        decided_by=who,
        decided_by_name=who.name,
        recorded_by=who,
        happened_on=on,
        late_reason=LATE,
        **{"round": 1, "lane": "record", "level": "county", "closes_round": False} | fields,
    )
    EntryCase.objects.filter(pk=case.pk).update(state=target)
