"""What a visit left open is decided by a person who sees both values, and not by who left it open; a held visit is taken
whole or left."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.models import CountyYear, MemberSurvey, Need, Survey, Visit, VisitFact
from households.services.income import save_income
from households.services.member_surveys import save_member_survey
from households.services.surveys import save_survey
from households.visits.sent import SentIncome, SentNeed
from households.visits.services.deciding import decide_fact, settle_visit, withdraw_visit
from households.visits.services.recording import record_visit, record_visits
from poverty.accounts.models import Role, User
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_posting
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import close_the_year, make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import fact, make_sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def helper():
    return make_actor(Role.HELPER, VILLAGE_A)


@pytest.fixture
def clerk():
    return make_actor(Role.VILLAGE_CLERK, VILLAGE_A)


@pytest.fixture
def household(helper):
    make_standard()
    home = make_household(VILLAGE_A, survey={"food_ok": None})
    make_pairing(home, helper)
    return home


def survey_of(household):
    return Survey.objects.get(household=household, year=2018)


def conflict(household, helper, clerk):
    save_survey(survey_of(household), {"food_ok": False}, actor=clerk)
    record_visit(make_sent(household, facts=(fact("food_ok", None, True),)), actor=helper)
    return VisitFact.objects.get()


def test_the_visitors_value_is_taken_with_its_source_and_day(household, helper, clerk):
    row = decide_fact(conflict(household, helper, clerk), True, False, actor=clerk)
    survey = survey_of(household)
    assert survey.food_ok is True
    assert survey.sources["food_ok"] == {"source": "visit", "on": "2018-11-03"}
    assert (row.outcome, row.decided_by, row.standing, row.value) == ("taken", clerk, False, True)


def test_the_registers_value_is_kept_and_the_visitors_stays_on_record(household, helper, clerk):
    row = decide_fact(conflict(household, helper, clerk), False, False, actor=clerk)
    assert survey_of(household).food_ok is False
    assert (row.outcome, row.value) == ("kept", True)
    assert not VisitFact.objects.undecided().exists()


def test_nobody_decides_on_a_value_that_has_changed_since(household, helper, clerk):
    row = conflict(household, helper, clerk)
    save_survey(survey_of(household), {"food_ok": None}, actor=clerk)
    with pytest.raises(ValidationError, match="刚又改了"):
        decide_fact(row, True, False, actor=clerk)
    assert VisitFact.objects.undecided().count() == 1


def test_it_is_decided_once(household, helper, clerk):
    row = conflict(household, helper, clerk)
    decide_fact(row, False, False, actor=clerk)
    with pytest.raises(ValidationError, match="已经核对过"):
        decide_fact(row, True, False, actor=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitFact.objects.update(outcome="taken")


@pytest.mark.parametrize("role", [Role.HELPER, Role.COUNTY_REVIEWER, Role.AUDITOR])
def test_others_do_not_decide(household, helper, clerk, role):
    row = conflict(household, helper, clerk)
    with pytest.raises(PermissionDenied):
        decide_fact(row, True, False, actor=make_actor(role, VILLAGE_A))


def test_a_clerk_of_another_village_does_not_decide(household, helper, clerk):
    row = conflict(household, helper, clerk)
    with pytest.raises(PermissionDenied):
        decide_fact(row, True, False, actor=make_actor(Role.VILLAGE_CLERK, VILLAGE_B))


def test_facts_of_persons_and_lines_of_the_sheet_are_decided_the_same_way(household, helper, clerk):
    head = household.head
    Survey.objects.filter(household=household).update(wage_income=None)
    save_member_survey(head, 2018, {"work_months": 4}, actor=clerk)
    first = SentIncome(items={"wage_work": (Decimal("8000.00"), "")})
    record_visit(make_sent(household, income=first), actor=helper)
    second = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(household, second, order=2)
    record_visit(
        make_sent(
            household,
            facts=(fact("work_months", 10, 7, head),),
            income=SentIncome(items={"wage_work": (Decimal("9000.00"), "砖厂")}),
        ),
        actor=second,
    )
    months = VisitFact.objects.get(field="work_months")
    line = VisitFact.objects.get(field="item.wage_work", outcome="conflict")
    decide_fact(months, True, 4, actor=clerk)
    decide_fact(line, True, ["8000.00", ""], actor=clerk)
    assert MemberSurvey.objects.get(member=head).work_months == 7
    assert survey_of(household).wage_income == 9000


def test_a_line_decided_about_leaves_a_group_open_in_which_only_a_policy_paid(household, helper, clerk):
    Survey.objects.filter(household=household).update(wage_income=None, property_income=None)
    make_benefit(make_policy("solar_household", base=SOLAR), household, amount=Decimal("4000"))
    save_income(survey_of(household), {"wage_work": (Decimal("8000"), "")}, actor=clerk)
    line = SentIncome(items={"wage_work": (Decimal("9000.00"), "")})
    record_visit(make_sent(household, income=line), actor=helper)
    row = VisitFact.objects.get(field="item.wage_work")
    decide_fact(row, True, ["8000.00", ""], actor=clerk)
    survey = survey_of(household)
    assert (survey.wage_income, survey.property_income) == (9000, None)


class TestAmountWhereAnotherAnsweredNone:
    """The helper writes 600 yuan of land rent; meanwhile the village has typed that there is no such income."""

    @pytest.fixture
    def line(self, household, helper, clerk):
        Survey.objects.filter(household=household).update(property_income=None)
        save_income(survey_of(household), {}, none_groups=("property",), actor=clerk)
        income = SentIncome(items={"property_land": (Decimal("600.00"), "")})
        assert record_visit(make_sent(household, income=income), actor=helper).state == "inbox"
        return VisitFact.objects.get()

    def test_it_waits_and_when_it_is_taken_there_is_some(self, line, household, clerk):
        assert (line.outcome, line.field) == ("conflict", "item.property_land")
        assert "没有这一类收入" in line.said
        assert survey_of(household).property_income == 0
        decide_fact(line, True, None, actor=clerk)
        assert survey_of(household).property_income == 600

    def test_or_the_answer_none_is_kept(self, line, household, clerk):
        decide_fact(line, False, None, actor=clerk)
        assert survey_of(household).property_income == 0

    def test_who_said_none_himself_on_an_earlier_visit_changes_it(self, household, helper):
        Survey.objects.filter(household=household).update(property_income=None)
        none = SentIncome(items={}, none_groups=("property",))
        some = SentIncome(items={"property_land": (Decimal("600.00"), "")})
        visits = [(1, none), (3, some)]
        sent = [make_sent(household, happened_on=date(2018, 11, day), income=one) for day, one in visits]
        assert [one.state for one in record_visits(sent, actor=helper)] == ["received"] * 2
        assert survey_of(household).property_income == 600


def test_what_cannot_be_is_not_taken(household, helper, clerk):
    record_visit(make_sent(household, facts=(fact("dangerous_grade", "b", "z"),)), actor=helper)
    row = VisitFact.objects.get()
    with pytest.raises(ValidationError, match="请从列表中选择"):
        decide_fact(row, True, "b", actor=clerk)
    assert decide_fact(row, False, "b", actor=clerk).outcome == "kept"


def held(household, helper, **fields):
    household.pairings.update(valid_to=date(2018, 10, 1))
    record_visit(make_sent(household, **fields), actor=helper)
    return Visit.objects.get()


def test_a_held_visit_is_taken_whole_but_for_what_changed_meanwhile(household, helper, clerk):
    need = SentNeed(uuid4(), "water", "冬天管子冻住", "village")
    visit = held(
        household,
        helper,
        facts=(fact("food_ok", None, True), fact("clothing_ok", None, False)),
        needs=(need,),
    )
    settle_visit(visit, True, actor=clerk)
    survey = survey_of(household)
    assert (survey.food_ok, survey.clothing_ok, survey.visited_on) == (True, True, date(2018, 11, 3))
    assert Need.objects.get().identity == need.identity
    assert {row.field for row in VisitFact.objects.undecided()} == {"clothing_ok"}
    assert Visit.objects.counted().count() == 1
    decide_fact(VisitFact.objects.undecided().get(), True, True, actor=clerk)
    assert survey_of(household).clothing_ok is False


def test_what_a_held_visit_found_as_it_stood_takes_its_source_and_everything_is_written_at_once(
    household, helper, clerk
):
    visit = held(
        household,
        helper,
        facts=(
            fact("dangerous_grade", "b", "b"),
            fact("food_ok", None, True),
            fact("clothing_ok", True, True),
            fact("work_months", 10, 8, household.head),
        ),
    )
    save_survey(survey_of(household), {"clothing_ok": False}, actor=clerk)
    written = Entry.objects.filter(action="households.survey.save").count()
    settle_visit(visit, True, actor=clerk)
    survey = survey_of(household)
    assert survey.sources["dangerous_grade"] == {"source": "visit", "on": "2018-11-03"}
    assert survey.clothing_ok is False, "corrected since he found it as he had seen it"
    assert MemberSurvey.objects.get(member=household.head).work_months == 8
    assert dict(visit.facts.values_list("field", "outcome")) == {
        "dangerous_grade": "taken",
        "food_ok": "taken",
        "clothing_ok": "kept",
        "work_months": "taken",
    }
    assert Entry.objects.filter(action="households.survey.save").count() == written + 1


def test_the_income_of_a_held_visit_is_merged_by_item(household, helper, clerk):
    Survey.objects.filter(household=household).update(wage_income=None, property_income=None)
    items = {"wage_work": (Decimal("8000.00"), ""), "wage_other": (Decimal("500.00"), "")}
    visit = held(household, helper, income=SentIncome(items=items, none_groups=("property",)))
    save_income(survey_of(household), {"wage_other": (Decimal("700"), "")}, actor=clerk)
    settle_visit(visit, True, actor=clerk)
    survey = survey_of(household)
    assert (survey.wage_income, survey.property_income) == (8_700, 0)
    assert {row.field for row in VisitFact.objects.undecided()} == {"item.wage_other"}


def test_a_held_visit_of_before_the_accounting_period_is_taken_but_moves_no_day(household, helper, clerk):
    """The period of 2018 begins on 1 October 2017; what was seen in September holds all the same."""
    day = {"happened_on": date(2017, 9, 20), "late_reason": "纸质表后补"}
    visit = held(household, helper, facts=(fact("food_ok", None, True),), **day)
    settle_visit(visit, True, actor=clerk)
    survey = survey_of(household)
    assert (survey.food_ok, survey.visited_on) == (True, date(2018, 9, 20))


def test_nothing_is_taken_over_into_a_closed_year(household, helper, clerk):
    visit = held(household, helper, facts=(fact("food_ok", None, True),))
    close_the_year(CountyYear.objects.get())
    with pytest.raises(ValidationError, match="已关闭"):
        settle_visit(visit, True, actor=clerk)
    visit.refresh_from_db()
    assert visit.held_decided_at is None


def test_a_held_visit_may_stay_a_record_only(household, helper, clerk):
    visit = held(household, helper, facts=(fact("food_ok", None, True),))
    with pytest.raises(ValidationError, match="请先决定"):
        decide_fact(VisitFact.objects.get(), True, None, actor=clerk)
    settle_visit(visit, False, actor=clerk)
    assert survey_of(household).food_ok is None
    assert not Visit.objects.counted().exists()
    assert not VisitFact.objects.undecided().exists()
    with pytest.raises(ValidationError, match="已经核对过"):
        settle_visit(visit, True, actor=clerk)


class TestMakerAndChecker:
    """Who made or recorded a visit is not who checks it; the township has the other pair of eyes."""

    @pytest.fixture
    def officer(self):
        return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A[:9])

    @pytest.mark.parametrize("take", [True, False])
    def test_neither_the_visitor_nor_who_typed_it_decides_its_facts(self, household, clerk, officer, take):
        second = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
        save_survey(survey_of(household), {"food_ok": False}, actor=officer)
        sent = make_sent(household, facts=(fact("food_ok", None, True),))
        record_visit(sent, actor=clerk, visitor=second)
        row = VisitFact.objects.get()
        for own in (clerk, second):
            with pytest.raises(PermissionDenied, match="由别人核对"):
                decide_fact(row, take, False, actor=own)
            decided = {"outcome": "taken" if take else "kept", "decided_at": timezone.now()}
            with pytest.raises(IntegrityError), transaction.atomic():
                VisitFact.objects.update(decided_by=own, **decided)
        decide_fact(row, take, False, actor=officer)
        assert survey_of(household).food_ok is take

    @pytest.mark.parametrize("take", [True, False])
    def test_nobody_takes_over_his_own_held_visit(self, household, helper, officer, take):
        """Not even who has been posted to the village since."""
        row = held(household, helper, facts=(fact("food_ok", None, True),))
        make_posting(helper, Role.VILLAGE_CLERK, VILLAGE_A)
        with pytest.raises(PermissionDenied, match="由别人核对"):
            settle_visit(row, take, actor=User.objects.get(pk=helper.pk))
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.update(held_taken=take, held_decided_by=helper, held_decided_at=timezone.now())
        assert settle_visit(row, take, actor=officer).held_decided_by == officer

    def test_who_withdraws_his_own_visit_closes_what_it_left_open(self, household, helper, clerk):
        row = conflict(household, helper, clerk)
        withdraw_visit(row.visit, "记错户", actor=helper)
        row.refresh_from_db()
        assert (row.outcome, row.decided_by) == ("kept", helper)
