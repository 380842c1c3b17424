"""The form of a person's year, the table of all members, and the page of a bureau."""

from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from households.forms.member_facts import BLOCKS, order_of
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_member, make_pairing
from tests.factories.standards import make_standard
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018():
    with time_machine.travel("2018-11-03 10:00 +0800", tick=False):
        yield


@pytest.fixture
def clerk(village_clerk):
    return client_of(village_clerk)


@pytest.fixture
def household():
    child = {
        "name": "王小明",
        "birth_date": date(2008, 5, 1),
        "facts": {
            "school_status": "",
            "education_level": "",
            "work_months": None,
            "health_states": "chronic",
        },
    }
    return make_household(VILLAGE_A, members=[child])


def child_of(household):
    return household.members.get(name="王小明")


def facts_of(member, year=2018):
    return member.surveys.get(year=year)


def url_of(member, year=2018):
    return reverse("households:member-survey-edit", args=[member.pk, year])


def told(response):
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


def sent(response, **changes):
    return typed(response.context["form"], **changes) | typed(response.context["collecting"])


class TestOrder:
    @pytest.mark.parametrize(
        ("age", "first", "folded"),
        [
            (10, "school", {"work", "allowances", "other"}),
            (17, "school", {"allowances", "other"}),
            (1, "insurance", {"allowances", "school", "work", "other"}),
            (40, "work", {"school", "other"}),
            (70, "insurance", {"work", "school", "other"}),
            (None, "school", set()),
        ],
    )
    def test_what_the_age_makes_likely_comes_first(self, age, first, folded):
        found = order_of(age)
        assert found[0] == (first, False)
        assert {block for block, is_folded in found if is_folded} == folded
        assert {block for block, _ in found} == set(BLOCKS)  # nothing is out of reach


class TestOnePerson:
    def test_a_pupil_is_saved_and_the_verdict_told(self, household, clerk):
        make_standard()
        child = child_of(household)
        page = clerk.get(url_of(child))
        response = clerk.post(url_of(child), sent(page, speaks_mandarin="true"))
        assert "现在判定：待核实" in told(response)
        page = clerk.get(url_of(child))
        response = clerk.post(
            url_of(child), sent(page, school_status="primary", health_states=["chronic", "disabled"])
        )
        assert response.url.endswith("?year=2018&tab=members")
        assert "义务教育 待核实 → 达标" in told(response)
        assert facts_of(child).health_states == "chronic,disabled"

    def test_healthy_and_ill_exclude_each_other(self, household, clerk):
        child = child_of(household)
        page = clerk.get(url_of(child))
        response = clerk.post(
            url_of(child), sent(page, health_states=["healthy", "chronic"], school_name="鸭园小学")
        )
        assert response.status_code == 422
        assert "不能再选" in response.context["form"].errors["health_states"][0]
        assert response.context["form"]["school_name"].value() == "鸭园小学"
        assert facts_of(child).health_states == "chronic"

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"work_months": "13"}, "work_months", "0至12个月"),
            ({"work_months": "十"}, "work_months", "请填整数"),
            ({"public_post_months": "-1"}, "public_post_months", "0至12"),
            ({"school_status": "primary", "dropout_reason": "weary"}, "dropout_reason", "在校的不填"),
            ({"receives_dibao": "false", "dibao_kind": "rural"}, "dibao_kind", "不一致"),
            ({"receives_tekun": "true", "tekun_kind": "none"}, "tekun_kind", "不一致"),
            ({"school_status": "grade_99"}, "school_status", "请从列表中选择"),
            ({"disability_card_year": "2019"}, "disability_card_year", "1949至2018"),
        ],
    )
    def test_refused_at_the_field(self, household, clerk, changes, field, words):
        child = child_of(household)
        response = clerk.post(
            url_of(child), sent(clerk.get(url_of(child)), school_name="鸭园小学", **changes)
        )
        assert response.status_code == 422
        assert words in response.context["form"].errors[field][0]
        assert facts_of(child).school_name == ""

    def test_a_child_at_work_is_asked_about(self, household, clerk):
        child = child_of(household)
        response = clerk.post(url_of(child), sent(clerk.get(url_of(child)), work_months="3"))
        assert response.status_code == 422
        assert "未满16周岁" in response.context["form"].questions["work_months"]

    def test_the_first_facts_of_a_person(self, household, clerk):
        baby = make_member(household, "王小宝", birth_date=date(2018, 3, 1), facts=False)
        response = clerk.post(url_of(baby), sent(clerk.get(url_of(baby)), resident_insurance="true"))
        assert response.status_code == 302
        assert facts_of(baby).resident_insurance is True

    @pytest.mark.parametrize("year", [0, 2019, 32768, 99999999])
    def test_a_year_that_was_never_opened(self, household, clerk, year):
        url = url_of(child_of(household), year)
        page = clerk.get(url)
        assert page.status_code == 200
        data = sent(page, school_name="鸭园小学") | {"collecting-happened_on": "2018-11-01"}
        response = clerk.post(url, data)
        assert response.status_code == 422
        assert response.context["form"]["school_name"].value() == "鸭园小学"
        assert not child_of(household).surveys.filter(year=year).exists()

    def test_rights(self, household, helper, stranger, auditor):
        url = url_of(child_of(household))
        assert client_of(helper).get(url).status_code == 404
        make_pairing(household, helper)
        assert client_of(helper).get(url).status_code == 200
        assert client_of(stranger("village_clerk")).get(url).status_code == 404
        assert client_of(auditor).post(url).status_code == 403
        assert (
            client_of(auditor).get(reverse("households:member-survey-edit", args=[999999, 2018])).status_code
            == 403
        )

    def test_who_left_years_ago_is_out_of_reach(self, household, clerk):
        gone = make_member(household, "王大姐", until=date(2017, 3, 1), facts=False)
        gone.household = None
        gone.save()
        assert clerk.get(url_of(gone)).status_code == 404


