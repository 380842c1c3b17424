"""Who works, who has 产业 or 就业, which students have no teacher: as they were counted at a moment, for who sees a place
whole; the same numbers in every place as the live count then, and the lists behind them as of now.
"""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.benefits.employment import figures, figures_shown, rows_of
from households.benefits.models import CoverageRun, PeopleFigure
from households.benefits.services.figuring import KIND, figure_out
from households.benefits.services.work import add_trainees, open_training
from households.benefits.stored import people_run, students_without_of
from households.gaps import labour
from households.models import Household
from households.students.rows import WITHOUT, in_state, students
from poverty.accounts.models import Role
from poverty.jobs.models import Job
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import (
    make_household,
    make_member,
    make_membership,
    make_pairing,
    make_year,
)
from tests.factories.students import make_student, make_teaching

pytestmark = pytest.mark.django_db
NEXT_VILLAGE, OTHER_TOWNSHIP = "220503100205", "220503101200"
IDLE = {"labour_skill": "ordinary", "work_months": 0}
AT_WORK = {"labour_skill": "skilled", "work_months": 8}
NO_ANSWER = {"labour_skill": "", "work_months": None}
PLACES = [(COUNTY_A, 9), (COUNTY_A, 12), (TOWNSHIP_A, 12), (VILLAGE_A, 12), (OTHER_TOWNSHIP[:9], 12)]


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-20 10:00 +0800", tick=False):
        yield


@pytest.fixture
def county():
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)


@pytest.fixture
def homes(county):
    """Idle with nothing, at work, not known; in the next village idle with industry, and a child without a teacher; in the
    other township labour not known, and one more at work. A person trained in two villages of the one township.
    """
    make_year()
    found = [
        make_household(VILLAGE_A, "王一", head_facts=IDLE, survey={"has_industry": False}),
        make_household(VILLAGE_A, "王二", head_facts=AT_WORK, survey={"has_industry": False}),
        make_household(
            VILLAGE_A,
            "王三",
            head_facts={"labour_skill": "weak", "work_months": None},
            survey={"has_industry": None},
        ),
        make_household(NEXT_VILLAGE, "李一", head_facts=IDLE, survey={"has_industry": True}),
        make_household(OTHER_TOWNSHIP, "张一", head_facts=NO_ANSWER, survey={"has_industry": None}),
        make_household(OTHER_TOWNSHIP, "张二", head_facts=AT_WORK, survey={"has_industry": True}),
    ]
    make_student(found[3], "李小明", work_months=0)
    make_teaching(make_student(found[3], "李小红", work_months=0))
    mover = make_member(found[0], "王大", until=date(2018, 6, 1), facts=AT_WORK)
    make_membership(found[3], mover, since=date(2018, 6, 1))
    for day in (date(2018, 3, 5), date(2018, 9, 3)):
        add_trainees(course_on(day, county), [mover], actor=county)
    return found


def course_on(day, actor):
    return open_training(
        make_area(COUNTY_A),
        course="种植技术",
        organiser="县人社局",
        held_from=day,
        held_to=day,
        hours=8,
        actor=actor,
    )


def everybody(place):
    return Household.objects.under(place)


def test_what_is_stored_is_what_was_counted_in_every_place(county, homes):
    live = {(place, length): figures(county, place, 2018, length=length) for place, length in PLACES}
    provided = {place: labour.labour_figures(everybody(place), 2018, place) for place, _ in PLACES}
    run = figure_out(COUNTY_A, 2018)
    for (place, length), before in live.items():
        assert figures_shown(county, place, 2018, length=length) == (before, run.as_of)
    for place, before in provided.items():
        assert labour.figures_shown(county, place, 2018) == (*before, run.as_of)
    # And by hand: of the county by township, the other one and this one.
    told = {
        one.place: (one.labour, one.employed, one.none, one.unknown, one.labour_unknown, one.persons)
        for one in figures_shown(county, COUNTY_A, 2018, length=9)[0]
    }
    assert told == {TOWNSHIP_A: (4, 2, 1, 1, 0, 2), OTHER_TOWNSHIP[:9]: (1, 1, 0, 0, 1, 1)}
    _, total, _ = labour.figures_shown(county, COUNTY_A, 2018)
    assert (total.total, total.has, total.without, total.unknown, total.labour_unknown) == (5, 3, 1, 1, 1)


def test_who_was_trained_in_two_villages_was_trained_once_in_the_township(county, homes):
    figure_out(COUNTY_A, 2018)
    villages, _ = figures_shown(county, TOWNSHIP_A, 2018, length=12)
    assert [(one.place, one.trained) for one in villages] == [(VILLAGE_A, 1), (NEXT_VILLAGE, 1)]
    (township, *_), _ = figures_shown(county, COUNTY_A, 2018, length=9)
    assert (township.place, township.trained) == (TOWNSHIP_A, 1)


@pytest.mark.parametrize(
    ("place", "number"), [(COUNTY_A, 1), (TOWNSHIP_A, 1), (NEXT_VILLAGE, 1), (VILLAGE_A, 0)]
)
def test_students_without_a_teacher_are_those_of_the_list(county, homes, place, number):
    run = figure_out(COUNTY_A, 2018)
    assert students_without_of(run, place) == number
    assert in_state(students(county, place, 2018), WITHOUT).count() == number


