"""我的工作: what waits, by role; every number agrees with the list behind it."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.figures import by_indicator, by_place, counted
from households.models import Household
from households.services.assess import assess
from households.services.changes import confirm_changes, propose_change, return_change
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor, make_posting, make_user
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db
VILLAGE_2 = "220503100205"
YEAR = 2018
ROWS = {"income": "3535", "food": None, "housing": None, "water": None}


@pytest.fixture
def county():
    make_standard(COUNTY_A, YEAR, rows=ROWS)
    rows = {
        "met": make_household(VILLAGE_A, "王建国", members=[{"name": "王小雨"}], phone="13812345678"),
        "unmet": make_household(
            VILLAGE_A, "李秀英", survey={"is_dangerous_house": True, "dangerous_grade": "d"}
        ),
        "unknown": make_household(VILLAGE_2, "欧阳文山", survey={"visited_on": None, "water_solved": None}),
        "none": make_household(VILLAGE_2, "赵四", survey=False),
        "general": make_household(VILLAGE_2, "钱五", kind="general_rural", status=""),
    }
    make_household(VILLAGE_B, "外县人")
    assess(COUNTY_A, YEAR, trigger="command")
    return rows


def today(user, **query):
    response = client_of(user).get(reverse("home"), {"year": YEAR, **query})
    assert response.status_code == 200
    return response


def section(response, template):
    return next(one.content for one in response.context["sections"] if one.template == template)


def clear(household, actor):
    return propose_change(
        "clear_household",
        household,
        actor=actor,
        happened_on=date(2018, 10, 5),
        reason="有商品房",
        document_name="核查表",
    )


@pytest.mark.parametrize("role", Role)
def test_everybody_lands_somewhere(county, role):
    response = today(make_actor(role, VILLAGE_A))
    assert response.context["sections"]
    assert "外县人" not in response.content.decode()


def test_without_posting_it_says_whom_to_ask():
    assert "系统管理员" in today(make_user()).content.decode()


def test_nobody_is_sent_to_sign_in(client):
    assert client.get("/").status_code == 302


# Helper -----------------------------------------------------------------------------------------------------


def test_a_helper_sees_what_presses_first(county):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    for key in ("met", "unmet", "unknown"):
        make_pairing(county[key], helper)
    response = today(helper)
    cards = section(response, "_own.html")["cards"]
    assert [card["row"].household.head_name for card in cards] == ["李秀英", "欧阳文山", "王建国"]
    words = response.content.decode()
    assert "tel:13812345678" in words
    assert "住房安全" in words
    assert "未走访" in words
    assert "联系电话未填" in words


def test_a_helper_without_households_is_told_who_arranges_it(county):
    assert "安排结对后" in today(make_actor(Role.HELPER, VILLAGE_A)).content.decode()


# Village, township, county ----------------------------------------------------------------------------------


def test_a_clerk_sees_gaps_by_indicator_and_what_was_returned(county):
    clerk, officer = make_actor(Role.VILLAGE_CLERK, VILLAGE_A), make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    change = clear(county["unmet"], clerk)
    assert section(today(clerk), "_proposals.html")["tasks"][0].count == 1
    return_change(change, actor=officer, comment="材料不全")
    response = today(clerk)
    found = section(response, "_gaps.html")
    assert {(one["label"], one["unmet"], one["unknown"]) for one in found["lines"]} == {("住房安全", 1, 0)}
    assert found["not_visited"] == 0
    assert [row.pk for row, _ in section(response, "_proposals.html")["returned"]] == [change.pk]


def test_whom_nobody_visited_is_one_figure(county):
    found = section(today(make_actor(Role.VILLAGE_CLERK, VILLAGE_2)), "_gaps.html")
    assert found["not_visited"] == 2
    assert {(one["label"], one["unmet"], one["unknown"]) for one in found["lines"]} == {("饮水安全", 0, 1)}


def test_a_township_officer_sees_what_waits(county):
    officer = make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A)
    clear(county["unmet"], make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    make_pairing(county["met"])
    tasks = {one.label: one.count for one in section(today(officer), "_tasks.html")["tasks"]}
    assert tasks == {"等您确认的变动": 1, "没有帮扶责任人的户": 3}


def test_a_county_reviewer_sees_drafts_changes_and_the_last_run(county):
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    make_standard(COUNTY_A, 2019, status="draft")
    make_standard(COUNTY_A, 2020, status="draft", drafted_by=reviewer)
    make_standard("140212", 2019, status="draft")
    change = clear(county["unmet"], make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    confirm_changes([change.pk], actor=make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A))
    response = today(reviewer)
    tasks = {one.label: one.count for one in section(response, "_tasks.html")["tasks"]}
    assert tasks == {"等县审定的变动": 1, "等您发布的标准草稿": 1, "没有帮扶责任人的户": 4}
    run = section(response, "_run.html")
    assert (run["run"].met, run["run"].unmet, run["run"].unknown) == (2, 1, 1)
    assert run["left_out"] == 1


def test_a_bureau_officer_sees_his_indicator_only(county):
    response = today(make_actor(Role.BUREAU_OFFICER, VILLAGE_A))
    [line] = section(response, "_bureau.html")["lines"]
    assert (line["label"], line["unmet"], line["unknown"]) == ("饮水安全", 0, 1)
    assert "住房" not in response.content.decode()


def test_an_administrator_sees_accounts_and_no_case(county):
    response = today(make_actor(Role.ADMINISTRATOR, VILLAGE_A))
    assert [one.title for one in response.context["sections"]] == ["单位与人员"]
    assert "王建国" not in response.content.decode()


def test_two_roles_two_desks(county):
    user = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    make_posting(user, Role.HELPER, VILLAGE_A)
    titles = [one.title for one in today(user).context["sections"]]
    # What both have, 帮扶, 任务表 and 数据检查, stands once; what is to be typed into the national system is the clerk's.
    assert titles == [
        "我的户",
        "帮扶",
        "防止返贫监测",
        "任务表",
        "数据检查",
        "缺什么补什么",
        "走访和驻村",
        "我提出的变动",
        "国网数据",
    ]


# Numbers and lists ------------------------------------------------------------------------------------------


def test_places_add_up(county):
    leader = make_actor(Role.LEADER, VILLAGE_A)
    rows = Household.objects.visible_to(leader)
    places, total = by_place(rows, YEAR, "220503100")
    found = [(p.code, p.households, p.persons, p.met, p.unmet, p.unknown, p.not_judged) for p in places]
    assert found == [(VILLAGE_A, 2, 3, 1, 1, 0, 0), (VILLAGE_2, 2, 2, 0, 0, 1, 1)]
    assert (total.households, total.persons, total.met, total.unmet, total.unknown) == (4, 5, 1, 1, 1)


def test_indicator_figures_by_hand(county):
    rows = Household.objects.visible_to(make_actor(Role.LEADER, VILLAGE_A))
    figures, not_visited = by_indicator(rows, YEAR)
    lacking = {one.code: (one.unmet, one.unknown) for one in figures if one.unmet or one.unknown}
    assert lacking == {"housing": (1, 0), "water": (0, 1)}
    assert not_visited == 2
    assert counted(rows, YEAR).count() == 4


@pytest.mark.parametrize(
    "role", [Role.LEADER, Role.TOWNSHIP_OFFICER, Role.VILLAGE_CLERK, Role.BUREAU_OFFICER, Role.AUDITOR]
)
def test_every_number_is_the_length_of_the_list_it_opens(county, role):
    user = make_actor(role, VILLAGE_2)
    client = client_of(user)
    page = client.get(reverse("home"), {"year": YEAR}).content.decode()
    links = re.findall(r'<a href="(/households/\?[^"]+)"[^>]*>(.*?)</a>', page, re.S)
    checked = 0
    for url, inner in links:
        text = re.sub(r"<svg.*?</svg>|<[^>]+>", "", inner, flags=re.S)
        number = re.search(r"(\d+)(?: ?户)?$", text.strip())
        if number is None or text.startswith("区划"):  # a village without a name of its own
            continue
        response = client.get(unescape(url) + f"&year={YEAR}")
        assert len(response.context["rows"]) == int(number[1]), (url, text)
        checked += 1
    assert checked >= 2


def test_above_the_county_figures_come_in_a_second_request(county):
    leader = make_user("省领导")
    make_posting(leader, Role.LEADER, "22")
    page = today(leader).content.decode()
    assert "hx-get" in page
    part = client_of(leader).get(
        reverse("households:figures"), {"year": YEAR, "area": "22"}, headers={"HX-Request": "true"}
    )
    words = part.content.decode()
    assert "通化市" in words
    assert "统计" in words


@pytest.mark.parametrize("role", Role)
def test_the_number_of_queries_does_not_grow(county, role):
    user = make_actor(role, VILLAGE_2)
    client = client_of(user)
    if role == Role.HELPER:  # without a household of his own there is nothing to ask about
        make_pairing(make_household(VILLAGE_2, "孙一"), user)
    client.get("/", {"year": YEAR})
    with CaptureQueriesContext(connection) as few:
        client.get("/", {"year": YEAR})
    for number in range(4):
        make_pairing(make_household(VILLAGE_2, f"孙{number}"), user if role == Role.HELPER else None)
    with CaptureQueriesContext(connection) as many:
        client.get("/", {"year": YEAR})
    assert len(many) <= len(few) + (4 if role == Role.HELPER else 0)
