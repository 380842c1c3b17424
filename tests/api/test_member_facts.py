"""The facts of a person for a year: merged by field, judged at once, a bureau only what is its own."""

from datetime import date

import pytest

from households.models import MemberSurvey
from poverty.accounts.roles import Role
from tests.actors import COUNTY_A, VILLAGE_A
from tests.factories.accounts import make_actor
from tests.factories.households import make_member, make_year

pytestmark = pytest.mark.django_db

PAPER = {"happened_on": "2018-09-25", "late_reason": "雨季补录"}


@pytest.fixture
def child(household):
    """王小明, of school age, enrolled."""
    return make_member(household, "王小明", birth_date=date(2008, 5, 1), facts={"school_status": "primary"})


def test_a_member_s_facts_are_saved_and_judged(ask, village_clerk, household, child):
    asker = ask(village_clerk)
    seen = asker.get(f"members/{child.pk}/surveys/2018/").json()
    body = {
        "changes": {"school_status": "not_at_school", "health_states": ["disabled", "chronic"]},
        "base": seen["facts"],
        **PAPER,
    }
    answer = asker.patch(f"members/{child.pk}/surveys/2018/", body)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["facts"]["health_states"] == ["chronic", "disabled"]
    assert MemberSurvey.objects.get(member=child).health_states == "chronic,disabled"


def test_a_member_s_year_without_a_row_begins_with_what_is_carried_over(ask, village_clerk, household):
    make_year(COUNTY_A, 2019)
    asker = ask(village_clerk)
    seen = asker.get(f"members/{household.head_id}/surveys/2019/").json()
    assert (seen["id"], seen["facts"]["education_level"], seen["facts"]["resident_insurance"]) == (
        None,
        "junior_middle",
        None,
    )
    body = {"changes": {"resident_insurance": True}, "base": seen["facts"], **PAPER}
    told = asker.patch(f"members/{household.head_id}/surveys/2019/", body).json()
    assert told["id"] is not None
    assert told["facts"]["resident_insurance"] is True
    assert told["sources"]["education_level"]["source"] == "carried"


def test_conflicts_of_a_member_s_facts(ask, village_clerk, child):
    MemberSurvey.objects.filter(member=child).update(health_states="healthy")
    body = {"changes": {"health_states": ["serious"]}, "base": {"health_states": []}, **PAPER}
    answer = ask(village_clerk).patch(f"members/{child.pk}/surveys/2018/", body)
    assert answer.status_code == 409
    assert answer.json()["conflicts"] == {
        "health_states": {"base": [], "mine": ["serious"], "theirs": ["healthy"]}
    }


def test_the_education_bureau_fills_in_school_and_nothing_else(ask, child):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    asker = ask(officer)
    seen = asker.get(f"members/{child.pk}/surveys/2018/").json()
    assert set(seen["facts"]) == {
        "school_status",
        "school_name",
        "dropout_reason",
        "school_exemption",
        "education_level",
        "graduated_grade_nine",
    }
    body = {"changes": {"school_name": "鸭园小学"}, "base": seen["facts"], **PAPER}
    assert asker.patch(f"members/{child.pk}/surveys/2018/", body).status_code == 200
    row = MemberSurvey.objects.get(member=child)
    assert (row.school_name, row.sources["school_name"]["source"]) == ("鸭园小学", "bureau")
    for field in ("work_months", "resident_insurance", "health_states"):
        value = [] if field == "health_states" else None
        body = {"changes": {field: value}, "base": {field: value}, **PAPER}
        assert asker.patch(f"members/{child.pk}/surveys/2018/", body).status_code == 403, field


@pytest.mark.parametrize("year", [1999, 2101, 99999999999999999999])
def test_a_year_that_cannot_be_is_not_found(ask, village_clerk, child, year):
    assert ask(village_clerk).get(f"members/{child.pk}/surveys/{year}/").status_code == 404
