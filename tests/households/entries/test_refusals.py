"""Refusals: never without a reason, never without the paper for the household, and its delivery is proved."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from households.entries.models import EntryCase, EntryRefusal
from households.entries.services import lists
from households.entries.services.refusing import Grounds, deliver, refuse
from poverty.review.models import RosterEntry, Step
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories import entries as make
from tests.households.refusals import refused

pytestmark = pytest.mark.django_db

GROUNDS = Grounds(
    reason="人均纯收入高于识别标准",
    clause="扶贫开发建档立卡工作方案 第二条",
    contact="二道江区扶贫办 0435-3712345",
    issued_by="鸭园镇人民政府",
    income=Decimal("5200.00"),
    line=Decimal("3535.00"),
)
DELIVERY = {
    "delivered_on": date(2018, 5, 25),
    "receiver": "赵有福",
    "relation": "户主",
    "receipt": "signed",
    "delivered_by": "周文书",
    "late_reason": make.LATE,
}


def paper_of(cast, state="appraised"):
    case = make.bring(cast, make.make_case(cast), state)
    return refuse(case, GROUNDS, make.decision(cast.officer, make.CHECKED))


def test_the_township_refuses_and_the_household_gets_its_paper(cast):
    paper = paper_of(cast)
    assert (paper.title, paper.stage, paper.refused_on) == ("告知〔2018〕1号", "appraised", make.CHECKED)
    assert (paper.income, paper.line, paper.objection_days) == (Decimal("5200.00"), Decimal("3535.00"), 15)
    assert EntryCase.objects.get(pk=paper.case_id).state == "refused"
    assert not RosterEntry.objects.standing().exists()
    step = Step.objects.of_case("households.entrycase", paper.case_id).last()
    assert (step.transition, step.comment) == ("refuse_township", "人均纯收入高于识别标准")


def test_papers_are_numbered_in_county_and_year(cast):
    first = paper_of(cast)
    case = make.bring(cast, make.make_case(cast, household=make.ordinary(VILLAGE_A, "孙")), "checked")
    second = refuse(case, GROUNDS, make.decision(cast.reviewer, make.REVIEWED))
    assert (first.number, second.number) == (1, 2)


@pytest.mark.parametrize(
    ("state", "who", "on"),
    [
        ("applied", "officer", make.COMPARED),
        ("appraised", "officer", make.CHECKED),
        ("checked", "reviewer", make.REVIEWED),
        ("reviewed", "decider", make.DECIDED),
        ("decided", "decider", make.ANNOUNCED_FROM),
        ("announced", "decider", make.DONE),
    ],
)
def test_each_level_may_refuse_where_the_case_stands(cast, state, who, on):
    case = make.bring(cast, make.make_case(cast), state)
    paper = refuse(case, GROUNDS, make.decision(getattr(cast, who), on))
    assert paper.stage == state


@pytest.mark.parametrize("name", ["reason", "clause", "contact", "issued_by"])
def test_a_refusal_without_reason_or_clause_is_refused(cast, name):
    case = make.bring(cast, make.make_case(cast), "appraised")
    grounds = Grounds(**{**GROUNDS.__dict__, name: "  "})
    assert name in refused(refuse, case, grounds, make.decision(cast.officer, make.CHECKED))
    case.refresh_from_db()
    assert case.state == "appraised"
    assert not EntryRefusal.objects.exists()


def test_an_income_is_told_with_its_line(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    grounds = Grounds(**{**GROUNDS.__dict__, "line": None})
    assert "line" in refused(refuse, case, grounds, make.decision(cast.officer, make.CHECKED))


def test_who_was_voted_down_gets_the_paper_of_the_meeting(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    other = make.bring(cast, make.make_case(cast, household=make.ordinary(VILLAGE_A, "孙有财")), "compared")
    found = lists.appraise(
        VILLAGE_A,
        [make.said(case, agreed=False), make.said(other)],
        make.sitting(),
        actor=cast.clerk,
        grounds=GROUNDS,
    )
    assert found.refused == 1
    assert EntryRefusal.objects.get().reason == "家庭有两辆货车"
    assert [entry.case_id for entry in found.roster.entries.all()] == [other.pk]


def test_the_village_cannot_refuse_whom_the_meeting_agreed_to(cast):
    case = make.bring(cast, make.make_case(cast), "compared")
    with pytest.raises(ValidationError, match="没有否决该户"):
        refuse(case, GROUNDS, make.decision(cast.clerk, make.APPRAISED))


def test_the_township_of_another_county_may_not_refuse(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    other = make.Cast(VILLAGE_B)
    with pytest.raises(PermissionDenied):
        refuse(case, GROUNDS, make.decision(other.officer, make.CHECKED))


def test_raw_sql_cannot_refuse_without_a_paper(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    EntryCase.objects.filter(pk=case.pk).update(state="refused")
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="refused without a paper"):
        cursor.execute("SET CONSTRAINTS households_entry_has_paper IMMEDIATE")


def test_the_delivery_is_stored_once(cast):
    paper = deliver(paper_of(cast), actor=cast.clerk, **DELIVERY)
    assert (paper.delivered_on, paper.receiver, paper.receipt) == (date(2018, 5, 25), "赵有福", "signed")
    with pytest.raises(ValidationError, match="已经登记送达"):
        deliver(paper, actor=cast.clerk, **DELIVERY)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        EntryRefusal.objects.update(receiver="别人")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"receiver": ""}, "receiver"),
        ({"receipt": ""}, "receipt"),
        ({"receipt": "refused"}, "receipt_note"),
        ({"delivered_by": " "}, "delivered_by"),
        ({"delivered_on": date(2018, 5, 22)}, "delivered_on"),
        ({"late_reason": ""}, "late_reason"),
    ],
)
def test_what_a_delivery_must_say(cast, fields, name):
    assert name in refused(deliver, paper_of(cast), actor=cast.clerk, **DELIVERY | fields)


def test_what_the_paper_says_never_changes(cast):
    paper_of(cast)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        EntryRefusal.objects.update(reason="另一个原因")
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        EntryRefusal.objects.all().delete()


def test_a_refused_household_may_apply_again(cast):
    paper = paper_of(cast)
    again = make.make_case(cast, household=paper.case.household, applied_on=date(2018, 9, 1))
    assert again.state == "applied"
