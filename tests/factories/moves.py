"""Applications to move, brought to a state by the services: everything on its day of 2018."""

from datetime import date, timedelta

from households.models import Membership, RelocationApplication
from households.relocation.applications.conditions import CASE
from households.relocation.applications.services import lists, moving
from households.relocation.applications.services.applying import Asked, apply
from households.services.case_lists import post
from households.services.decision import Decision
from households.services.sittings import Sitting
from poverty.accounts.models import Role
from poverty.files.services import link
from poverty.review.models import RosterEntry, Step
from poverty.review.services.meetings import Said
from poverty.review.services.objections import receive_objection, settle_objection
from tests.factories.accounts import make_actor
from tests.factories.files import make_file
from tests.factories.households import make_household

LATE = "演示数据补录"
APPLIED, APPRAISED = date(2018, 5, 3), date(2018, 5, 14)
FIRST_FROM, REPORTED = date(2018, 5, 15), date(2018, 5, 23)
SECOND_FROM, APPROVED = date(2018, 5, 24), date(2018, 6, 1)
ANNOUNCED_FROM, MOVED, CLEARED = date(2018, 6, 6), date(2018, 9, 20), date(2018, 10, 8)
ORDER = ("applied", "appraised", "reported", "approved", "announced", "moved", "cleared")


class Cast:
    """Who does what in the county of a village."""

    def __init__(self, village, actors=None):
        self.village = village
        found = actors or {}
        self.clerk = found.get("village_clerk") or make_actor(Role.VILLAGE_CLERK, village)
        self.officer = found.get("township_officer") or make_actor(Role.TOWNSHIP_OFFICER, village)
        self.reviewer = found.get("county_reviewer") or make_actor(Role.COUNTY_REVIEWER, village)


def asked(**fields):
    """What an application says: a whole household to 幸福小区, its old house goes."""
    return Asked(
        **{
            "applicant": "王建国",
            "reason": "geological_hazard",
            "situation": "住在滑坡体下方",
            "method": "concentrated",
            "place": "township",
            "destination": "鸭园镇幸福小区",
            "old_house_goes": True,
            "promised_on": APPLIED,
            **fields,
        }
    )


def members_of(household):
    """Keys of who lives there now."""
    return list(
        Membership.objects.filter(household=household, valid_to=None).values_list("member_id", flat=True)
    )


def make_case(cast, household=None, movers=None, *, papered=True, **fields):
    """An application of 2018-05-03 with its scan."""
    household = household or make_household(cast.village, "王建国")
    case = apply(
        household,
        asked(**fields),
        members_of(household) if movers is None else movers,
        actor=cast.clerk,
        applied_on=APPLIED,
        document_name="搬迁申请书",
        late_reason=LATE,
    )
    if papered:
        scan(cast.clerk, case, "application")
    return case


def scan(actor, holder, role, content=None):
    """A scan of an application, a list or a meeting."""
    link(make_file(actor, content, area_code=holder.area_code, kind="scan"), holder, role=role, actor=actor)


def sitting(on=APPRAISED, **fields):
    """Minutes: 31 of 40 came."""
    given = {"held_on": on, "due": 40, "present": 31, "place": "村委会会议室", "chair": "李主任"}
    return Sitting(**given | {"late_reason": LATE} | fields)


def said(case, agreed=True, **fields):
    """29 for, 1 against, 1 abstained; or the other way round, with a word why."""
    votes = {"votes_for": 29, "votes_against": 1, "abstained": 1}
    if not agreed:
        votes = {"votes_for": 4, "votes_against": 26, "abstained": 1, "note": "在镇上已有住房"}
    return Said(case.pk, agreed, **votes | fields)


def appraised(cast, cases, on=APPRAISED):
    """The village's appraisal of these, all agreed, with the scans that the steps after it ask for."""
    made = lists.appraise(cast.village, [said(case) for case in cases], sitting(on), actor=cast.clerk)
    scan(cast.clerk, made.meeting, "minutes")
    papered(cast, made.roster)
    return made


def papered(cast, roster):
    """The sheets of a list."""
    scan(cast.officer, roster, "check_sheet")
    scan(cast.reviewer, roster, "review_sheet")


def roster_of(case):
    """The list on which an application stands."""
    return RosterEntry.objects.standing().get(case_type=CASE, case_id=case.pk).roster


def posted(cast, roster, kind, on, **fields):
    """The list hangs from a day on."""
    who = {"first": cast.clerk, "second": cast.officer, "announcement": cast.reviewer}[kind]
    given = {
        "title": "二道沟村2018年易地扶贫搬迁对象公示",
        "place": "村务公开栏",
        "publisher": "二道沟村民委员会",
        "contact": "鸭园镇扶贫办 0435-1234567",
        "posted_on": on,
        "late_reason": LATE,
    }
    return post(roster, kind, actor=who, **given | fields)


def objected(cast, notice, case, *, received_on, upheld_on=None, actor=None):
    """An objection to a household on a notice, upheld on a day; None: still open."""
    objection = receive_objection(
        notice,
        channel="paper",
        about=case.household.head_name,
        text="他家在镇上有房",
        case_id=case.pk,
        received_on=received_on,
        late_reason=LATE,
        actor=cast.clerk,
    )
    if upheld_on:
        settle_objection(
            objection,
            upheld=True,
            answer="查实在镇上有房",
            actor=actor or cast.officer,
            document_name="核查报告",
            happened_on=upheld_on,
            late_reason=LATE,
        )
    return objection


def decision(actor, on, document="搬迁文件", **fields):
    """A decision of a day, entered late."""
    return Decision(actor, document, on, late_reason=LATE, **fields)


def bring(cast, case, state):
    """Bring an application to a state of ORDER, each step by who must do it and on its day."""
    ids = [case.pk]
    steps = {
        "appraised": lambda: appraised(cast, [case]),
        "reported": lambda: (
            posted(cast, roster_of(case), "first", FIRST_FROM),
            lists.pass_on("report", ids, decision(cast.officer, REPORTED)),
        ),
        "approved": lambda: (
            posted(cast, roster_of(case), "second", SECOND_FROM),
            lists.pass_on("approve", ids, decision(cast.reviewer, APPROVED)),
        ),
        "announced": lambda: posted(cast, roster_of(case), "announcement", ANNOUNCED_FROM),
        "moved": lambda: moving.move_in(
            case, moved_to="幸福小区3号楼201", decision=decision(cast.officer, MOVED)
        ),
        "cleared": lambda: moving.clear_old_house(case, decision(cast.officer, CLEARED)),
    }
    for name in ORDER[1 : ORDER.index(state) + 1]:
        steps[name]()
    return RelocationApplication.objects.select_related("household").get(pk=case.pk)


def hung_until(first, days=7):
    """The last day of a notice."""
    return first + timedelta(days=days - 1)


def taken(case, transition, target, on, who, **fields):
    """A step written past the services, with its state: what is left to PostgreSQL to refuse at commit."""
    Step.objects.create(
        case_type=CASE,
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
    RelocationApplication.objects.filter(pk=case.pk).update(state=target)
