"""Areas, standards, runs and jobs: who reads what, filters, and pages."""

import pytest
from django.db.models import F

from households.models import AssessmentRun, Household
from households.services.assess import assess
from poverty.accounts.roles import Role
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area, make_settlement
from tests.factories.households import make_household
from tests.factories.jobs import make_job
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db


# --- areas ------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _village(db):
    make_area(VILLAGE_A)


def test_areas_are_those_of_the_scope_and_the_way_to_it(ask, township_officer):
    make_area(COUNTY_B)
    codes = [row["code"] for row in ask(township_officer).rows("areas/")]
    assert codes == ["22", "2205", COUNTY_A, TOWNSHIP_A, VILLAGE_A]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"level": 9}, [TOWNSHIP_A]),
        ({"parent": TOWNSHIP_A}, [VILLAGE_A]),
        ({"under": COUNTY_A}, [COUNTY_A, TOWNSHIP_A, VILLAGE_A]),
        ({"under": COUNTY_B}, []),
    ],
)
def test_areas_by_filter(ask, township_officer, query, codes):
    assert [row["code"] for row in ask(township_officer).rows("areas/", **query)] == codes


def test_a_village_tells_its_settlements(ask, village_clerk):
    make_settlement(make_area(VILLAGE_A), "三组")
    told = ask(village_clerk).get(f"areas/{VILLAGE_A}/").json()
    assert [one["name"] for one in told["settlements"]] == ["三组"]
    assert told["full_name"].startswith("吉林省通化市二道江区鸭园镇")


def test_pages_follow_one_another_and_back(ask, county_reviewer):
    for number in range(201, 212):
        make_area(f"{TOWNSHIP_A}{number}")
    asker = ask(county_reviewer)
    first = asker.get("areas/", level=12, size=5).json()
    second = asker.get(first["next"]).json()
    third = asker.get(second["next"]).json()
    codes = [row["code"] for page in (first, second, third) for row in page["results"]]
    assert codes == [f"{TOWNSHIP_A}{number}" for number in range(201, 212)]
    assert third["next"] is None
    assert first["previous"] is None
    assert asker.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "1.5", "", "９", "1e2"])
def test_a_page_has_1_to_200_rows(ask, township_officer, size):
    answer = ask(township_officer).get("areas/", size=size)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["size"]


def test_a_cursor_of_another_list_is_refused(ask, county_reviewer):
    make_standard(COUNTY_A, 2017)
    make_standard(COUNTY_A, 2018)
    asker = ask(county_reviewer)
    cursor = asker.get("standards/", size=1).json()["next"].partition("cursor=")[2]
    answer = asker.get("areas/", cursor=cursor)
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"cursor": ["翻页标记无效，请从第一页重新开始。"]}


# --- standards --------------------------------------------------------------------------------------------


def test_a_standard_tells_its_requirements(ask, leader):
    standard = make_standard(COUNTY_A)
    told = ask(leader).get(f"standards/{standard.pk}/").json()
    assert told["document_number"] == "吉办发〔2016〕40号"
    income = told["requirements"][0]
    assert (income["indicator"], income["comparison"], income["threshold"]) == ("income", "gt", "3535.00")
    assert income["asked"] == "大于 3,535 元/人·年"


def test_the_most_specific_standard_is_in_force(ask, leader):
    make_standard(COUNTY_A)
    own = make_standard(TOWNSHIP_A)
    assert ask(leader).get("standards/in_force/", area=VILLAGE_A, year=2018).json()["id"] == own.pk


@pytest.mark.parametrize("query", [{"area": VILLAGE_A, "year": 2017}, {"area": COUNTY_B, "year": 2018}])
def test_none_in_force_or_out_of_place_is_not_found(ask, leader, query):
    make_standard(COUNTY_A)
    make_standard(COUNTY_B)
    assert ask(leader).get("standards/in_force/", **query).status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"year": 2018}, "area"),
        ({"area": VILLAGE_A}, "year"),
        ({"area": "x", "year": 2018}, "area"),
        ({"area": VILLAGE_A, "year": "x"}, "year"),
        ({"area": VILLAGE_A, "year": 2018, "subject": "x"}, "subject"),
    ],
)
def test_what_is_asked_of_in_force_must_be_readable(ask, leader, query, field):
    answer = ask(leader).get("standards/in_force/", **query)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_drafts_of_a_place_are_told_to_those_who_work_there(ask, leader, stranger):
    draft = make_standard(COUNTY_A, status="draft")
    assert ask(leader).get("standards/", status="draft").json()["results"][0]["id"] == draft.pk
    assert ask(stranger("leader")).rows("standards/") == []