class TestAllMembers:
    def url(self, household):
        return reverse("households:members-survey", args=[household.pk, 2018])

    def data(self, page, **changes):
        found = {}
        for row in page.context["rows"]:
            found |= typed(row.form, **changes.get(row.membership.member.name, {}))
        return found | typed(page.context["collecting"])

    def test_all_are_saved_together(self, household, clerk):
        make_standard()
        page = clerk.get(self.url(household))
        response = clerk.post(
            self.url(household),
            self.data(page, 王建国={"work_months": "7"}, 王小明={"school_status": "primary"}),
        )
        assert response.status_code == 302
        assert "王建国、王小明的改动" in told(response)
        assert facts_of(household.head).work_months == 7
        assert facts_of(child_of(household)).school_status == "primary"

    def test_one_fault_saves_nobody(self, household, clerk):
        page = clerk.get(self.url(household))
        response = clerk.post(
            self.url(household),
            self.data(page, 王建国={"work_months": "13"}, 王小明={"school_status": "primary"}),
        )
        assert response.status_code == 422
        assert "0至12个月" in response.text
        assert facts_of(child_of(household)).school_status == ""

    def test_a_late_entry_saves_nobody(self, household, clerk):
        page = clerk.get(self.url(household))
        data = self.data(page, 王小明={"school_status": "primary"})
        response = clerk.post(self.url(household), data | {"collecting-happened_on": "2018-10-01"})
        assert response.status_code == 422
        assert "补录" in response.text
        assert facts_of(child_of(household)).school_status == ""


class TestBureaus:
    def url(self, household):
        return reverse("households:sector-edit", args=[household.pk, 2018])

    def officer(self, sector):
        return client_of(make_actor(Role.BUREAU_OFFICER, VILLAGE_A, sector=sector))

    @pytest.mark.parametrize(
        ("sector", "fields"),
        [
            (
                "housing",
                {
                    "is_dangerous_house",
                    "dangerous_grade",
                    "housing_safety",
                    "housing_guarantee",
                    "housing_document",
                    "housing_document_date",
                    "rebuilt_year",
                },
            ),
            ("water", {"water_solved"}),
            ("power", {"has_power"}),
            ("broadcasting", {"has_broadcasting"}),
            ("transport", {"road_reached"}),
        ],
    )
    def test_each_sees_the_fields_of_his_own_indicator(self, household, sector, fields):
        page = self.officer(sector).get(self.url(household))
        assert set(page.context["form"].fact_names) == fields
        assert "上学" not in page.text

    def test_water_is_saved_as_the_bureaus_word(self, household):
        make_standard()
        officer = self.officer("water")
        page = officer.get(self.url(household))
        officer.post(self.url(household), sent(page, water_solved="false"))
        row = household.surveys.get()
        assert row.water_solved is False
        assert row.source_of("water_solved") == ("bureau", "2018-11-03")
        assert row.visited_on == date(2018, 9, 20)

    def test_only_his_own_indicator_is_told(self, household):
        make_standard()
        officer = self.officer("water")
        response = officer.post(
            self.url(household), sent(officer.get(self.url(household)), water_solved="false")
        )
        assert "饮水安全：未达标" in told(response)
        assert "判定" not in told(response)
        assert "人均" not in told(response)

    def test_fields_of_others_are_not_taken(self, household):
        officer = self.officer("water")
        page = officer.get(self.url(household))
        officer.post(self.url(household), sent(page) | {"food_ok": "false", "has_power": "false"})
        row = household.surveys.get()
        assert (row.food_ok, row.has_power) == (True, True)

    def test_education_fills_in_pupils_only(self, household):
        officer = self.officer("education")
        page = officer.get(self.url(household))
        assert [row.membership.member.name for row in page.context["rows"]] == ["王小明"]
        form = page.context["rows"][0].form
        data = typed(form, school_status="primary") | typed(page.context["collecting"])
        officer.post(self.url(household), data)
        facts = facts_of(child_of(household))
        assert facts.school_status == "primary"
        assert facts.sources["school_status"]["source"] == "bureau"

    def test_health_insurance_fills_in_everyone(self, household):
        page = self.officer("medical_insurance").get(self.url(household))
        assert [row.membership.member.name for row in page.context["rows"]] == ["王建国", "王小明"]
        assert page.context["rows"][0].form.fact_names == [
            "resident_insurance",
            "employee_insurance",
            "serious_illness_insurance",
        ]

    def test_a_sector_without_an_indicator(self, household):
        assert self.officer("civil_affairs").get(self.url(household)).status_code == 403

    def test_others_and_elsewhere(self, household, clerk, stranger):
        assert clerk.get(self.url(household)).status_code == 403
        assert client_of(stranger("bureau_officer")).get(self.url(household)).status_code == 404

    def test_a_year_that_the_village_has_not_started(self):
        household = make_household(VILLAGE_A, survey=False)
        page = self.officer("water").get(self.url(household))
        assert "还没有开始填写" in page.text
        assert "开始填写</button>" not in page.text
