"""Villages for programs: who reads what, and facts merged by field."""

import pytest

from poverty.accounts.models import Role
from poverty.fields.states import MET
from tests.factories.accounts import make_actor
from tests.factories.villages import make_exit, make_village, make_village_standard, make_village_year
from villages.models import VillageAssessment, VillageYear
from villages.services.assess import judge_villages

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    make_village_standard()
    row = make_village_year(make_village(), clinics=0)
    judge_villages([row.village_id], 2018)
    make_exit(row.village)
    return row


def test_a_village_with_its_year_result_and_exit(ask, township_officer, row):
    asker = ask(township_officer)
    assert [one["name"] for one in asker.rows("villages/", area="220503")] == [row.village.area.name]
    (facts,) = asker.rows("village-years/", year=2018)
    assert facts["facts"]["collective_income"] == "52000.00"
    (result,) = asker.rows("village-assessments/", year=2018, verdict=0)
    assert (result["clinic"], result["incidence_now"], result["culture_room"]) == (0, "0.00", None)
    (exit_row,) = asker.rows("village-exits/", state="planned")
    assert exit_row["state_text"] == "待自查"


def test_another_county_has_none_of_it(ask, stranger, row):
    asker = ask(stranger("township_officer"))
    for address in ("villages/", "village-years/", "village-assessments/", "village-exits/"):
        assert asker.rows(address) == []
    assert asker.get(f"village-years/{row.pk}/").status_code == 404


def test_facts_are_changed_and_judged_at_once(ask, village_clerk, row):
    body = {"changes": {"clinics": 1}, "base": {"clinics": 0}}
    answer = ask(village_clerk).patch(f"village-years/{row.pk}/", body)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["facts"]["clinics"] == 1
    assert VillageAssessment.objects.get().verdict == MET


def test_what_both_changed_is_refused_with_three_values(ask, village_clerk, row):
    VillageYear.objects.filter(pk=row.pk).update(clinics=2)
    body = {"changes": {"clinics": 1}, "base": {"clinics": 0}}
    answer = ask(village_clerk).patch(f"village-years/{row.pk}/", body)
    assert answer.status_code == 409
    assert answer.json()["conflicts"] == {"clinics": {"base": 0, "mine": 1, "theirs": 2}}


def test_a_bureau_changes_its_own_facts_only(ask, row):
    bureau = make_actor(Role.BUREAU_OFFICER, sector="health")
    body = {"changes": {"clinics": 1}, "base": {"clinics": 0}}
    assert ask(bureau).patch(f"village-years/{row.pk}/", body).status_code == 200
    body = {"changes": {"collective_income": "1.00"}, "base": {"collective_income": "52000.00"}}
    assert ask(bureau).patch(f"village-years/{row.pk}/", body).status_code == 403


def test_a_leader_changes_nothing(ask, leader, row):
    body = {"changes": {"clinics": 1}, "base": {"clinics": 0}}
    assert ask(leader).patch(f"village-years/{row.pk}/", body).status_code == 403


@pytest.mark.parametrize(
    "changes", [{"clinics": -1}, {"clinics": "x"}, {"nothing": 1}, {"dangerous_households": 9999}]
)
def test_bad_values_are_refused_by_name(ask, village_clerk, row, changes):
    (name,) = changes
    base = {name: getattr(row, name, None)}
    answer = ask(village_clerk).patch(f"village-years/{row.pk}/", {"changes": changes, "base": base})
    assert answer.status_code == 422
    assert name in answer.json()["fields"]
