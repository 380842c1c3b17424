"""Households, members, results and explanations: what is told to whom, filters, and that numbers stay masked."""

import json
from datetime import date
from itertools import product

import pytest

from households.services.assess import assess, judge_households
from poverty.accounts.roles import Role
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor, make_posting
from tests.factories.households import make_household, make_member, make_pairing
from tests.factories.jobs import make_job
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db


def numbers_of(household):
    """Every personal number of a household in clear."""
    found = [household.phone.reveal(), household.bank_account.reveal()]
    return found + [member.identity.reveal() for member in household.members.all()]


def test_a_household_with_its_result(ask, county_reviewer, household):
    told = ask(county_reviewer).get(f"households/{household.pk}/", year=2018).json()
    assert told["number"] == f"220503100-{household.pk:06d}"
    assert told["household_no"] is None
    assert (told["head_name"], told["area"], told["kind"]) == ("王建国", VILLAGE_A, "registered_poor")
    assert told["place"].endswith(f"鸭园镇区划{VILLAGE_A}")
    assert told["assessment"]["verdict"] == 2
    assert told["assessment"]["net_income_per_head"] == "12000.00"  # (10000 + 3000 + 0 + 500 - 1500) / 1
    assert told["limited"] is False


def test_without_a_result_of_the_year_there_is_none(ask, county_reviewer, household):
    assert ask(county_reviewer).get(f"households/{household.pk}/", year=2017).json()["assessment"] is None


def test_the_year_is_the_latest_that_can_be_worked_in(ask, county_reviewer, household):
    assert ask(county_reviewer).get(f"households/{household.pk}/").json()["year"] == 2018


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_numbers_are_masked_for_everybody(ask, household, role):
    user = make_actor(role, VILLAGE_A)
    make_pairing(household, user) if role == Role.HELPER else None
    asker = ask(user)
    pages = [
        asker.get(f"households/{household.pk}/", year=2018),
        asker.get("households/", year=2018),
        asker.get("members/"),
        asker.get(f"members/{household.head_id}/"),
        asker.get(f"households/{household.pk}/explanation/", year=2018),
        asker.post("households/find/", {"number": household.head.identity.reveal()}),
    ]
    texts = [page.content.decode() for page in pages]
    assert [page.status_code for page in pages] == [200] * len(pages), texts
    for number in numbers_of(household):
        assert not any(number in text for text in texts)
    head = household.head.identity.masked
    assert head in texts[0]
    assert head in texts[3]


def test_a_helper_sees_what_is_paired_with_him(ask, helper, household):
    asker = ask(helper)
    assert asker.rows("households/") == []
    assert asker.get(f"households/{household.pk}/").status_code == 404
    make_pairing(household, helper)
    for address in ("households/", "members/", "surveys/", "assessments/", "member-surveys/"):
        assert len(ask(helper).rows(address)) == 1, address
    assert ask(helper).get(f"households/{household.pk}/").json()["limited"] is False


def test_another_county_sees_nothing(ask, stranger, household):
    asker = ask(stranger("county_reviewer"))
    for address in ("households/", "members/", "surveys/", "assessments/", "member-surveys/"):
        assert asker.rows(address) == [], address
    assert asker.post("households/find/", {"number": household.head.identity.reveal()}).json() == []


def test_the_administrator_sees_no_case(ask, administrator, household):
    for address in ("households/", "members/", "surveys/", "assessments/", "member-surveys/", "runs/"):
        answer = ask(administrator).get(address)
        assert answer.status_code == 403, address
        assert answer.json()["message"].startswith("没有权限：需要")


# --- filters, the page's own ------------------------------------------------------------------------------


