"""Applications to move, brought to a state by the services: everything on its day of 2018."""

from datetime import date
from functools import partial

from households.models import Membership, RelocationApplication
from households.relocation.applications.services import lists, moving
from households.relocation.applications.services.applying import Asked, apply
from tests.factories import case_lists
from tests.factories.case_lists import (
    ANNOUNCED_FROM,
    APPLIED,
    APPRAISED,
    FIRST_FROM,
    LATE,
    SECOND_FROM,
    decision,
    papered,
    posted,
    roster_of,
    scan,
    sitting,
)
from tests.factories.case_lists import Cast as Cast
from tests.factories.case_lists import hung_until as hung_until
from tests.factories.case_lists import objected as objected
from tests.factories.case_lists import taken as taken
from tests.factories.households import make_household

REPORTED, APPROVED = date(2018, 5, 23), date(2018, 6, 1)
MOVED, CLEARED = date(2018, 9, 20), date(2018, 10, 8)
ORDER = ("applied", "appraised", "reported", "approved", "announced", "moved", "cleared")
said = partial(case_lists.said, why="在镇上已有住房")


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


def appraised(cast, cases, on=APPRAISED):
    """The village's appraisal of these, all agreed, with the scans that the steps after it ask for."""
    made = lists.appraise(cast.village, [said(case) for case in cases], sitting(on), actor=cast.clerk)
    return papered(cast, made)


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
