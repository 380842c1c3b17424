"""The page of a household: it answers why, to whoever may know, and offers only what may be done."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import Household, IncomeItem, Monitoring
from households.services.assess import assess
from households.services.changes import propose_change
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor, make_posting
from tests.factories.households import make_household, make_member, make_pairing, make_survey, make_year
from tests.factories.standards import make_standard

pytestmark = pytest.mark.django_db
YEAR = 2018
TABS = ["verdict", "members", "income", "living", "pairing", "monitoring", "changes", "place", "story"]
READERS = [role for role in Role if role not in (Role.ADMINISTRATOR, Role.BUREAU_OFFICER, Role.HELPER)]


def page(user, household, tab="verdict", year=YEAR, **headers):
    url = reverse("households:detail", args=[household.pk])
    return client_of(user).get(url, {"year": year, "tab": tab}, headers=headers)


def text(*args, **kwargs):
    response = page(*args, **kwargs)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def household():
    """Unmet for its house, unknown for water; wife and a child out of school; a phone; judged."""
    make_standard(COUNTY_A, YEAR, rows={"income": "3535", "education": None, "housing": None, "water": None})
    row = make_household(
        VILLAGE_A,
        "王建国",
        members=[
            {"name": "李秀英", "relation": "spouse", "sex": "female", "birth_date": date(1972, 4, 5)},
            {
                "name": "王小雨",
                "relation": "daughter",
                "sex": "female",
                "birth_date": date(2008, 4, 5),
                "facts": {
                    "school_status": "not_at_school",
                    "education_level": "primary",
                    "work_months": None,
                },
            },
        ],
        survey={"is_dangerous_house": True, "dangerous_grade": "c", "water_solved": None},
    )
    row.phone = "13812345678"
    row.save()
    assess(COUNTY_A, YEAR, trigger="command")
    return row


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_every_reader(household, tab):
    for role in READERS:
        assert page(make_actor(role, VILLAGE_A), household, tab).status_code == 200


def test_it_says_why(household):
    response = page(make_actor(Role.LEADER, VILLAGE_A), household)
    words = response.content.decode()
    gaps = response.context["gaps"]
    assert [gap.line.label for gap in gaps] == ["义务教育", "住房安全", "饮水安全"]
    assert "可填" in gaps[2].what
    assert "缺什么补什么" in words
    assert "王小雨：不在校" in words
    assert "C级" in words
    # (10,000 + 3,000 + 0 + 500 − 1,500) ÷ 3
    assert "4,000.00" in words
    assert "大于 3,535.00 元/人·年" in words


def test_without_facts_it_says_what_is_missing():
    row = make_household(VILLAGE_A, survey=False)
    assert "还没有开始填写" in text(make_actor(Role.LEADER, VILLAGE_A), row)
    other = make_household(VILLAGE_A, year=2017)
    assert "还没有发布退出标准" in text(make_actor(Role.LEADER, VILLAGE_A), other, year=2017)
    assert "2016年度尚未开启" in text(make_actor(Role.LEADER, VILLAGE_A), other, year=2016)


@pytest.mark.parametrize("tab", TABS)
def test_another_county_is_not_there(household, tab):
    for role in Role:
        stranger = make_actor(role, VILLAGE_B)
        expected = 403 if role == Role.ADMINISTRATOR else 404
        assert page(stranger, household, tab).status_code == expected


def test_a_tab_that_does_not_exist(household):
    assert page(make_actor(Role.LEADER, VILLAGE_A), household, "nothing").status_code == 404


# Members ----------------------------------------------------------------------------------------------------


def test_numbers_are_masked(household):
    number = household.head.identity.reveal()
    for tab in TABS:
        words = text(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A), household, tab)
        assert number not in words
        assert household.head.identity.masked in words


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.VILLAGE_CLERK, True),
        (Role.TOWNSHIP_OFFICER, True),
        (Role.COUNTY_REVIEWER, True),
        (Role.AUDITOR, True),
        (Role.LEADER, False),
        (Role.INSPECTOR, False),
        (Role.FINANCE_OFFICER, False),
    ],
)
def test_the_age_stands_for_the_birth_date_where_numbers_may_not_be_seen(household, role, told):
    words = text(make_actor(role, VILLAGE_A), household, "members")
    assert ("1972-04-05" in words) is told
    assert "岁" in words
    assert "查看完整证件号码" in words if told else "查看完整证件号码" not in words


def test_who_left_and_who_counts(household):
    make_member(
        household, "王老太", relation="mother", sex="female", since=date(2016, 1, 1), until=date(2018, 10, 20)
    )
    make_member(household, "王新生", since=date(2018, 10, 8))
    response = page(make_actor(Role.LEADER, VILLAGE_A), household, "members")
    people = {one.membership.member.name: one.counted for one in response.context["people"]}
    left = {one.membership.member.name: one.counted for one in response.context["left"]}
    assert people == {"王建国": True, "李秀英": True, "王小雨": True, "王新生": False}
    assert left == {"王老太": True}
    assert response.context["counted"] == 4


# Income -----------------------------------------------------------------------------------------------------


def test_income_adds_up_and_says_what_does_not_count(household):
    survey = household.surveys.get(year=YEAR)
    for item, amount in (("wage_work", 10000), ("production_planting", 3000), ("beside_house_repair", 26000)):
        IncomeItem.objects.create(survey=survey, item=item, amount=Decimal(amount))
    make_year(COUNTY_A, YEAR - 1)
    make_survey(household, YEAR - 1, wage_income=Decimal("8000.00"))
    response = page(make_actor(Role.LEADER, VILLAGE_A), household, "income")
    words = response.content.decode()
    assert response.context["net"] == Decimal("12000.00")
    assert response.context["net_before"] == Decimal("10000.00")
    assert response.context["per_head"] == Decimal("4000.00")
    assert "26,000.00" in words
    assert "不能用于日常生活，不计入家庭收入" in words


def test_one_group_unanswered_is_not_zero():
    row = make_household(VILLAGE_A, survey={"transfer_income": None})
    response = page(make_actor(Role.LEADER, VILLAGE_A), row, "income")
    assert response.context["net"] is None
    assert response.context["unanswered"] == ["转移性收入"]


# The head ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.VILLAGE_CLERK, True),
        (Role.TOWNSHIP_OFFICER, True),
        (Role.COUNTY_REVIEWER, True),
        (Role.LEADER, False),
        (Role.AUDITOR, False),
        (Role.FINANCE_OFFICER, False),
    ],
)
def test_the_phone_is_for_who_may_call(household, role, told):
    words = text(make_actor(role, VILLAGE_A), household)
    assert ("tel:13812345678" in words) is told
    assert ("13812345678" in words) is told
    assert told or "138******78" in words


def test_what_is_waiting_for_whom(household):
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    propose_change(
        "clear_household",
        household,
        actor=clerk,
        happened_on=date(2018, 10, 5),
        reason="有商品房",
        document_name="核查表",
    )
    words = text(make_actor(Role.LEADER, VILLAGE_A), household)
    assert "待乡镇确认" in words
    assert "等乡镇专干确认" in words


def test_buttons_only_for_who_may(household):
    labels = {}
    for role in READERS:
        response = page(make_actor(role, VILLAGE_A), household)
        labels[role] = {one.label for one in response.context["head"].actions}
    assert "填写年度信息" in labels[Role.VILLAGE_CLERK]
    assert "提出变动" in labels[Role.VILLAGE_CLERK]
    assert "安排结对" not in labels[Role.VILLAGE_CLERK]
    assert "安排结对" in labels[Role.TOWNSHIP_OFFICER]
    assert "提出变动" not in labels[Role.TOWNSHIP_OFFICER]
    for role in (Role.LEADER, Role.AUDITOR, Role.INSPECTOR, Role.FINANCE_OFFICER):
        assert labels[role] == set()


def test_a_closed_year_is_not_filled_in():
    row = make_household(VILLAGE_A, survey=False)
    make_year(COUNTY_A, 2017, state="closed")
    response = page(make_actor(Role.VILLAGE_CLERK, VILLAGE_A), row, year=2017)
    assert "填写年度信息" not in {one.label for one in response.context["head"].actions}


def test_a_closed_household_is_read_only(household):
    Household.objects.filter(pk=household.pk).update(closed_on=None)
    gone = make_household(VILLAGE_A, "赵六", survey=False, state="closed", closed_on=date(2018, 5, 1))
    response = page(make_actor(Role.VILLAGE_CLERK, VILLAGE_A), gone)
    assert "2018-05-01 已销户" in response.content.decode()
    assert response.context["head"].actions == []


def test_the_panel_is_without_frame_and_story(household):
    words = text(make_actor(Role.LEADER, VILLAGE_A), household, **{"HX-Request": "true"})
    assert "<html" not in words
    assert "时间线</h2>" not in words
    assert "逐项判定" in words


def test_monitoring(household):
    Monitoring.objects.create(
        household=household, category="edge", identified_on=date(2018, 3, 1), source="entered"
    )
    assert "边缘易致贫户" in text(make_actor(Role.LEADER, VILLAGE_A), household, "monitoring")


# Helpers and bureaus ----------------------------------------------------------------------------------------


def test_a_helper_sees_his_own_household_and_no_other(household):
    helper = make_actor(Role.HELPER, VILLAGE_A)
    assert page(helper, household).status_code == 404
    make_pairing(household, helper)
    response = page(helper, household)
    assert "tel:13812345678" in response.content.decode()
    assert "填写年度信息" in {one.label for one in response.context["head"].actions}
    assert "1972-04-05" not in text(helper, household, "members")


@pytest.mark.parametrize("tab", TABS)
def test_a_bureau_officer_sees_name_place_and_his_indicator_only(household, tab):
    words = text(make_actor(Role.BUREAU_OFFICER, VILLAGE_A), household, tab)
    assert "王建国" in words
    assert household.head.identity.masked in words
    assert "饮水安全" in words
    for told in (
        "李秀英",
        "王小雨",
        "4,000.00",
        "C级",
        "13812345678",
        "138******78",
        "因病",
        "时间线",
        "住房安全",
    ):
        assert told not in words


def test_the_education_bureau_sees_whom_it_is_about(household):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector="education")
    words = text(officer, household)
    assert "王小雨：不在校" in words
    assert "李秀英" not in words


def test_a_second_posting_there_opens_the_household(household):
    officer = make_actor(Role.BUREAU_OFFICER, VILLAGE_A)
    make_posting(officer, Role.INSPECTOR, COUNTY_A)
    assert "李秀英" in text(officer, household, "members")


# Cost -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", TABS)
def test_the_number_of_queries_does_not_grow(household, tab):
    client = client_of(make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A))
    url = reverse("households:detail", args=[household.pk])
    client.get(url, {"year": YEAR, "tab": tab})
    with CaptureQueriesContext(connection) as few:
        client.get(url, {"year": YEAR, "tab": tab})
    for number in range(5):
        make_member(household, f"王{number}", birth_date=date(2009, 1, number + 1))
    with CaptureQueriesContext(connection) as many:
        client.get(url, {"year": YEAR, "tab": tab})
    assert len(many) == len(few)