@pytest.fixture
def register(household):
    """Three more: one unmet by its income, one by water, one elsewhere in the county."""
    poor = make_household(head="李秀英", survey={"wage_income": 0, "production_income": 2000})  # 1000 元
    dry = make_household(head="单福来", survey={"water_solved": False}, main_cause="disability")
    far = make_household("220503101200", head="赵六")
    for one in (poor, dry, far):
        judge_households([one.pk], 2018)
    return {"met": household, "poor": poor, "dry": dry, "far": far}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"王建国", "李秀英", "单福来", "赵六"}),
        ({"area": "220503101"}, {"赵六"}),
        ({"verdict": "0"}, {"李秀英", "单福来"}),
        ({"verdict": "2"}, {"王建国", "赵六"}),
        ({"indicator": "water"}, {"单福来"}),
        ({"indicator": "income", "indicator_state": "2"}, {"王建国", "单福来", "赵六"}),
        ({"cause": "disability"}, {"单福来"}),
        ({"q": "李"}, {"李秀英"}),
        ({"q": "sfl"}, {"单福来"}),
        ({"visited": "no"}, set()),
        ({"register": "gone"}, set()),
        ({"no_helper": "yes"}, {"王建国", "李秀英", "单福来", "赵六"}),
    ],
)
def test_households_by_filter(ask, county_reviewer, register, query, names):
    rows = ask(county_reviewer).rows("households/", year=2018, **query)
    assert {row["head_name"] for row in rows} == names


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("income", ["李秀英", "王建国"]),
        ("-income", ["王建国", "李秀英"]),
        ("name", ["李秀英", "王建国"]),
        ("-area", ["李秀英", "王建国"]),
    ],
)
def test_households_in_order_over_pages(ask, county_reviewer, register, sort, names):
    asker = ask(county_reviewer)
    query = {"year": 2018, "sort": sort, "size": 1, "area": VILLAGE_A, "cause": "illness"}
    first = asker.get("households/", **query).json()
    second = asker.get(first["next"]).json()
    assert [page["results"][0]["head_name"] for page in (first, second)] == names
    assert second["next"] is None


@pytest.mark.parametrize(
    "text", ["220503198005010016", "22050319800501 0016", "２２０５０３１９８００５０１００１６"]
)
def test_a_full_number_does_not_stand_in_an_address(ask, county_reviewer, household, text):
    answer = ask(county_reviewer).get("households/", q=text)
    assert answer.status_code == 400
    assert "不能写进网址" in answer.json()["fields"]["q"][0]
    assert "2205031980" not in answer.content.decode()


def test_a_full_number_in_the_body_finds_its_household(ask, county_reviewer, household):
    found = ask(county_reviewer).post("households/find/", {"number": household.head.identity.reveal()})
    assert [row["id"] for row in found.json()] == [household.pk]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"year": 2018}, {"王建国", "李秀英", "单福来", "赵六"}),
        ({"year": 2017}, set()),
        ({"verdict": "0"}, {"李秀英", "单福来"}),
        ({"income": "0"}, {"李秀英"}),
        ({"water": "0", "income": "2"}, {"单福来"}),
        ({"area": "220503101"}, {"赵六"}),
    ],
)
def test_results_by_year_verdict_and_indicator(ask, county_reviewer, register, query, names):
    by_id = {one.pk: one.head_name for one in register.values()}
    rows = ask(county_reviewer).rows("assessments/", **query)
    assert {by_id[row["household"]] for row in rows} == names


def test_a_household_has_results_of_every_year(ask, county_reviewer, household):
    [row] = ask(county_reviewer).rows("assessments/", household=household.pk)
    told = ask(county_reviewer).get(f"assessments/{row['id']}/").json()
    assert (told["year"], told["verdict"], told["water"], told["power"]) == (2018, 2, 2, None)


def test_a_misspelt_filter_is_refused(ask, county_reviewer, household):
    answer = ask(county_reviewer).get("households/", verdikt="0")
    assert answer.status_code == 400
    assert answer.json() == {
        "code": "bad_query",
        "message": "查询参数有误，请看各项说明。",
        "fields": {"verdikt": ["没有这个参数。"]},
        "error_id": None,
    }


