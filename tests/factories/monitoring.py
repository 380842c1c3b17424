"""Monitoring for tests: clues, cases carried as far as a test wants, objects of monitoring."""

from datetime import date, timedelta
from decimal import Decimal

import time_machine

from households.models import Monitoring
from households.monitoring.cases import IDENTIFY, advance, open_case, save_visit, set_comparison
from households.monitoring.clues import receive_clue
from households.monitoring.village_lists import announce, appraise, on_lists, post_first_notice
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from poverty.files.services import link
from poverty.review.models import Step
from poverty.review.services.meetings import Said
from tests.factories.accounts import make_user
from tests.factories.files import make_file
from tests.factories.households import VILLAGE, make_household

OPENED = date(2024, 3, 1)
VISITED = date(2024, 3, 4)
COMPARED = date(2024, 3, 5)
APPRAISED = date(2024, 3, 6)
POSTED = date(2024, 3, 7)  # day 1 of 5: hangs to 2024-03-11
FIRST_DAY_AFTER = date(2024, 3, 12)

VISIT = {
    "visited_on": VISITED,
    "visitors": "张强、李丽",
    "authorized_on": VISITED,
    "authorized_by": "王建国",
    "signer_relation": "本人",
    "category": "edge",
    "net_income_per_head": Decimal("6200.00"),
    "self_paid": Decimal("18000.00"),
    "education_issue": False,
    "insurance_issue": False,
    "housing_issue": False,
    "water_issue": False,
    "difficulties": "主要劳动力手术后不能务工",
    "ability": "有存粮，无存款",
    "without_labour": False,
    "contact_name": "张强",
}
REMOVAL = {
    **VISIT,
    "net_income_per_head": Decimal("12000.00"),
    "removal_method": "natural",
    "income_stable": True,
    "guarantees_stable": True,
    "risk_gone": True,
    "no_new_risk": True,
}
MEETING = {"held_on": APPRAISED, "place": "村部", "chair": "张强", "due": 30, "present": 24}
ANNOUNCEMENT = {"place": "村务公开栏", "contact": "区扶贫办", "publisher": "二道江区乡村振兴局"}


def at(day: date):
    """The clock stands on a day, at nine in the morning in Shanghai."""
    return time_machine.travel(f"{day.isoformat()}T01:00:00+00:00", tick=False)


def rural(village=VILLAGE, head="王建国", **fields):
    """A rural household that never was on the poverty register; its members have no facts of a year."""
    return make_household(
        village, head, survey=False, kind="general_rural", status="", main_cause="", year=2024, **fields
    )


def exited(village=VILLAGE, head="李秀英", **fields):
    """A household that has exited."""
    return make_household(village, head, survey=False, kind="exited", status="exited", year=2024, **fields)


def make_clue(household, actor, *, source="application", kind="illness", **fields):
    """A clue about a household."""
    return receive_clue(
        source=source,
        kind=kind,
        household=household,
        actor=actor,
        text=fields.pop("text", "家人住院"),
        **fields,
    )


def make_watched(household, *, identified_on=date(2023, 2, 1), **fields):
    """An object of monitoring that came from outside; with `removed_on` its risk is removed, with its step."""
    state = "removed" if fields.get("removed_on") else "present"
    made = Monitoring.objects.create(
        household=household,
        identified_on=identified_on,
        **{
            "source": "import",
            "category": "edge",
            "risks": ["illness"],
            "whole_household_without_labour": False,
            "risk_state": state,
            **fields,
        },
    )
    if state == "removed":
        _removal_step(made)
    return made


def _removal_step(monitoring):
    typist = make_user("周录入")
    Step.objects.create(
        case_type="households.monitoring",
        case_id=monitoring.pk,
        area_code=monitoring.household.area_id,
        transition="remove_risk",
        source="",
        target="removed",
        lane="record",
        level="county",
        closes_round=True,
        decided_by=typist,
        decided_by_name=typist.name,
        recorded_by=typist,
        happened_on=monitoring.removed_on,
        document_name="国网导出表",
    )


def scan(actor, holder, role):
    """A scan of a case or of a meeting."""
    code = holder.area_code if hasattr(holder, "area_code") else holder.household.area_id
    link(make_file(actor, area_code=code, kind="scan"), holder, role=role, actor=actor)


def opened(household, actors, purpose=IDENTIFY, on=OPENED):
    """A case that waits for its visit."""
    with at(on):
        return open_case(household, purpose, reason="家人住院，花费大", actor=actors["village_clerk"])


def visited(household, actors, purpose=IDENTIFY, values=None, risks=("illness",)):
    """A case that waits for its comparison."""
    case = opened(household, actors, purpose)
    with at(VISITED):
        save_visit(
            case,
            values or (VISIT if purpose == IDENTIFY else REMOVAL),
            actor=actors["village_clerk"],
            risks=risks,
        )
        return advance(case, "visit", actor=actors["village_clerk"], document_name="承诺授权书、入户核实表")


def answer_all(case, actors):
    """Every bureau answers that there is nothing."""
    for one in COMPARISON_SUBJECTS:
        set_comparison(case, one.key, "nothing", legal_basis="承诺授权书", actor=actors["county_reviewer"])


def compare_all(case, actors):
    """Every bureau answers, and the county ends the comparison."""
    answer_all(case, actors)
    return advance(case, "compare", actor=actors["county_reviewer"])


def compared(household, actors, purpose=IDENTIFY, **rest):
    """A case that waits for the village's meeting."""
    case = visited(household, actors, purpose, **rest)
    with at(COMPARED):
        scan(actors["village_clerk"], case, "authorization")
        return compare_all(case, actors)


def appraised(household, actors, purpose=IDENTIFY, **rest):
    """A case that the meeting agreed to."""
    case = compared(household, actors, purpose, **rest)
    with at(APPRAISED):
        meeting, _, _ = appraise(
            household.area_id,
            [Said(case.pk, True, votes_for=22, votes_against=1, abstained=1)],
            actor=actors["village_clerk"],
            meeting=MEETING,
        )
        scan(actors["village_clerk"], meeting, "minutes")
    case.refresh_from_db()
    return case


def posted(household, actors, purpose=IDENTIFY, **rest):
    """A case whose list hangs in the village from 2024-03-07."""
    case = appraised(household, actors, purpose, **rest)
    with at(POSTED):
        post_first_notice(
            household.area_id,
            [case.pk],
            purpose=purpose,
            actor=actors["village_clerk"],
            notice={"place": "村务公开栏", "contact": "镇扶贫办 0435-3710000"},
        )
    return case


def checked(household, actors, purpose=IDENTIFY, **rest):
    """A case that waits for the county."""
    case = posted(household, actors, purpose, **rest)
    with at(FIRST_DAY_AFTER):
        return advance(case, "township_check", actor=actors["township_officer"])


def approved(household, actors, purpose=IDENTIFY, **rest):
    """A case that waits for its announcement."""
    case = checked(household, actors, purpose, **rest)
    with at(FIRST_DAY_AFTER + timedelta(days=1)):
        return advance(
            case, "approve", actor=actors["county_reviewer"], document_name="二道江区防返贫〔2024〕3号"
        )


def finish(case, actors, on=FIRST_DAY_AFTER + timedelta(days=2)):
    """Announce an approved case and record it."""
    roster = on_lists([case.pk])[case.pk].roster
    with at(on):
        announce(roster, actor=actors["county_reviewer"], notice=ANNOUNCEMENT, document_name="公告第3号")
        return advance(
            case,
            "record_case",
            actor=actors["county_reviewer"],
            document_name="系统录入记录",
            national_entry="2024-03-14 录入",
        )