# --- runs -------------------------------------------------------------------------------------------------


@pytest.fixture
def run(db):
    """A run of county A after which one household was unmet by its water, and another not judged."""
    make_standard(COUNTY_A)
    household = make_household()
    make_household(head="李秀英", survey=False)
    assess(COUNTY_A, 2018, trigger="command")
    _spoil(household)
    return assess(COUNTY_A, 2018, trigger="command")


def _spoil(household):
    """As an import does that writes many rows and leaves the judging to a run."""
    household.surveys.update(water_solved=False)
    Household.objects.filter(pk=household.pk).update(facts_version=F("facts_version") + 1)


def test_a_run_tells_its_counts(ask, leader, run):
    told = ask(leader).get(f"runs/{run.pk}/").json()
    assert [told[name] for name in ("assessed", "met", "left_out", "changed")] == [1, 0, 1, 1]


def test_what_a_run_changed_and_left_out(ask, township_officer, run):
    asker = ask(township_officer)
    [changed] = asker.rows(f"runs/{run.pk}/changes/")
    assert (changed["head_name"], changed["verdict_before"], changed["verdict_after"]) == ("王建国", 2, 0)
    assert changed["indicators"] == [{"indicator": "water", "before": 2, "after": 0}]
    [left] = asker.rows(f"runs/{run.pk}/left-out/")
    assert (left["head_name"], left["reason"]) == ("李秀英", "no_survey")


def test_a_township_sees_the_run_of_its_county_and_its_own_households_in_it(ask, run):
    elsewhere = make_household("220503101200", head="赵六")
    assess(COUNTY_A, 2018, trigger="command")
    _spoil(elsewhere)
    later = assess(COUNTY_A, 2018, trigger="command")
    assert later.changed == 1
    here, there = (
        make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A),
        make_actor(Role.TOWNSHIP_OFFICER, "220503101200"),
    )
    assert ask(here).get(f"runs/{later.pk}/").status_code == 200
    assert ask(here).rows(f"runs/{later.pk}/changes/") == []
    assert [row["head_name"] for row in ask(there).rows(f"runs/{later.pk}/changes/")] == ["赵六"]


def test_runs_of_another_county_are_not_there(ask, stranger, run):
    asker = ask(stranger("county_reviewer"))
    assert asker.rows("runs/") == []
    assert asker.get(f"runs/{run.pk}/changes/").status_code == 404


def test_starting_a_judgement_returns_its_job(ask, county_reviewer, run):
    answer = ask(county_reviewer).post("runs/", {"area": COUNTY_A, "year": 2018})
    assert answer.status_code == 202
    [job] = answer.json()
    assert (job["area_code"], job["state"], job["params"]["year"]) == (COUNTY_A, "queued", 2018)
    again = ask(county_reviewer).post("runs/", {"area": COUNTY_A, "year": 2018}).json()
    assert [one["id"] for one in again] == [job["id"]]
    assert [one["id"] for one in ask(county_reviewer).rows("jobs/")] == [job["id"]]


def test_a_judgement_wants_the_right_the_place_and_an_open_year(ask, leader, county_reviewer, run):
    make_area(COUNTY_B)
    assert ask(leader).post("runs/", {"area": COUNTY_A, "year": 2018}).status_code == 403
    assert ask(county_reviewer).post("runs/", {"area": COUNTY_B, "year": 2018}).status_code == 404
    assert ask(county_reviewer).post("runs/", {"area": "22", "year": 2018}).status_code == 403
    closed = ask(county_reviewer).post("runs/", {"area": COUNTY_A, "year": 2016})
    assert closed.status_code == 422
    assert "2016年度没有开启" in closed.json()["fields"]["year"][0]
    assert AssessmentRun.objects.count() == 2


# --- jobs -------------------------------------------------------------------------------------------------


def test_jobs_are_one_s_own(ask, helper, county_reviewer, stranger):
    own = make_job(created_by=helper, area_code=COUNTY_A)
    assert [row["id"] for row in ask(helper).rows("jobs/")] == [own.pk]
    assert ask(county_reviewer).get(f"jobs/{own.pk}/").status_code == 200  # job.view in place
    assert ask(stranger("county_reviewer")).get(f"jobs/{own.pk}/").status_code == 404
    assert ask(county_reviewer).rows("jobs/", mine="yes") == []
