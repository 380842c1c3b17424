"""Changing facts: services judge at once, three versions are merged by field, nobody writes what is not his."""

from decimal import Decimal

import pytest

from households.models import Assessment, CountyYear, Household, Survey
from households.sector_fields import household_fields, member_fields
from households.views.sector import TASKS, Task
from poverty.accounts.options.sectors import SECTORS
from poverty.accounts.roles import Role
from poverty.audit.models import Entry
from poverty.review.models import Step
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_user
from tests.factories.households import close_the_year, make_household, make_pairing, make_year

pytestmark = pytest.mark.django_db

PAPER = {"happened_on": "2018-09-25", "late_reason": "雨季补录"}


def verdict_of(household):
    return Assessment.objects.get(household=household, year=2018)


# --- facts of a household ---------------------------------------------------------------------------------


def test_a_change_is_saved_judged_and_logged(ask, township_officer, household, survey):
    asker = ask(township_officer)
    facts = asker.get(f"surveys/{survey.pk}/").json()["facts"]
    answer = asker.patch(
        f"surveys/{survey.pk}/",
        {"changes": {"water_solved": False}, "base": facts, **PAPER, "source": "visit"},
    )
    assert answer.status_code == 200, answer.json()
    told = answer.json()
    assert told["facts"]["water_solved"] is False
    assert told["version"] == 2
    assert told["sources"]["water_solved"] == {"source": "visit", "on": "2018-09-25"}
    assert (verdict_of(household).verdict, verdict_of(household).water) == (0, 0)
    entry = Entry.objects.get(action="households.survey.save")
    assert (entry.actor, entry.changes["water_solved"]) == (township_officer, [True, False])


def test_nothing_is_written_when_nothing_differs(ask, township_officer, survey):
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    answer = ask(township_officer).patch(f"surveys/{survey.pk}/", {"changes": facts, "base": facts, **PAPER})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["version"] == 1
    assert not Entry.objects.filter(action="households.survey.save").exists()


def test_what_only_another_changed_stays(ask, township_officer, survey):
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    Survey.objects.update(house_area=Decimal("80.00"), version=2)
    mine = {**facts, "water_solved": False}
    answer = ask(township_officer).patch(f"surveys/{survey.pk}/", {"changes": mine, "base": facts, **PAPER})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["facts"]["house_area"] == "80.00"
    assert answer.json()["facts"]["water_solved"] is False


def test_what_both_changed_is_refused_with_the_three_values(ask, township_officer, survey):
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    Survey.objects.update(wage_income=Decimal("9000.00"), dangerous_grade="a")
    body = {
        "changes": {"wage_income": "8000", "dangerous_grade": "c", "water_solved": False},
        "base": facts,
        **PAPER,
    }
    answer = ask(township_officer).patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "conflict"
    assert told["conflicts"] == {
        "wage_income": {"base": "10000.00", "mine": "8000.00", "theirs": "9000.00"},
        "dangerous_grade": {"base": "b", "mine": "c", "theirs": "a"},
    }
    survey.refresh_from_db()
    assert survey.water_solved is True, "all or nothing"
    body["base"] = {**facts, "wage_income": "9000.00", "dangerous_grade": "a"}
    assert ask(township_officer).patch(f"surveys/{survey.pk}/", body).status_code == 200
    survey.refresh_from_db()
    assert (survey.wage_income, survey.dangerous_grade) == (Decimal("8000.00"), "c")


def test_a_key_that_no_list_has_any_more_can_be_replaced(ask, township_officer, survey):
    Survey.objects.update(water_source="old_well_of_2014")
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    assert facts["water_source"] == "old_well_of_2014"
    body = {"changes": {"water_source": ""}, "base": facts, **PAPER}
    assert ask(township_officer).patch(f"surveys/{survey.pk}/", body).status_code == 200
    body["changes"] = {"water_source": "old_well_of_2014"}
    assert ask(township_officer).patch(f"surveys/{survey.pk}/", body).status_code == 422


