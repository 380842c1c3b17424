"""What a case rests on: the household's facts of the judged year, and the household that the meeting appraised."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.urls import reverse

from households.entries.basis import figures
from households.entries.models import EntryCase
from households.entries.services import lists
from households.entries.services.refusing import Grounds, send_back
from households.models import Survey
from households.services.assess import judge_households
from households.services.settlements import state_fact
from households.services.surveys import save_survey
from poverty.review.errors import NotAllOfThem
from poverty.review.models import FactEntry, FrozenCopy, Step
from poverty.review.services import fire
from poverty.review.services.freezing import content_of
from poverty.review.services.replay import replay
from tests.actors import VILLAGE_A, client_of
from tests.factories import entries as make
from tests.factories.areas import make_area, make_settlement
from tests.factories.households import everybody_left, make_member
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db


def at_commit(constraint):
    """The deferred check of a name, now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {constraint} IMMEDIATE")
        cursor.execute(f"SET CONSTRAINTS {constraint} DEFERRED")


def posted_first(cast, case):
    make.posted(cast, make.roster_of(case), "first", make.FIRST_FROM)


def check(cast, case):
    return lists.pass_on("check", [case.pk], make.decision(cast.officer, make.CHECKED))


@pytest.mark.parametrize(("kind", "one"), [("identification", make.ordinary), ("return", make.exited)])
def test_a_household_that_is_met_on_its_facts_goes_no_further(cast, kind, one):
    household = make.measured(one, VILLAGE_A, facts={})
    case = make.bring(cast, make.make_case(cast, kind, household), "appraised")
    posted_first(cast, case)
    with pytest.raises(NotAllOfThem, match="2018年度判定为达标"):
        check(cast, case)


def test_a_clearance_is_about_a_household_that_is_met(cast):
    household = make.measured(make.make_household, VILLAGE_A, facts={})
    case = make.bring(cast, make.make_case(cast, "clearance", household), "checked")
    assert case.state == "checked"


def test_above_the_line_with_an_unsafe_house_is_an_exception_that_is_shown(cast):
    case = make.make_case(cast, household=make.measured(make.ordinary, VILLAGE_A, facts=make.UNSAFE))
    case = make.bring(cast, case, "checked")
    assert figures(EntryCase.objects.all())[case.pk].exception == (
        "人均纯收入 12000.00 元，高于标准线 3535.00 元，须说明纳入的理由"
    )
    make.posted(cast, make.roster_of(case), "second", make.SECOND_FROM)
    client = client_of(cast.reviewer)
    assert "须说明纳入的理由" in client.get(reverse("households:entry", args=[case.pk])).content.decode()
    listed = client.get(reverse("households:entries") + "?tab=checked").content.decode()
    assert "例外" in listed


def test_the_year_before_counts_until_that_of_the_application_is_judged(cast):
    household = make.measured(make.ordinary, VILLAGE_A)
    case = make.make_case(cast, household=household, applied_on=date(2019, 5, 3))
    assert figures(EntryCase.objects.all())[case.pk].year == 2018
    later = make.make_case(
        cast, household=make.measured(make.ordinary, VILLAGE_A, "孙有财"), applied_on=date(2020, 5, 3)
    )
    assert later.pk not in figures(EntryCase.objects.all())


def test_the_facts_are_frozen_with_the_decision_and_can_be_judged_again(cast):
    case = make.make_case(cast, household=make.measured(make.ordinary, VILLAGE_A))
    case = make.bring(cast, case, "decided")
    step = Step.objects.of_case("households.entrycase", case.pk).get(transition="decide")
    copy = FrozenCopy.objects.get(step=step)
    kept = content_of(copy)
    assert kept["result"]["net_income_per_head"] == "3000.00"
    assert kept["facts"]["wage_income"] == "1000.00"
    assert [one["name"] for one in kept["members"]] == ["赵有福"]
    again = {one.label: one for one in replay(copy)}
    assert Decimal(again["人均纯收入"].value) == 3000
    assert again["人均纯收入"].stored == again["人均纯收入"].now == "未达标"
    assert all(one.stored == one.now for one in again.values())


def test_who_entered_the_facts_does_not_check(cast):
    household = make.measured(make.ordinary, VILLAGE_A)
    case = make.bring(cast, make.make_case(cast, household=household), "appraised")
    posted_first(cast, case)
    survey = Survey.objects.get(household=household)
    save_survey(
        survey,
        {"transfer_income": Decimal("600.00")},
        actor=cast.officer,
        happened_on=date(2018, 9, 21),
        late_reason=make.LATE,
    )
    with pytest.raises(ValidationError, match="填报过该对象的信息"):
        fire(
            "check",
            case,
            actor=cast.officer,
            happened_on=make.CHECKED,
            document_name="审核表",
            late_reason=make.LATE,
        )


