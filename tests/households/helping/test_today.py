"""What waits for whoever arranges who helps whom, on 我的工作: each number is the list behind it."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from households.benefits.services.figuring import figure_out
from households.helping.today import arranging_tasks
from poverty.accounts.models import Role
from poverty.audit.services import record
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor, make_user
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.posts import make_post
from tests.factories.relocation import make_charge, make_moving
from tests.factories.students import make_student, make_teaching
from tests.factories.teams import make_evaluation
from tests.factories.villages import make_village

pytestmark = pytest.mark.django_db
OTHER = "220503101200"
STUDENTS, MOVING = "没有结对教师的学生", "没有包扶人的搬迁户"
TEAMS = "没有2018年第三季度考评的驻村工作队"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def county():
    """Without a teacher one here and two in the other township; without a cadre one in each; one team of two assessed."""
    make_year()
    home, other = make_household(VILLAGE_A), make_household(OTHER, "李四")
    make_student(home)
    make_teaching(make_student(home, "王小红"))
    make_student(other, "李小一")
    make_student(other, "李小二")
    make_moving(VILLAGE_A, "搬一")
    make_charge(make_moving(VILLAGE_A, "搬二"), tasks=["mobilise"])
    make_moving(OTHER, "搬三")
    make_evaluation(make_post(make_village(VILLAGE_A), person=make_user("赵强")), team=True)
    make_post(make_village(OTHER), person=make_user("钱进"))
    return home


def lines(user, area=COUNTY_A):
    return {one.label: one.count for one in arranging_tasks(user, area, 2018)}


def listed(user, task):
    """How many rows the page behind a line shows."""
    context = client_of(user).get(task.url).context
    return len(context["rows"]) if task.label == TEAMS else len(context["lines"])


@pytest.mark.parametrize(
    ("role", "area", "expected"),
    [
        (Role.COUNTY_REVIEWER, COUNTY_A, {STUDENTS: 3, MOVING: 2, TEAMS: 1}),
        (Role.COUNTY_REVIEWER, OTHER[:9], {STUDENTS: 2, MOVING: 1, TEAMS: 1}),
        (Role.TOWNSHIP_OFFICER, TOWNSHIP_A, {STUDENTS: 1, MOVING: 1}),
        (Role.VILLAGE_CLERK, VILLAGE_A, {}),
        (Role.INSPECTOR, COUNTY_A, {}),
        (Role.LEADER, COUNTY_A, {}),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
def test_each_is_told_what_he_may_arrange_and_finds_exactly_these(county, role, area, expected, stored):
    if stored:
        figure_out(COUNTY_A, 2018)
    user = make_actor(role, VILLAGE_A)
    assert lines(user, area) == expected
    for task in arranging_tasks(user, area, 2018):
        assert parse_qs(urlsplit(task.url).query)["area"] == [area]
        assert listed(user, task) == task.count


def test_the_bureau_of_education_arranges_teachers_and_nothing_else(county):
    assert lines(make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")) == {STUDENTS: 3}
    assert lines(make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="housing")) == {}


def test_a_helper_arranges_nothing(county):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(county, helper)
    assert lines(helper) == {}


def test_students_are_counted_as_of_a_moment_and_the_line_says_so(county, county_reviewer):
    def line():
        return next(one for one in arranging_tasks(county_reviewer, COUNTY_A, 2018) if one.label == STUDENTS)

    assert (line().count, line().hint) == (3, "")
    moment = localtime(figure_out(COUNTY_A, 2018).as_of)
    make_student(county, "王小三")
    assert (line().count, line().hint) == (3, f"截至{moment:%m-%d %H:%M}，名单是现在的")
    figure_out(COUNTY_A, 2018)
    assert line().count == 4


def test_that_nobody_was_without_is_not_hidden_while_it_may_be_old(county_reviewer):
    make_year()
    home = make_household(VILLAGE_A)
    figure_out(COUNTY_A, 2018)
    assert lines(county_reviewer) == {}
    make_student(home)
    record("households.household.register", actor=county_reviewer, area_code=VILLAGE_A)
    (task,) = arranging_tasks(county_reviewer, COUNTY_A, 2018)
    assert (task.label, task.count, listed(county_reviewer, task)) == (STUDENTS, 0, 1)


def test_when_all_is_arranged_nothing_is_said(county_reviewer):
    home = make_household(VILLAGE_A, survey={"is_relocated": True})
    make_charge(home)
    make_teaching(make_student(home))
    make_evaluation(team=True)
    for _ in range(2):
        assert lines(county_reviewer) == {}
        figure_out(COUNTY_A, 2018)


def test_a_member_who_was_assessed_is_not_his_team(county_reviewer):
    make_evaluation()
    assert lines(county_reviewer) == {TEAMS: 1}


def test_the_lines_stand_on_the_page_and_above_a_county_nothing_is_counted(county, county_reviewer):
    page = client_of(county_reviewer).get(reverse("home"), {"year": 2018}).content.decode()
    for label in (STUDENTS, MOVING, TEAMS):
        assert label in page
    assert lines(county_reviewer, COUNTY_A[:4]) == {}


def test_it_costs_a_few_queries_however_many_there_are(county, county_reviewer, django_assert_num_queries):
    figure_out(COUNTY_A, 2018)
    arranging_tasks(county_reviewer, COUNTY_A, 2018)
    with django_assert_num_queries(4):
        arranging_tasks(county_reviewer, COUNTY_A, 2018)
    for number in range(3):
        make_student(county, f"王小{number}", born=date(2009, 1, 1 + number))
        make_moving(VILLAGE_A, f"搬{number}")
    with django_assert_num_queries(4):
        arranging_tasks(county_reviewer, COUNTY_A, 2018)