def test_a_change_says_what_the_sender_saw(ask, township_officer, survey):
    for body in ({"changes": {"food_ok": False}}, {"changes": {"food_ok": False}, "base": {}}):
        answer = ask(township_officer).patch(f"surveys/{survey.pk}/", body | PAPER)
        assert answer.status_code == 422
    assert answer.json()["fields"] == {"food_ok": ["请在 base 里附上填写时看到的值。"]}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"wage_income": "-1"}, "wage_income", "大于或者等于 0"),
        ({"house_area": "1.234"}, "house_area", "2 个小数位"),
        ({"house_area": "NaN"}, "house_area", "合法的数字"),
        ({"dangerous_grade": "z"}, "dangerous_grade", "不是合法选项"),
        ({"food_ok": "maybe"}, "food_ok", "布尔值"),
        ({"built_year": 2999}, "built_year", "年份"),
        ({"visited_on": "2999-01-01"}, "visited_on", "今天之后"),
        ({"visited_on": "yesterday"}, "visited_on", "日期格式"),
        ({"irrigated_land": "5", "cultivated_land": "1"}, "irrigated_land", "不能大于"),
        ({"housing_safety": "renovated"}, "housing_document", "依据文件"),
        ({"industry_support": "x" * 101}, "industry_support", "100"),
        ({"facts_version": 9}, "facts_version", "没有这一项"),
        ({"settlement": 1}, "settlement", "没有这一项"),
        ({"version": 9}, "version", "没有这一项"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_saved(ask, township_officer, survey, changes, field, words):
    base = dict.fromkeys(changes)
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    body = {"changes": {**changes, "water_solved": False}, "base": {**base, **facts}, **PAPER}
    answer = ask(township_officer).patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 422, answer.json()
    assert words in answer.json()["fields"][field][0]
    survey.refresh_from_db()
    assert survey.version == 1


def test_late_entry_wants_its_reason(ask, township_officer, survey):
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    body = {"changes": {"water_solved": False}, "base": facts, "happened_on": "2018-09-25"}
    answer = ask(township_officer).patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 422
    assert "补录" in answer.json()["fields"]["late_reason"][0]


def test_a_closed_year_does_not_change(ask, township_officer, survey):
    close_the_year(CountyYear.objects.get())
    facts = ask(township_officer).get(f"surveys/{survey.pk}/").json()["facts"]
    body = {"changes": {"water_solved": False}, "base": facts, **PAPER}
    answer = ask(township_officer).patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 422
    assert "2018年度已关闭" in answer.json()["fields"]["year"][0]


# --- whose business it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.HELPER, 200),
        (Role.VILLAGE_CLERK, 200),
        (Role.TOWNSHIP_OFFICER, 200),
        (Role.COUNTY_REVIEWER, 403),
        (Role.BUREAU_OFFICER, 200),  # of the water bureau, water
        (Role.FINANCE_OFFICER, 403),
        (Role.INSPECTOR, 403),
        (Role.AUDITOR, 403),
        (Role.LEADER, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_who_changes_facts(ask, household, survey, role, status):
    user = make_actor(role, VILLAGE_A)
    if role == Role.HELPER:
        make_pairing(household, user)
    body = {"changes": {"water_solved": False}, "base": {"water_solved": True}, **PAPER}
    assert ask(user).patch(f"surveys/{survey.pk}/", body).status_code == status
    stranger = make_actor(role, VILLAGE_B)
    expected = 403 if status == 403 else 404
    assert ask(stranger).patch(f"surveys/{survey.pk}/", body).status_code == expected


def test_a_bureau_changes_its_own_facts_as_bureau(ask, bureau_officer, household, survey):
    body = {"changes": {"water_solved": False}, "base": {"water_solved": True}, **PAPER, "source": "visit"}
    told = ask(bureau_officer).patch(f"surveys/{survey.pk}/", body).json()
    assert told["facts"] == {"water_difficult": False, "water_safe": True, "water_solved": False}
    assert told["sources"]["water_solved"]["source"] == "bureau"
    survey.refresh_from_db()
    assert str(survey.visited_on) == "2018-09-20", "a bureau does not visit"


@pytest.mark.parametrize("field", ["food_ok", "has_power", "wage_income", "visited_on", "house_area"])
def test_a_bureau_changes_nothing_else(ask, bureau_officer, survey, field):
    body = {
        "changes": {"water_solved": False, field: None},
        "base": {"water_solved": True, field: None},
        **PAPER,
    }
    answer = ask(bureau_officer).patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 403
    assert not Entry.objects.filter(action="households.survey.save").exists()


def test_a_helper_changes_only_what_is_paired_with_him(ask, helper, household, survey):
    body = {"changes": {"water_solved": False}, "base": {"water_solved": True}, **PAPER}
    make_pairing(household, until="2018-06-01", helper=helper)
    assert ask(helper).patch(f"surveys/{survey.pk}/", body).status_code == 404


def test_a_village_clerk_who_is_a_leader_elsewhere_changes_nothing_there(ask, household, survey):
    user = make_actor(Role.VILLAGE_CLERK, VILLAGE_B)
    user.postings.create(role=Role.LEADER, area_id=COUNTY_A, valid_from="2016-01-01")
    body = {"changes": {"water_solved": False}, "base": {"water_solved": True}, **PAPER}
    answer = ask(user).patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 403
    assert "没有填写" in answer.json()["message"]


# --- starting a year --------------------------------------------------------------------------------------


def test_a_year_is_started_with_what_is_carried_over(ask, village_clerk, household, survey):
    make_year(COUNTY_A, 2019)
    answer = ask(village_clerk).post("surveys/", {"household": household.pk, "year": 2019})
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["facts"]["water_solved"], told["facts"]["wage_income"]) == (True, None)
    assert told["sources"]["water_solved"]["source"] == "carried"
    again = ask(village_clerk).post("surveys/", {"household": household.pk, "year": 2019})
    assert (again.status_code, again.json()["id"]) == (200, told["id"])


def test_a_year_that_is_not_open_is_not_started(ask, village_clerk, household):
    answer = ask(village_clerk).post("surveys/", {"household": household.pk, "year": 2020})
    assert answer.status_code == 422
    assert "2020年度尚未开启" in answer.json()["fields"]["year"][0]


def test_starting_wants_right_and_place(ask, leader, stranger, household):
    body = {"household": household.pk, "year": 2018}
    assert ask(leader).post("surveys/", body).status_code == 403
    assert ask(stranger("village_clerk")).post("surveys/", body).status_code == 404


def test_a_closed_household_is_read_not_edited(ask, village_clerk, household, survey):
    typist = make_user("周录入")
    Step.objects.create(
        case_type="households.household",
        case_id=household.pk,
        area_code=VILLAGE_A,
        round=2,
        transition="close",
        source="registered",
        target="closed",
        lane="record",
        level="county",
        closes_round=True,
        decided_by=typist,
        decided_by_name=typist.name,
        recorded_by=typist,
        happened_on="2018-11-01",
    )
    Household.objects.filter(pk=household.pk).update(state="closed", closed_on="2018-11-01")
    for dated in (household.places, household.statuses):
        dated.update(valid_to="2018-11-01")
    body = {"changes": {"water_solved": False}, "base": {"water_solved": True}, **PAPER}
    asker = ask(village_clerk)
    assert asker.get(f"surveys/{survey.pk}/").status_code == 200
    answer = asker.patch(f"surveys/{survey.pk}/", body)
    assert answer.status_code == 422
    assert "已销户" in answer.json()["message"]


def test_nothing_is_deleted_or_made_by_hand(ask, township_officer, household, survey):
    asker = ask(township_officer)
    for address in (f"households/{household.pk}/", f"surveys/{survey.pk}/", f"members/{household.head_id}/"):
        assert asker.client.delete(f"/api/v1/{address}").status_code == 405
        assert asker.put(address, {}).status_code == 405
    assert asker.post("households/", {}).status_code == 405
    assert asker.post("assessments/", {}).status_code == 405


def test_a_new_household_of_another_county_is_nobody_s_here(ask, township_officer):
    other = make_household(VILLAGE_B, head="孙七")
    assert ask(township_officer).get(f"surveys/{other.surveys.get().pk}/").status_code == 404
    assert ask(township_officer).get(f"members/{other.head_id}/surveys/2018/").status_code == 404


def test_a_bureau_fills_in_the_same_here_and_on_its_page():
    for sector in SECTORS.keys:
        task = TASKS.get(sector, Task())
        assert household_fields([sector]) == set(task.household), sector
        assert member_fields([sector]) == set(task.members), sector