def test_who_states_a_shared_fact_has_entered_it_for_every_household_there(cast):
    group = make_settlement(make_area(VILLAGE_A))
    asked = {"water_solved": None, **make.POOR}
    make.make_standard(VILLAGE_A[:6], 2018)
    household = make.ordinary(VILLAGE_A, survey=asked, settlement=group)
    case = make.make_case(cast, household=household)
    state_fact(
        group,
        "water",
        actor=cast.clerk,
        reached=True,
        on=date(2018, 5, 1),
        document_name="水质检测报告",
        document_date=date(2018, 3, 1),
    )
    noted = FactEntry.objects.filter(user=cast.clerk)
    assert set(noted.values_list("case_type", "case_id")) == {
        ("households.household", household.pk),
        ("households.entrycase", case.pk),
    }


def test_a_change_of_members_after_the_appraisal_is_appraised_anew(cast):
    household = make.measured(make.ordinary, VILLAGE_A)
    case = make.bring(cast, make.make_case(cast, household=household), "appraised")
    posted_first(cast, case)
    make_member(household, "赵小福", facts=False)
    with pytest.raises(NotAllOfThem, match="评议以后家庭成员有变动"):
        check(cast, case)
    case = send_back(case, make.decision(cast.officer, date(2018, 5, 24), comment="新添人口"))
    assert EntryCase.objects.values_list("base_members", "base_head_id").get(pk=case.pk) == (None, None)
    make.answered(cast, case, compared_on=date(2018, 5, 25))
    made = lists.appraise(VILLAGE_A, [make.said(case)], make.sitting(date(2018, 5, 28)), actor=cast.clerk)
    make.papered(cast, made)
    make.posted(cast, make.roster_of(case), "first", date(2018, 5, 29))
    assert lists.pass_on("check", [case.pk], make.decision(cast.officer, date(2018, 6, 6))) == 1


def test_a_household_that_everybody_left_is_not_the_one_appraised(cast):
    case = make.bring(cast, make.make_case(cast), "appraised")
    posted_first(cast, case)
    everybody_left(case.household, date(2018, 5, 20))
    with pytest.raises(NotAllOfThem, match="评议以后家庭成员有变动"):
        check(cast, case)


def test_postgresql_asks_for_the_appraised_household(cast):
    case = make.bring(cast, make.make_case(cast), "checked")
    make_member(case.household, "赵小福", facts=False)
    with pytest.raises(IntegrityError, match="is not the one appraised"):
        at_commit("households_entry_basis")


def test_postgresql_asks_for_a_household_that_is_not_met(cast):
    household = make.measured(make.ordinary, VILLAGE_A)
    make.bring(cast, make.make_case(cast, household=household), "checked")
    Survey.objects.filter(household=household).update(wage_income=Decimal("9000.00"))
    judge_households([household.pk], 2018)
    with pytest.raises(IntegrityError, match="is met"):
        at_commit("households_entry_basis")


GROUNDS = Grounds("", "建档立卡工作方案 第二条", "二道江区扶贫办 0435-3712345", "二道沟村民委员会")


def refused_by_the_meeting(cast, case):
    lists.appraise(
        VILLAGE_A, [make.said(case, agreed=False)], make.sitting(), actor=cast.clerk, grounds=GROUNDS
    )
    return EntryCase.objects.get(pk=case.pk).refusal


def test_the_paper_tells_the_measured_figures_and_the_vote(cast):
    case = make.make_case(cast, household=make.measured(make.ordinary, VILLAGE_A, facts=make.UNSAFE))
    paper = refused_by_the_meeting(cast, make.bring(cast, case, "compared"))
    assert (paper.income, paper.line, paper.facts_year) == (Decimal("12000.00"), Decimal("3535.00"), 2018)
    assert (paper.reason, paper.states["housing"], paper.states["water"]) == ("家庭有两辆货车", 0, 2)
    page = client_of(cast.clerk).get(reverse("households:entry-paper", args=[case.pk])).content.decode()
    for words in ("12,000", "3,535", "住房安全未达标", "饮水安全达标", "同意 4 票，反对 26 票，弃权 1 票"):
        assert words in page


def test_without_a_judged_year_the_paper_has_no_figures(cast):
    paper = refused_by_the_meeting(cast, make.bring(cast, make.make_case(cast), "compared"))
    assert (paper.income, paper.line, paper.facts_year, paper.states) == (None, None, None, {})


def test_the_days_to_appeal_are_not_those_of_the_answering_office(cast):
    make_parameter("refusal.appeal_days", VILLAGE_A[:6], date(2016, 1, 1), "30")
    make_parameter("objection.answer_days", VILLAGE_A[:6], date(2016, 1, 1), "5")
    paper = refused_by_the_meeting(cast, make.bring(cast, make.make_case(cast), "compared"))
    assert paper.objection_days == 30


def test_the_form_of_a_refusal_offers_what_was_measured(cast):
    case = make.make_case(cast, household=make.measured(make.ordinary, VILLAGE_A))
    case = make.bring(cast, case, "appraised")
    answer = client_of(cast.officer).get(reverse("households:entry-refuse", args=[case.pk]))
    assert answer.context["form"].initial == {"income": Decimal("3000.00"), "line": Decimal("3535.00")}
