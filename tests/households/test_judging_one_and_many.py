"""One household judged alone and a million at once give the same columns; what saves left, a run finds right."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.models import Assessment, MemberSurvey, Survey
from households.options.income_items import INCOME_ITEMS, WAGE
from households.services.assess import assess, judge_households
from households.services.members import add_member, remove_member
from households.services.persons import new_person, update_person
from households.services.surveys import save_income, save_member_survey, save_survey, start_survey
from poverty.fields.identity import resident_number
from poverty.fields.states import MET, NOT_ASSESSED, UNKNOWN, UNMET
from tests.factories.households import make_household, make_member, make_membership, make_year
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard
from tests.households.varied import make_varied_register
from tests.households.verdicts import ALL_ROWS, stored

pytestmark = pytest.mark.django_db

COUNTY = "220503"
TODAY = date(2018, 9, 20)


def standards():
    """Three standards that lie inside one another, and rules that differ by county."""
    make_standard("22", rows=ALL_ROWS)
    make_standard(
        "220503200", rows={"income": "3000", "education": None, "medical": None, "stable_income": None}
    )
    make_standard("220502200201", rows={"food": None, "clothing": None, "housing": None, "road": None})
    make_parameter("housing.flag_alone_is_safe", "220502", date(2016, 1, 1), "是")
    make_parameter("medical.exempt_missing", "220502", date(2016, 1, 1), "否")
    make_parameter("water.criteria", "220502", date(2016, 1, 1), "two_fields")


def test_one_is_many():
    register = make_varied_register(300)
    standards()
    for household in register:
        judge_households([household.pk], 2018)
    one_by_one = stored()

    run = assess("", 2018, trigger="command")

    assert stored() == one_by_one
    assert (run.written, run.changed) == (0, 0), "a run after saves finds nothing to write"
    Assessment.objects.all().delete()
    run = assess("", 2018, trigger="command")
    assert stored() == one_by_one
    assert run.written == run.assessed == len(one_by_one) == run.met + run.unmet + run.unknown
    assert run.assessed + run.left_out == 300
    assert_everything_occurs()

    again = assess("", 2018, trigger="command")
    assert (again.written, again.changed) == (0, 0), "nothing changed, nothing written"
    assert (again.assessed, again.met, again.unmet, again.unknown) == (
        run.assessed,
        run.met,
        run.unmet,
        run.unknown,
    )


def assert_everything_occurs():
    """The comparison above says little unless every state of every indicator and every verdict is among them."""
    for code in ALL_ROWS:
        wanted = {None, UNMET, UNKNOWN, MET} | ({NOT_ASSESSED} if code in {"education", "medical"} else set())
        found = set(Assessment.objects.values_list(code, flat=True))
        assert found == wanted, code
    assert set(Assessment.objects.values_list("verdict", flat=True)) == {UNMET, UNKNOWN, MET}


def test_many_at_once_is_as_one_by_one_for_a_list_of_households():
    register = make_varied_register(60)
    standards()
    judge_households([household.pk for household in register], 2018)
    at_once = stored()
    Assessment.objects.all().delete()
    for household in register:
        judge_households([household.pk], 2018)
    assert stored() == at_once


def test_the_number_of_queries_does_not_grow_with_the_households():
    few = make_varied_register(5)
    standards()
    judge_households([household.pk for household in few], 2018)
    with CaptureQueriesContext(connection) as small:
        assess("", 2018, trigger="command")
    for number in range(20):
        make_household(head=f"王{number}", survey={"food_ok": None})
    with CaptureQueriesContext(connection) as large:
        assess("", 2018, trigger="command")
    assert len(large) == len(small)


@pytest.fixture
def clerk(village_clerk, time_machine):
    time_machine.move_to(TODAY)
    return village_clerk


def finds_nothing():
    run = assess(COUNTY, 2018, trigger="nightly")
    assert (run.written, run.changed, run.alarm) == (0, 0, "")
    return run


def test_after_saves_of_every_kind_a_run_finds_nothing(clerk):
    make_standard(rows=ALL_ROWS)
    make_year()
    households = [make_household(head=name, survey=False) for name in ("王建国", "李秀英", "赵六")]
    surveys = [start_survey(one, 2018, actor=clerk) for one in households]
    finds_nothing()
    first, second, third = surveys
    save_survey(
        first, {"visited_on": TODAY, "food_ok": True, "clothing_ok": False}, actor=clerk, source="visit"
    )
    save_survey(second, {"is_dangerous_house": True}, actor=clerk)
    save_survey(third, {"water_solved": True, "has_power": True, "road_reached": False}, actor=clerk)
    finds_nothing()
    wage = next(one.key for one in INCOME_ITEMS if one.group == WAGE)
    save_income(
        first,
        {wage: (Decimal("9000"), "")},
        none_groups=("production", "property", "transfer", "expense"),
        actor=clerk,
    )
    assert Assessment.objects.get(household=households[0]).income == MET
    finds_nothing()
    head = households[0].members.get()
    save_member_survey(head, 2018, {"resident_insurance": False, "employee_insurance": False}, actor=clerk)
    assert Assessment.objects.get(household=households[0]).medical == UNMET
    finds_nothing()
    child = new_person({"name": "王小宝", **numbered(date(2010, 5, 1), 701)}, actor=clerk)
    add_member(
        households[0],
        child,
        "son",
        on=date(2018, 9, 1),
        reason="birth",
        document="出生医学证明",
        actor=clerk,
    )
    assert Assessment.objects.get(household=households[0]).education == UNKNOWN
    finds_nothing()
    save_member_survey(child, 2018, {"school_status": "primary"}, actor=clerk)
    assert Assessment.objects.get(household=households[0]).education == MET
    update_person(child, numbered(date(2013, 5, 1), 703), actor=clerk)
    assert Assessment.objects.get(household=households[0]).education == NOT_ASSESSED
    finds_nothing()
    membership = child.memberships.get()
    remove_member(membership, on=date(2018, 9, 15), reason="moved_out", document="户口迁移证明", actor=clerk)
    assert Assessment.objects.get(household=households[0]).members == 1
    finds_nothing()


def numbered(born, sequence):
    """Birth date and identity number of a man."""
    return {"birth_date": born, "identity": resident_number("220503", born, sequence)}


def moved_after_the_period():
    """A child counted in one household for 2018 and living in another now."""
    old = make_household(head="王建国")
    new = make_household(head="李秀英")
    child = make_member(old, "王小宝", birth_date=date(2010, 5, 1), until=date(2018, 10, 5))
    child.household = new
    child.save(update_fields=["household"])
    make_membership(new, child, since=date(2018, 10, 5), join_reason="moved_in")
    make_standard(rows=ALL_ROWS)
    judge_households([old.pk, new.pk], 2018)
    return old, new, child


def test_facts_of_a_child_who_moved_on_judge_the_household_that_counts_him(village_clerk, time_machine):
    time_machine.move_to(date(2018, 10, 20))
    old, new, child = moved_after_the_period()
    assert Assessment.objects.get(household=old).education == UNMET
    save_member_survey(child, 2018, {"school_status": "primary"}, actor=village_clerk)
    assert Assessment.objects.get(household=old).education == MET
    assert Assessment.objects.get(household=new).education == NOT_ASSESSED
    finds_nothing()


def test_a_birth_date_corrected_later_judges_the_household_that_counted_him(village_clerk, time_machine):
    time_machine.move_to(date(2018, 10, 20))
    old, _, child = moved_after_the_period()
    update_person(child, numbered(date(1999, 5, 1), 705), actor=village_clerk)
    assert Assessment.objects.get(household=old).education == NOT_ASSESSED
    finds_nothing()


def test_a_nightly_run_that_finds_something_says_so():
    make_standard(rows=ALL_ROWS)
    household = make_household()
    judge_households([household.pk], 2018)
    Survey.objects.update(food_ok=False)  # past the services: as a fault of ours would do it
    MemberSurvey.objects.update(resident_insurance=None)
    run = assess(COUNTY, 2018, trigger="nightly")
    assert (run.written, run.changed) == (1, 1)
    assert run.alarm == "夜间例行发现 1 户与保存时判定不一致。"
