"""The list of households: filters, order, paging, what is shown to whom, and how many queries it takes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.services.assess import assess
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor, make_posting, make_user
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db
VILLAGE_2 = "220503100205"
YEAR = 2018
ROWS = {"income": "3535", "food": None, "housing": None, "water": None}


@pytest.fixture
def county():
    """Three households of two villages, judged: met, unmet (housing), unknown (not visited, no water answer)."""
    make_standard(COUNTY_A, YEAR, rows=ROWS)
    met = make_household(VILLAGE_A, "王建国")
    unmet = make_household(
        VILLAGE_A,
        "李秀英",
        main_cause="disability",
        status="exited",
        kind="exited",
        survey={"is_dangerous_house": True, "dangerous_grade": "c", "wage_income": Decimal(30000)},
    )
    unknown = make_household(
        VILLAGE_2,
        "欧阳文山",
        survey={"visited_on": None, "water_solved": None, "wage_income": None},
    )
    assess(COUNTY_A, YEAR, trigger="command")
    return {"met": met, "unmet": unmet, "unknown": unknown}


def listed(user, **query):
    response = client_of(user).get(reverse("households:list"), {"year": YEAR, **query})
    assert response.status_code == 200
    return response


def names(response):
    return [row.household.head_name for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["王建国", "李秀英", "欧阳文山"]),
        ({"area": VILLAGE_2}, ["欧阳文山"]),
        ({"area": "2205"}, ["王建国", "李秀英", "欧阳文山"]),
        ({"kind": "exited"}, ["李秀英"]),
        ({"kind": "on_register"}, ["王建国", "李秀英", "欧阳文山"]),
        ({"kind": "general_rural"}, []),
        ({"status": "exited"}, ["李秀英"]),
        ({"verdict": "2"}, ["王建国"]),
        ({"verdict": "0"}, ["李秀英"]),
        ({"verdict": "1"}, ["欧阳文山"]),
        ({"verdict": "lacking"}, ["李秀英", "欧阳文山"]),
        ({"verdict": "none"}, []),
        ({"indicator": "housing"}, ["李秀英"]),
        ({"indicator": "water", "indicator_state": "1"}, ["欧阳文山"]),
        ({"indicator": "water", "indicator_state": "0"}, []),
        ({"indicator": "housing", "verdict": "1"}, []),
        ({"cause": "disability"}, ["李秀英"]),
        ({"visited": "no"}, ["欧阳文山"]),
        ({"visited": "yes"}, ["王建国", "李秀英"]),
        ({"register": "pending"}, []),
        ({"register": "all"}, ["王建国", "李秀英", "欧阳文山"]),
        ({"q": "李"}, ["李秀英"]),
        ({"sort": "-area"}, ["欧阳文山", "李秀英", "王建国"]),
        ({"sort": "name"}, ["李秀英", "欧阳文山", "王建国"]),
        ({"sort": "-name"}, ["王建国", "欧阳文山", "李秀英"]),
        ({"sort": "income"}, ["王建国", "李秀英"]),
        ({"sort": "-income", "verdict": "0"}, ["李秀英"]),
        ({"sort": "-income"}, ["李秀英", "王建国"]),
        ({"sort": "nonsense"}, ["王建国", "李秀英", "欧阳文山"]),
        ({"kind": "nonsense"}, []),
    ],
)
def test_filters_and_orders(county, query, expected):
    assert names(listed(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A), **query)) == expected


def test_by_helper(county):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    helper.name, helper.pinyin, helper.initials = "赵明德", "zhao'ming'de 赵明德", "zmd"
    helper.save()
    make_pairing(county["met"], helper)
    make_pairing(county["unmet"], helper, until=date(2018, 6, 1))
    leader = make_actor(Role.LEADER, VILLAGE_A)
    assert names(listed(leader, helper="zmd")) == ["王建国"]
    assert names(listed(leader, helper="赵")) == ["王建国"]
    assert names(listed(leader, no_helper="yes")) == ["李秀英", "欧阳文山"]


def test_what_a_row_says(county):
    page = listed(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)).content.decode()
    assert "鸭园镇" in page
    assert "住房安全" in page
    assert "未走访" in page
    # Both live alone: 10,000 and 30,000 of wages, 3,000 and 500 beside, less 1,500.
    assert "12,000.00" in page
    assert "32,000.00" in page
    assert "未结对" in page


def test_what_nobody_visited_lacks_one_thing():
    make_standard(COUNTY_A, YEAR, rows={"food": None, "clothing": None, "stable_income": None, "water": None})
    make_household(VILLAGE_A, "王建国", survey={"visited_on": None, "water_solved": None})
    assess(COUNTY_A, YEAR, trigger="command")
    [row] = listed(make_actor(Role.LEADER, VILLAGE_A)).context["rows"]
    assert row.lacking.unknown == ("未走访", "饮水安全")


def test_without_judgement_it_says_so():
    make_household(VILLAGE_A, "王建国", survey=False)
    leader = make_actor(Role.LEADER, VILLAGE_A)
    assert "未判定" in listed(leader).content.decode()
    assert names(listed(leader, verdict="none")) == ["王建国"]
    assert names(listed(leader, sort="income")) == []


@pytest.mark.parametrize("narrowed", [{}, {"area": VILLAGE_A[:9]}, {"status": "not_exited"}])
@pytest.mark.parametrize("sort", ["area", "-area", "name", "-name", "income", "-income"])
def test_every_household_stands_on_one_page(sort, narrowed):
    make_standard(COUNTY_A, YEAR, rows=ROWS)
    for number in range(7):
        make_household(
            VILLAGE_A if number % 2 else VILLAGE_2,
            "王李"[number % 2] + "甲乙丙丁戊己庚"[number],
            survey={"wage_income": Decimal(5000 + number % 3 * 1000)},
        )
    assess(COUNTY_A, YEAR, trigger="command")
    leader = make_actor(Role.LEADER, VILLAGE_A)
    asked = {"sort": sort, **narrowed}
    whole = names(listed(leader, **asked))
    assert len(whole) == 7
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("households.views.listing.SIZE", 3)
        first = listed(leader, **asked)
        second = listed(leader, **asked, page=first.context["page"].next_token)
        third = listed(leader, **asked, page=second.context["page"].next_token)
        back = listed(leader, **asked, page=third.context["page"].previous_token)
    assert names(first) + names(second) + names(third) == whole
    assert names(back) == names(second)
    assert third.context["page"].next_token is None


def test_the_count_comes_in_a_second_request(county):
    leader = make_actor(Role.LEADER, VILLAGE_A)
    first = listed(leader, verdict="lacking")
    assert "hx-get" in first.content.decode()
    assert "统计户数" in first.content.decode()
    counted = client_of(leader).get(reverse("households:count"), {"year": YEAR, "verdict": "lacking"})
    assert "2 户" in counted.content.decode()
    assert "2 户" in listed(leader, verdict="lacking", count="yes").content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"verdict": "0", "indicator": "housing"}, {"sort": "income"}, {"q": "王"}]
)
def test_at_most_twelve_queries(county, query, django_assert_max_num_queries):
    client = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A))
    client.get(reverse("households:list"), {"year": YEAR})
    with django_assert_max_num_queries(14):  # twelve, and the savepoint around the session
        client.get(reverse("households:list"), {"year": YEAR, **query})


def test_the_number_of_queries_does_not_grow_with_the_rows(county, django_assert_num_queries):
    client = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A))
    url = reverse("households:list")
    client.get(url, {"year": YEAR})
    with CaptureQueriesContext(connection) as few:
        client.get(url, {"year": YEAR})
    for number in range(6):
        make_pairing(make_household(VILLAGE_A, f"张{number}"))
    with django_assert_num_queries(len(few)):
        client.get(url, {"year": YEAR})


# Who sees what ----------------------------------------------------------------------------------------------


def test_only_the_own_area(county):
    make_household(VILLAGE_B, "外县人")
    assert names(listed(make_actor(Role.VILLAGE_CLERK, VILLAGE_2))) == ["欧阳文山"]
    assert names(listed(make_actor(Role.VILLAGE_CLERK, VILLAGE_A), area="140212")) == []
    assert "外县人" not in names(listed(make_actor(Role.LEADER, VILLAGE_A), area="140212"))


def test_a_helper_sees_his_own_households_wherever_they_are(county):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    make_pairing(county["unknown"], helper)
    assert names(listed(helper)) == ["欧阳文山"]
    assert names(listed(helper, q="王")) == []


def test_a_bureau_officer_sees_name_number_place_and_his_indicator(county):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A)  # water
    response = listed(officer)
    page = response.content.decode()
    assert names(response) == ["王建国", "李秀英", "欧阳文山"]
    assert county["met"].head.identity.masked in page
    assert "饮水安全" in page
    for told in ("12,000.00", "住房安全", "未结对", "建档立卡贫困户", "脱贫户"):
        assert told not in page
    assert "人均纯收入" not in page


@pytest.mark.parametrize(
    "query",
    [
        {"verdict": "0"},
        {"status": "exited"},
        {"kind": "exited"},
        {"cause": "disability"},
        {"visited": "no"},
        {"no_helper": "yes"},
        {"sort": "income"},
    ],
)
def test_a_bureau_officer_finds_nothing_out_by_filtering(county, query):
    assert names(listed(make_actor(Role.BUREAU_OFFICER, VILLAGE_A), **query)) == [
        "王建国",
        "李秀英",
        "欧阳文山",
    ]


def test_a_bureau_officer_filters_by_his_own_indicator_only(county):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A)
    assert names(listed(officer, indicator="water", indicator_state="1")) == ["欧阳文山"]
    assert names(listed(officer, indicator="housing")) == []


def test_who_is_also_clerk_of_a_village_sees_that_village_whole_and_no_more(county):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A)
    make_posting(officer, Role.VILLAGE_CLERK, VILLAGE_2)
    rows = {row.household.head_name: row for row in listed(officer).context["rows"]}
    assert rows["欧阳文山"].whole
    assert not rows["李秀英"].whole
    assert names(listed(officer, verdict="lacking")) == ["欧阳文山"]
    assert names(listed(officer, indicator="housing")) == []
    assert names(listed(officer, sort="income")) == []


def test_somebody_without_posting_is_refused():
    assert client_of(make_user()).get(reverse("households:list")).status_code == 403


# Numbers do not stand in addresses --------------------------------------------------------------------------


def test_a_full_number_in_the_address_leads_to_the_form_and_is_not_carried_on(county):
    number = county["met"].head.identity.reveal()
    response = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A)).get(
        reverse("households:list"), {"q": number}
    )
    assert response.status_code == 302
    assert response.url == reverse("households:find")


def test_a_full_number_is_found_by_form(county):
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    number = county["met"].head.identity.reveal()
    response = client.post(reverse("households:find"), {"number": number})
    assert response.status_code == 302
    assert response.url == reverse("households:detail", args=[county["met"].pk])
    assert number not in response.url


def test_a_number_from_elsewhere_is_not_found(county):
    number = make_household(VILLAGE_B, "外县人").head.identity.reveal()
    for role in Role:
        if role == Role.ADMINISTRATOR:
            continue
        response = client_of(make_actor(role, VILLAGE_A)).post(reverse("households:find"), {"number": number})
        assert response.status_code == 422
        assert "没有这个号码" in response.content.decode()


def test_an_empty_number_is_asked_for(county):
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    assert "请先输入号码" in client.post(reverse("households:find")).content.decode()


def test_the_answer_is_not_kept(county):
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    answer = client.post(reverse("households:find"), {"number": "220503198005011234"})
    assert "no-store" in answer["Cache-Control"]


def test_the_box_on_every_page_leads_words_on_to_the_list(county):
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    response = client.post(reverse("households:find"), {"number": "王 建"})
    assert response.url == reverse("households:list") + "?q=%E7%8E%8B+%E5%BB%BA"
    page = listed(make_actor(Role.VILLAGE_CLERK, VILLAGE_A)).content.decode()
    assert f'action="{reverse("households:find")}" method="post"' in page


def test_filters_are_sent_in_the_body_and_come_back_as_the_address(county):
    client = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A))
    sent = {
        "q": "王",
        "area": VILLAGE_A,
        "verdict": "2",
        "kind": "",
        "sort": "-income",
        "csrfmiddlewaretoken": "x",
    }
    answer = client.post(reverse("households:find"), sent)
    assert answer.status_code == 302
    assert answer.url == (f"{reverse('households:list')}?q=%E7%8E%8B&sort=-income&area={VILLAGE_A}&verdict=2")
    assert client.post(reverse("households:find"), {"q": ""}).url == reverse("households:list")


@pytest.mark.parametrize("text", ["13804351234", "138 0435 1234", "1380435", "王 13804351234"])
def test_a_telephone_typed_into_the_filters_stays_out_of_the_address(county, text):
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    answer = client.post(reverse("households:find"), {"q": text, "verdict": "2"})
    assert answer.status_code == 422  # answered in place: no address holds what was typed
    linked = client.get(reverse("households:list"), {"q": text})
    assert linked.url == reverse("households:find")
    assert "138" not in linked.url


def test_the_beginning_of_a_household_number_is_found_by_form(county):
    make_household(VILLAGE_A, "孙立", household_no="220503000111")
    make_household(VILLAGE_A, "周平", household_no="220503000112")
    client = client_of(make_actor(Role.VILLAGE_CLERK, VILLAGE_A))
    page = client.post(reverse("households:find"), {"q": "22050300011"}).content.decode()
    assert "孙立" in page
    assert "周平" in page


def test_each_condition_is_one_chip(county):
    page = listed(
        make_actor(Role.LEADER, VILLAGE_A), indicator="housing", indicator_state="0"
    ).content.decode()
    assert 'aria-label="去掉条件 指标：住房安全"' in page
    assert 'aria-label="去掉条件 指标结果：未达标"' in page
    assert page.count("去掉条件 指标") == 2


def test_the_township_is_offered_as_filter(county):
    response = listed(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A))
    codes = [code for code, _ in response.context["filter"].form.fields["area"].choices]
    assert TOWNSHIP_A in codes