# --- members ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.VILLAGE_CLERK, True),
        (Role.TOWNSHIP_OFFICER, True),
        (Role.COUNTY_REVIEWER, True),
        (Role.AUDITOR, True),
        (Role.HELPER, False),
        (Role.FINANCE_OFFICER, False),
        (Role.INSPECTOR, False),
        (Role.LEADER, False),
        (Role.BUREAU_OFFICER, False),
    ],
)
def test_age_instead_of_the_birth_date(ask, household, role, shown, time_machine):
    time_machine.move_to("2018-11-21T08:00:00+08:00", tick=False)
    user = make_actor(role, VILLAGE_A)
    if role == Role.HELPER:
        make_pairing(household, user)
    told = ask(user).get(f"members/{household.head_id}/").json()
    assert told["age"] == 48  # born 1970-03-08
    assert ("birth_date" in told) == shown
    assert told.get("birth_date", "1970-03-08") == "1970-03-08"


def test_members_of_a_household(ask, village_clerk, household):
    make_member(household, "王小明", relation="child", birth_date=date(2008, 5, 1))
    gone = make_member(household, "王大明", until=date(2018, 1, 1))
    gone.household = None
    gone.save()
    rows = ask(village_clerk).rows("members/", household=household.pk)
    assert [(row["name"], row["relation"]) for row in rows] == [("王建国", "head"), ("王小明", "child")]
    assert ask(village_clerk).get(f"members/{gone.pk}/").status_code == 404


# --- why --------------------------------------------------------------------------------------------------


def test_an_explanation_says_what_is_required_found_and_missing(ask, village_clerk):
    make_standard(COUNTY_A)
    household = make_household(survey={"food_ok": None})
    told = ask(village_clerk).get(f"households/{household.pk}/explanation/", year=2018).json()
    lines = {line["code"]: line for line in told["lines"]}
    assert told["verdict"] == 1
    assert lines["income"]["required"] == "大于 3,535.00 元/人·年"
    assert lines["income"]["actual"].startswith("12,000.00 元/人·年")
    assert lines["food"]["state"] == 1
    assert lines["food"]["missing"] == "入户核实主食和蛋白质供应（帮扶责任人入户可填）"
    assert told["members"] == [
        {
            "member": household.head_id,
            "name": "王建国",
            "relation": "head",
            "schooling": 3,
            "insurance": 2,
            "earning": 2,
        }
    ]


def test_no_standard_is_said_so(ask, village_clerk):
    household = make_household()
    told = ask(village_clerk).get(f"households/{household.pk}/explanation/", year=2018).json()
    assert told["verdict"] is None
    assert "还没有发布退出标准" in told["problem"]


# --- bureaus ----------------------------------------------------------------------------------------------


@pytest.fixture
def water(bureau_officer):
    """The officer of the water bureau of county A."""
    return bureau_officer


def test_a_bureau_sees_name_masked_number_village_and_its_own_indicator(ask, water, household):
    asker = ask(water)
    told = asker.get(f"households/{household.pk}/", year=2018).json()
    assert told == {
        "id": household.pk,
        "number": household.own_no,
        "area": VILLAGE_A,
        "place": told["place"],
        "head_name": "王建国",
        "head_identity": household.head.identity.masked,
        "year": 2018,
        "assessment": {
            "id": told["assessment"]["id"],
            "household": household.pk,
            "area": VILLAGE_A,
            "year": 2018,
            "standard": told["assessment"]["standard"],
            "water": 2,
            "judged_at": told["assessment"]["judged_at"],
            "limited": True,
        },
        "limited": True,
    }
    [listed] = asker.rows("households/", year=2018)
    assert listed == told
    [result] = asker.rows("assessments/", year=2018)
    assert result == told["assessment"]


