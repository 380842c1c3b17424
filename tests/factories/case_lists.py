"""What entries into the register and applications to move are brought on their way with alike: days of 2018, meetings,
papers, notices, objections.
"""

from datetime import date, timedelta

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

LATE = "演示数据补录"
APPLIED, APPRAISED = date(2018, 5, 3), date(2018, 5, 14)
FIRST_FROM, SECOND_FROM, ANNOUNCED_FROM = date(2018, 5, 15), date(2018, 5, 24), date(2018, 6, 6)


class Cast:
    """Who does what in the county of a village: one clerk, one officer, one reviewer."""

    def __init__(self, village, actors=None):
        self.village = village
        found = actors or {}
        self.clerk = found.get("village_clerk") or make_actor(Role.VILLAGE_CLERK, village)
        self.officer = found.get("township_officer") or make_actor(Role.TOWNSHIP_OFFICER, village)
        self.reviewer = found.get("county_reviewer") or make_actor(Role.COUNTY_REVIEWER, village)


def sitting(on=APPRAISED, **fields):
    """Minutes: 31 of 40 came."""
    given = {"held_on": on, "due": 40, "present": 31, "place": "村委会会议室", "chair": "李主任"}
    return Sitting(**given | {"late_reason": LATE} | fields)


def said(case, agreed=True, *, why="家庭有两辆货车", **fields):
    """29 for, 1 against, 1 abstained; or the other way round, with a word why."""
    votes = {"votes_for": 29, "votes_against": 1, "abstained": 1}
    if not agreed:
        votes = {"votes_for": 4, "votes_against": 26, "abstained": 1, "note": why}
    return Said(case.pk, agreed, **votes | fields)


def scan(actor, holder, role, content=None):
    """A scan of a case, a list or a meeting."""
    link(make_file(actor, content, area_code=holder.area_code, kind="scan"), holder, role=role, actor=actor)


def papered(cast, made):
    """The scans that the steps after an appraisal ask for: its minutes, the sheets of its list."""
    scan(cast.clerk, made.meeting, "minutes")
    if made.roster is not None:
        scan(cast.officer, made.roster, "check_sheet")
        scan(cast.reviewer, made.roster, "review_sheet")
    return made


def roster_of(case):
    """The list on which a case stands."""
    return RosterEntry.objects.standing().get(case_type=case._meta.label_lower, case_id=case.pk).roster


def posted(cast, roster, kind, on, **fields):
    """The list hangs from a day on."""
    who = {"first": cast.clerk, "second": cast.officer, "announcement": cast.reviewer}[kind]
    given = {
        "title": "二道沟村2018年公示",
        "place": "村务公开栏",
        "publisher": "二道沟村民委员会",
        "contact": "鸭园镇扶贫办 0435-1234567",
        "posted_on": on,
        "late_reason": LATE,
    }
    return post(roster, kind, actor=who, **given | fields)


def objected(cast, notice, case, *, received_on=date(2018, 5, 18), upheld_on=None, actor=None):
    """An objection to a household on a notice, upheld on a day, by the township unless told otherwise; None: still open."""
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
            actor=actor or cast.officer,
            document_name="核查报告",
            happened_on=upheld_on,
            late_reason=LATE,
        )
    return objection


def decision(actor, on, document="审核表", **fields):
    """A decision of a day, entered late."""
    return Decision(actor, document, on, late_reason=LATE, **fields)


def hung_until(first, days=7):
    """The last day of a notice."""
    return first + timedelta(days=days - 1)


def taken(case, transition, target, on, who, **fields):
    """A step written past the services, with its state: what is left to PostgreSQL to refuse at commit."""
    Step.objects.create(
        case_type=case._meta.label_lower,
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
    type(case).objects.filter(pk=case.pk).update(state=target)
