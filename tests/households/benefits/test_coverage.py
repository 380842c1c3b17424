"""Who is entitled, who received: figures worked out by hand, lists that add up, three values."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from households.benefits.coverage import coverage, rows_of
from households.benefits.deadlines import due_terms
from households.benefits.entitlement import NO, UNKNOWN, YES
from households.benefits.matching import match
from households.benefits.services.benefits import reverse_benefit
from households.services.assess import judge_households
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_posting
from tests.factories.benefits import SOLAR, make_benefit, make_policy
from tests.factories.households import make_household, make_pairing
from tests.factories.parameters import make_parameter
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db
OTHER_TOWNSHIP = "220503101200"


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-20 10:00 +0800", tick=False):
        yield


@pytest.fixture
def county():
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


def pupil(name, status, born=date(2001, 5, 1)):
    return {"name": name, "birth_date": born, "facts": {"school_status": status}}


def state_in(policy, household, user, *, name=""):
    line = next(one for one in match(user, household, 2018) if one.policy.pk == policy.pk)
    return next((one.state for one in line.rows if one.name == name), NO)


@pytest.fixture
def students():
    """Entitled to 雨露计划: two of 二道沟, one of the other township. Not known: one. Not: a pupil of 高中, the heads."""
    return [
        make_household(
            VILLAGE_A,
            members=[
                pupil("王一", "vocational_secondary_1"),
                pupil("王二", "vocational_higher_2", date(1999, 1, 1)),
                pupil("王三", "high_1"),
            ],
        ),
        make_household(
            OTHER_TOWNSHIP,
            head="李建国",
            members=[pupil("李一", "technician_1"), pupil("李二", "", date(2002, 3, 3))],
        ),
        make_household(
            VILLAGE_A, head="张一般", kind="general_rural", status="", members=[pupil("张一", "technician_1")]
        ),
        make_household(VILLAGE_B, head="外县", members=[pupil("外一", "technician_1")]),
    ]


def test_entitled_received_and_without_add_up_by_place_and_as_lists(county, students):
    yulu = make_policy()
    first, second = students[:2]
    make_benefit(yulu, first, first.members.get(name="王一"), paid_on=date(2018, 6, 25))
    make_benefit(yulu, second, second.members.get(name="李二"), paid_on=date(2018, 6, 25))
    found = coverage(county, COUNTY_A, 2018, length=9)
    total = found.of(yulu)
    assert (total.entitled, total.unknown, total.received, total.without, total.others) == (3, 1, 1, 2, 1)
    assert total.amount == Decimal("3000.00")
    assert total.rate == Decimal("33.3")
    here, there = found.of(yulu, TOWNSHIP_A), found.of(yulu, OTHER_TOWNSHIP[:9])
    assert (here.entitled, here.received, there.entitled, there.received) == (2, 1, 1, 0)
    for what, number in (("entitled", 3), ("received", 1), ("without", 2), ("unknown", 1), ("others", 1)):
        assert rows_of(county, yulu, COUNTY_A, 2018, what).count() == number
    without = rows_of(county, yulu, COUNTY_A, 2018, "without")
    assert sorted(without.values_list("member__name", flat=True)) == ["李一", "王二"]


def test_taken_back_it_is_not_received_any_more(county, students):
    yulu = make_policy()
    benefit = make_benefit(yulu, students[0], students[0].members.get(name="王一"))
    reverse_benefit(benefit, reason="学籍已注销", actor=county)
    assert coverage(county, COUNTY_A, 2018, length=9).of(yulu).received == 0


def test_both_terms_of_a_person_are_one_person_received(county, students):
    yulu = make_policy()
    one = students[0].members.get(name="王一")
    make_benefit(yulu, students[0], one, period="spring")
    make_benefit(yulu, students[0], one, period="autumn", paid_on=date(2018, 11, 1))
    found = coverage(county, COUNTY_A, 2018, length=9).of(yulu)
    assert (found.received, found.amount) == (1, Decimal("3000.00"))


def test_terms_past_their_days_say_who_is_not_paid(county, students):
    yulu = make_policy()
    make_benefit(yulu, students[0], students[0].members.get(name="王一"), period="spring")
    spring, autumn = due_terms(county, COUNTY_A, 2018)
    assert (spring.period, spring.without, spring.late) == ("spring", 2, True)
    assert (autumn.period, autumn.without, autumn.late) == ("autumn", 3, False)
    assert spring.words == "2018年春季学期：6月10日前核定，6月30日前发放"


def test_before_its_month_no_term_is_due(county, students):
    make_policy()
    with time_machine.travel("2018-05-01 10:00 +0800", tick=False):
        assert due_terms(county, COUNTY_A, 2018) == []


def test_a_bureau_sees_its_own_policies_only(students):
    make_policy()
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    assert coverage(officer, COUNTY_A, 2018, length=9).policies == []


def of_two_sectors(students):
    """雨露计划 of the education bureau, and one of 民政 for every person of a household poor by illness."""
    return (
        make_policy(sector="education"),
        make_policy(
            "allowance",
            name="低保",
            sector="civil_affairs",
            entitled=[{"key": "cause", "causes": ["illness"]}],
        ),
    )


def test_households_of_his_own_let_a_bureau_s_officer_see_no_other_sector_s_figures(students):
    schools, allowance = of_two_sectors(students)
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    make_posting(officer, Role.HELPER, VILLAGE_A)
    make_pairing(students[0], officer)
    found = coverage(officer, COUNTY_A, 2018, length=9)
    assert [one.pk for one in found.policies] == [schools.pk]
    assert found.of(schools).entitled == 3
    # 低保 is asked of his own household alone, whatever is asked: its head and three children.
    rows = rows_of(officer, allowance, COUNTY_A, 2018, "entitled")
    assert set(rows.values_list("household", flat=True)) == {students[0].pk}
    assert rows.count() == 4
    assert {one.policy.pk for one in match(officer, students[0], 2018)} == {schools.pk, allowance.pk}
    assert [one.policy.pk for one in match(officer, students[1], 2018)] == [schools.pk]


def test_a_posting_elsewhere_lends_no_sector(students):
    schools, allowance = of_two_sectors(students)
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    make_posting(officer, Role.VILLAGE_CLERK, VILLAGE_B)
    assert [one.pk for one in coverage(officer, COUNTY_A, 2018, length=9).policies] == [schools.pk]
    assert not rows_of(officer, allowance, COUNTY_A, 2018, "entitled").exists()
    assert [one.policy.pk for one in match(officer, students[1], 2018)] == [schools.pk]


def test_a_helper_alone_sees_every_policy_of_his_own_households(students):
    schools, allowance = of_two_sectors(students)
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(students[0], helper)
    found = coverage(helper, COUNTY_A, 2018, length=9)
    assert (found.of(schools).entitled, found.of(allowance).entitled) == (2, 4)


def test_somebody_of_another_county_counts_nobody(students):
    yulu = make_policy()
    stranger = make_actor(Role.COUNTY_REVIEWER, VILLAGE_B)
    assert coverage(stranger, COUNTY_A, 2018, length=9, policies=[yulu]).of(yulu).entitled == 0


def test_the_county_s_own_version_holds_before_the_province_s(county, students):
    own = make_policy()
    assert [one.pk for one in coverage(county, COUNTY_A, 2018, length=9).policies] == [own.pk]
    assert coverage(county, COUNTY_A, 2015, length=9).policies == []


CASES = [
    ([{"key": "status", "statuses": ["not_exited"]}], {}, YES),
    ([{"key": "status", "statuses": ["exited"]}], {}, NO),
    ([{"key": "cause", "causes": ["illness"]}], {}, YES),
    ([{"key": "attribute", "attributes": ["allowance_poor"]}], {}, UNKNOWN),
    ([{"key": "attribute", "attributes": ["allowance_poor"]}], {"poor_attribute": "allowance_poor"}, YES),
    ([{"key": "monitored"}], {}, NO),
    ([{"key": "house_grade", "grades": ["b"]}], {}, YES),
    ([{"key": "house_grade", "grades": ["c", "d"]}], {}, NO),
    ([{"key": "house_grade", "grades": ["c"]}], {"survey": {"dangerous_grade": ""}}, UNKNOWN),
    ([{"key": "house_grade", "grades": ["c"]}], {"survey": False}, UNKNOWN),
    ([{"key": "industry"}], {}, YES),
    ([{"key": "industry", "not": True}], {}, NO),
    ([{"key": "industry", "not": True}], {"survey": {"has_industry": False}}, YES),
    ([{"key": "industry", "not": True}], {"survey": {"has_industry": None}}, UNKNOWN),
    ([{"key": "relocated"}], {}, UNKNOWN),
    # What fails excludes, whatever else is not known.
    ([{"key": "relocated"}, {"key": "industry", "not": True}], {}, NO),
    ([{"key": "land", "land": ["cultivated_land"]}], {"survey": {"cultivated_land": Decimal("3.2")}}, YES),
    ([{"key": "land", "land": ["cultivated_land"]}], {"survey": {"cultivated_land": Decimal(0)}}, NO),
    ([{"key": "solar", "kinds": ["household"]}], {}, NO),
    # 有成员: the head is 48 and works for ten months.
    ([{"key": "works", "months": 6}], {}, YES),
    ([{"key": "works", "months": 11}], {}, NO),
    ([{"key": "age", "from": 60, "to": 150}], {}, NO),
    ([{"key": "age", "from": 48, "to": 48}], {}, YES),
    ([{"key": "dibao"}], {"head_facts": {"receives_dibao": None}}, UNKNOWN),
    ([{"key": "dibao"}], {"head_facts": {"receives_dibao": True}}, YES),
    ([{"key": "labour", "skills": ["ordinary"]}], {}, UNKNOWN),
    ([{"key": "health", "states": ["serious"]}], {"head_facts": {"health_states": "chronic,serious"}}, YES),
    ([{"key": "health", "states": ["disabled"]}], {"head_facts": {"health_states": "healthy"}}, NO),
    ([{"key": "insured"}], {}, YES),
    ([{"key": "tekun"}], {}, NO),
    ([{"key": "school", "stages": ["higher"]}], {"head_facts": {"school_status": ""}}, NO),
]


@pytest.mark.parametrize(("entitled", "made", "state"), CASES)
def test_a_condition_gives_yes_no_or_not_known_and_one_household_is_as_many(county, entitled, made, state):
    policy = make_policy("house", base=SOLAR, entitled=entitled)
    household = make_household(VILLAGE_A, **made)
    assert state_in(policy, household, county) == state
    found = coverage(county, COUNTY_A, 2018, length=9).of(policy)
    assert (found.entitled, found.unknown) == (int(state == YES), int(state == UNKNOWN))


@pytest.mark.parametrize(("income", "state"), [("3000.00", YES), ("3535.00", NO), (None, UNKNOWN)])
def test_below_the_line_of_the_year_is_by_the_verdict(county, income, state):
    make_parameter("line.exit", value="3535")
    make_standard()
    amounts = {
        "production_income": Decimal(0),
        "production_expense": Decimal(0),
        "transfer_income": Decimal(0),
    }
    wage = Decimal(income) if income else None
    household = make_household(VILLAGE_A, survey={"wage_income": wage, **amounts})
    from_services = make_policy("extra", base=SOLAR, entitled=[{"key": "below_line", "line": ["exit_line"]}])
    judge(household)
    assert state_in(from_services, household, county) == state


def judge(household):
    judge_households([household.pk], 2018)


def test_who_was_never_on_the_register_is_not_asked(county):
    make_policy()
    assert match(county, make_household(VILLAGE_A, kind="general_rural", status=""), 2018) is None


def test_the_page_of_a_household_says_why_and_what_is_missing(county, students):
    yulu = make_policy()
    line = match(county, students[1], 2018)[0]
    assert line.policy.pk == yulu.pk
    assert line.conditions == ["在校阶段为中职、高职、技师学院"]
    assert [(one.name, one.state) for one in line.rows] == [("李一", YES), ("李二", UNKNOWN)]
    assert line.rows[1].missing == ["在校阶段为中职、高职、技师学院"]
    assert line.rows[0].is_without
