"""Answering: who may, what counts as an answer, how long it counts, and who sees what."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from households.check_sight import seen_by
from households.checks.registry import CHECKS
from households.models import CountyYear, Finding, FindingAnswer, Household, MemberSurvey, Survey
from households.services.checks import answer, check_households, run_checks
from households.services.years import close_year
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.checks import codes_of, finding_of
from tests.factories.households import make_member, make_pairing
from tests.households.checks.cases import Case

pytestmark = pytest.mark.django_db
YEAR = 2018
CODE = "labour.healthy_lost"


@pytest.fixture
def household():
    """王户: the head is healthy and 丧失劳动力."""
    return Case(
        CODE,
        "hit",
        head={"facts": {"labour_skill": "lost", "work_months": 0, "work_place": ""}},
        survey={"wage_income": 0},
    ).build()


@pytest.fixture
def finding(household):
    return finding_of(household, CODE)


def test_an_answer_names_person_and_day(finding, village_clerk):
    given = answer(finding, "not_true", note="精神残疾，正在评残", actor=village_clerk)
    finding.refresh_from_db()
    assert finding.answer == given
    assert (given.answered_by, given.kind, given.ended_at) == (village_clerk, "not_true", None)
    entry = Entry.objects.get(action="households.finding.answer")
    assert entry.case_id == finding.household_id
    assert "不属实" in entry.summary
    # Whatever is written stays with the answer, not in the log.
    assert "评残" not in entry.summary + str(entry.changes)


def test_not_true_says_why(finding, village_clerk):
    with pytest.raises(ValidationError) as caught:
        answer(finding, "not_true", note="  ", actor=village_clerk)
    assert "原因" in caught.value.message_dict["note"][0]
    with pytest.raises(ValidationError):
        answer(finding, "maybe", actor=village_clerk)
    with pytest.raises(ValidationError, match="不要写证件号码"):
        answer(finding, "not_true", note="电话13812345678已核实", actor=village_clerk)
    assert not FindingAnswer.objects.exists()


def test_corrected_is_refused_while_it_still_holds(household, finding, village_clerk):
    with pytest.raises(ValidationError) as caught:
        answer(finding, "corrected", note="已改", actor=village_clerk)
    [told] = caught.value.message_dict["kind"]
    assert told.startswith(f"刚才重新检查，问题还在：{CHECKS[CODE].message}请先到户页改正")
    assert "国办系统" in told
    finding.refresh_from_db()
    assert (finding.answer, finding.closed_at) == (None, None)
    assert not FindingAnswer.objects.exists()


def test_corrected_into_something_else_that_is_wrong_is_refused(village_clerk):
    household = Case("land.cultivated", "hit", survey={"cultivated_land": 15}).build()
    finding = finding_of(household, "land.cultivated")
    given = answer(finding, "not_true", note="确有15亩", actor=village_clerk)
    Survey.objects.filter(household=household).update(cultivated_land=40)
    with pytest.raises(ValidationError, match="问题还在"):
        answer(finding, "corrected", actor=village_clerk)
    given.refresh_from_db()
    # Nothing half done: the next check takes the old answer back.
    assert given.ended_at is None


def test_a_closed_year_takes_no_correction_and_still_an_explanation(finding, village_clerk, county_reviewer):
    close_year(CountyYear.objects.get(area=COUNTY_A), actor=county_reviewer, document_name="关账通知")
    with pytest.raises(ValidationError) as caught:
        answer(finding, "corrected", actor=village_clerk)
    assert caught.value.message_dict["kind"][0].startswith("2018年度已关闭，信息不能再改")
    given = answer(finding, "not_true", note="精神残疾，正在评残", actor=village_clerk)
    finding.refresh_from_db()
    assert (finding.answer, finding.closed_at) == (given, None)


def test_answered_stays_answered_over_runs_and_unrelated_changes(household, finding, village_clerk):
    given = answer(finding, "not_true", note="精神残疾", actor=village_clerk)
    run_checks(COUNTY_A, YEAR, trigger="command")
    Household.objects.filter(pk=household.pk).update(facts_version=7, address="新址")
    Survey.objects.filter(household=household).update(transfer_income=800)
    MemberSurvey.objects.filter(member=finding.member).update(speaks_mandarin=True)
    done = run_checks(COUNTY_A, YEAR, trigger="command")
    finding.refresh_from_db()
    assert finding.answer == given
    assert (done.open, done.answered, done.reopened) == (0, 1, 0)


def test_another_member_asks_again(village_clerk):
    """No sick member, answered; then somebody healthy joins: the same check holds, of other people."""
    household = Case("reason.illness", "hit", household={"main_cause": "illness"}).build()
    finding = finding_of(household, "reason.illness")
    answer(finding, "not_true", note="患病成员已故", actor=village_clerk)
    Household.objects.filter(pk=household.pk).update(other_causes=["skill"])
    check_households([household.pk], YEAR)
    finding.refresh_from_db()
    assert finding.answer is not None
    make_member(household, "李新来", relation="other", facts={"health_states": "healthy"})
    check_households([household.pk], YEAR)
    finding.refresh_from_db()
    assert finding.answer is None


def test_changed_facts_end_the_answer(village_clerk):
    household = Case("land.cultivated", "hit", survey={"cultivated_land": 15}).build()
    finding = finding_of(household, "land.cultivated")
    given = answer(finding, "not_true", note="确有15亩", actor=village_clerk)
    Survey.objects.filter(household=household).update(cultivated_land=40)
    done = run_checks(COUNTY_A, YEAR, trigger="command")  # the first: what was found before counts as new
    finding.refresh_from_db()
    given.refresh_from_db()
    assert finding.answer is None
    assert finding.closed_at is None
    assert given.ended_at is not None
    assert (done.open, done.answered, done.reopened, done.new) == (1, 0, 1, 1)
    again = answer(finding, "not_true", note="承包地并入", actor=village_clerk)
    assert finding.answers.count() == 2
    third = answer(finding, "not_true", note="承包地并入12亩", actor=village_clerk)
    again.refresh_from_db()
    finding.refresh_from_db()
    assert again.ended_at is not None
    assert finding.answer == third


def test_what_was_corrected_needs_no_answer(household, finding, village_clerk):
    MemberSurvey.objects.filter(member=finding.member).update(labour_skill="ordinary")
    assert answer(finding, "corrected", actor=village_clerk) is None
    finding.refresh_from_db()
    assert finding.closed_at is not None
    assert not FindingAnswer.objects.exists()
    assert CODE not in codes_of(household)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VILLAGE_CLERK, True),
        (Role.TOWNSHIP_OFFICER, True),
        (Role.COUNTY_REVIEWER, False),
        (Role.BUREAU_OFFICER, False),
        (Role.AUDITOR, False),
        (Role.LEADER, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_who_may_answer(finding, role, may):
    actor = make_actor(role, VILLAGE_A)
    if may:
        assert answer(finding, "not_true", note="正在评残", actor=actor) is not None
    else:
        with pytest.raises(PermissionDenied):
            answer(finding, "not_true", note="正在评残", actor=actor)


def test_a_helper_answers_for_his_own_households_only(household, finding, helper):
    with pytest.raises(PermissionDenied):
        answer(finding, "corrected", actor=helper)
    household.pairings.update(valid_to="2026-01-01")
    make_pairing(household, helper, since="2026-01-01")
    assert answer(finding, "not_true", note="正在评残", actor=helper) is not None


def test_another_county_sees_nothing(finding, stranger):
    for role in Role:
        assert not seen_by(stranger(role)).exists()
    with pytest.raises(PermissionDenied):
        answer(finding, "corrected", actor=stranger(Role.VILLAGE_CLERK))


def test_a_bureau_sees_its_own_checks_only(stranger):
    made = Case(
        "housing.large",
        "hit",
        household={"phone_hash": None},
        survey={"house_area": 600, "dangerous_grade": "c"},
    ).build()
    assert codes_of(made) >= {"housing.large", "housing.safe_but_grade_dangerous", "household.phone_missing"}
    housing = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="housing")
    water = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="water")
    assert set(seen_by(housing).values_list("code", flat=True)) == {
        "housing.large",
        "housing.safe_but_grade_dangerous",
    }
    assert not seen_by(water).exists()
    assert Finding.objects.count() == seen_by(make_actor(Role.LEADER, VILLAGE_A)).count()