def test_a_place_with_students_and_nobody_of_working_age_is_not_among_the_places_of_work(county):
    make_year()
    home = make_household(VILLAGE_A, "王一", head_facts={"labour_skill": "none", "work_months": 0})
    make_student(home, labour_skill="none", work_months=0)
    run = figure_out(COUNTY_A, 2018)
    assert students_without_of(run, COUNTY_A) == 1
    assert figures_shown(county, COUNTY_A, 2018, length=9) == ([], run.as_of)
    assert labour.figures_shown(county, COUNTY_A, 2018)[0] == []


def test_what_is_recorded_since_is_in_the_lists_at_once_and_in_the_figures_when_they_are_worked_out(
    county, homes
):
    figure_out(COUNTY_A, 2018)
    make_household(VILLAGE_A, "赵六", head_facts=IDLE, survey={"has_industry": False})
    assert sum(one.none for one in figures_shown(county, COUNTY_A, 2018, length=9)[0]) == 1
    assert labour.figures_shown(county, COUNTY_A, 2018)[1].without == 1
    assert rows_of(county, COUNTY_A, 2018, "none").count() == 2
    assert labour.in_state(labour.asked_of(county, COUNTY_A), 2018, labour.WITHOUT).count() == 2
    figure_out(COUNTY_A, 2018)
    assert labour.figures_shown(county, COUNTY_A, 2018)[1].without == 2
    assert PeopleFigure.objects.filter(area_code=TOWNSHIP_A).count() == 1


def test_a_helper_is_told_of_his_own_households_only(homes):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(homes[0], helper)
    figure_out(COUNTY_A, 2018)
    (own,), as_of = figures_shown(helper, COUNTY_A, 2018, length=9)
    assert (own.labour, own.none, as_of) == (1, 1, None)
    _, total, as_of = labour.figures_shown(helper, COUNTY_A, 2018)
    assert (total.total, as_of) == (1, None)


def test_a_township_reads_its_own_and_of_the_county_what_it_sees(homes):
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    run = figure_out(COUNTY_A, 2018)
    assert figures_shown(officer, TOWNSHIP_A, 2018, length=12)[1] == run.as_of
    assert labour.figures_shown(officer, TOWNSHIP_A, 2018)[2] == run.as_of
    (own,), as_of = figures_shown(officer, COUNTY_A, 2018, length=9)
    assert (own.labour, as_of) == (4, None)
    _, total, as_of = labour.figures_shown(officer, COUNTY_A, 2018)
    assert (total.total, as_of) == (4, None)


@pytest.mark.parametrize(("sector", "told"), [("human_resources", True), ("education", False)])
def test_a_bureau_reads_them_where_work_is_its_sector(homes, sector, told):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector=sector)
    run = figure_out(COUNTY_A, 2018)
    shown, as_of = figures_shown(officer, COUNTY_A, 2018, length=9)
    assert (bool(shown), as_of) == ((True, run.as_of) if told else (False, None))
    # Whether a household has industry is none of its business, and it sees none whole.
    assert labour.figures_shown(officer, COUNTY_A, 2018)[1:] == (
        labour.LabourFigures("", "合计", 0, 0, 0, 0),
        None,
    )


def test_a_run_from_before_work_was_counted_says_nothing_of_it(county, homes):
    figure_out(COUNTY_A, 2018)
    CoverageRun.objects.update(with_people=False)
    PeopleFigure.objects.all().delete()
    assert people_run([COUNTY_A], COUNTY_A, 2018) is None
    lines, as_of = figures_shown(county, COUNTY_A, 2018, length=9)
    assert (sum(one.labour for one in lines), as_of) == (5, None)
    assert labour.figures_shown(county, COUNTY_A, 2018)[2] is None


@pytest.mark.parametrize(("name", "page"), [("employment", "work"), ("labour", "labour")])
def test_the_page_says_as_of_when_and_may_be_worked_out_anew(county, homes, name, page):
    address, client = reverse(f"households:{name}"), client_of(county)
    assert "数字是现在算的" in client.get(address, {"year": 2018}).content.decode()
    figure_out(COUNTY_A, 2018)
    shown = client.get(address, {"year": 2018}).content.decode()
    assert "数字截至" in shown
    assert "点开的名单是现在的" in shown
    assert client.post(reverse("households:benefit-refresh"), {"page": page}).url == address
    assert Job.objects.filter(kind=KIND, area_code=COUNTY_A).count() == 1
    officer = client_of(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A))
    assert "现在重算" not in officer.get(address, {"year": 2018}).content.decode()


@pytest.mark.parametrize("name", ["employment", "labour"])
def test_the_page_asks_no_household_for_its_figures(county, homes, name, django_assert_max_num_queries):
    figure_out(COUNTY_A, 2018)
    client = client_of(county)
    client.get(reverse(f"households:{name}"), {"year": 2018})
    with django_assert_max_num_queries(16):
        client.get(reverse(f"households:{name}"), {"year": 2018})


@pytest.mark.parametrize(
    "change",
    [{"employed": 9}, {"none": -1}, {"area_code": COUNTY_A}, {"persons": 0}, {"students_without": -1}],
)
def test_figures_that_do_not_fit_are_not_kept(homes, change):
    figure_out(COUNTY_A, 2018)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeopleFigure.objects.filter(area_code=TOWNSHIP_A).update(**change)