def test_a_bureau_sees_its_own_facts_and_no_income(ask, water, household, survey):
    told = ask(water).get(f"surveys/{survey.pk}/").json()
    assert told["facts"] == {"water_difficult": False, "water_safe": True, "water_solved": True}
    assert "decided_by_name" not in told
    answer = ask(water).get(f"surveys/{survey.pk}/income/")
    assert answer.status_code == 403
    member = ask(water).get(f"members/{household.head_id}/surveys/2018/").json()
    assert member["facts"] == {}


def test_a_bureau_is_told_its_own_line_of_the_explanation(ask, water, household):
    told = ask(water).get(f"households/{household.pk}/explanation/", year=2018).json()
    assert [line["code"] for line in told["lines"]] == ["water"]
    assert set(told) == {"household", "year", "problem", "standard", "lines", "limited"}


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("households/", {"verdict": "0"}),
        ("households/", {"cause": "illness"}),
        ("households/", {"sort": "income"}),
        ("households/", {"indicator": "income"}),
        ("assessments/", {"verdict": "0"}),
        ("assessments/", {"income": "0"}),
    ],
)
def test_a_bureau_does_not_find_out_by_filtering(ask, water, household, address, query):
    assert ask(water).get(address, year=2018, **query).status_code == 400


def test_a_bureau_filters_by_its_own_indicator(ask, water, register):
    assert [row["head_name"] for row in ask(water).rows("households/", year=2018, indicator="water")] == [
        "单福来"
    ]
    assert len(ask(water).rows("assessments/", year=2018, water="2")) == 3


def test_a_bureau_officer_who_is_also_a_clerk_elsewhere_sees_each_by_its_posting(ask, water, household):
    own = make_household(VILLAGE_B, head="孙七")
    make_standard(VILLAGE_B[:6])
    judge_households([own.pk], 2018)
    make_posting(water, Role.VILLAGE_CLERK, VILLAGE_B)
    rows = {row["head_name"]: row["limited"] for row in ask(water).rows("households/", year=2018)}
    assert rows == {"王建国": True, "孙七": False}
    # A question that reveals more is answered from what he sees whole.
    assert [row["head_name"] for row in ask(water).rows("households/", year=2018, verdict="2")] == ["孙七"]
    assert [row["household"] for row in ask(water).rows("assessments/", year=2018, verdict="2")] == [own.pk]
    assert [row["household"] for row in ask(water).rows("assessments/", year=2018, income="2")] == [own.pk]


# --- cost -------------------------------------------------------------------------------------------------

LISTS = ["households/", "members/", "surveys/", "member-surveys/", "assessments/", "standards/", "areas/"]
READERS = [Role.COUNTY_REVIEWER, Role.BUREAU_OFFICER, Role.HELPER]


@pytest.mark.parametrize(
    ("address", "role"), [*product(LISTS, READERS), ("runs/", Role.COUNTY_REVIEWER), ("jobs/", Role.HELPER)]
)
def test_a_list_costs_the_same_however_long(
    ask, household, role, address, django_assert_num_queries, django_assert_max_num_queries
):
    user = make_actor(role, VILLAGE_A)
    make_pairing(household, user)
    asker = ask(user)
    with django_assert_max_num_queries(12) as first:
        asker.rows(address)
    for number in range(3):
        more = make_household(head=f"王{number}", members=[{"name": "张三"}])
        make_pairing(more, user)
        judge_households([more.pk], 2018)
        make_standard(COUNTY_A, 2019 + number)
        make_job(created_by=user, key=f"test:{number}")
        assess(COUNTY_A, 2018, trigger="command")
    with django_assert_num_queries(len(first)):
        assert len(asker.rows(address)) > 1


def test_the_answer_is_json_in_chinese(ask, county_reviewer, household):
    answer = ask(county_reviewer).get("households/")
    assert answer["Content-Type"] == "application/json"
    assert "王建国" in answer.content.decode()
    assert json.loads(answer.content)["next"] is None
