"""Pages of pairing and of the years of a county."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import CountyYear, Pairing
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor
from tests.factories.areas import make_area
from tests.factories.households import make_household, make_pairing, make_year
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return make_household(VILLAGE_A)


@pytest.fixture
def officer(township_officer):
    return client_of(township_officer)


class TestPairing:
    def test_households_without_a_helper_are_listed(self, officer, household, helper):
        paired = make_household(VILLAGE_A, head="陈大山")
        make_pairing(paired, helper)
        html = officer.get(reverse("households:pairing")).content.decode()
        assert "王建国" in html
        assert "陈大山" not in html
        assert "帮扶责任人" in officer.get(reverse("households:pairing"), {"tab": "helpers"}).content.decode()

    def test_a_helper_is_looked_for_by_name_and_no_number_reaches_the_address(self, officer, helper):
        page = reverse("households:pairing")
        answer = officer.post(page, {"tab": "helpers", "q": helper.name})
        assert helper.name in officer.get(answer.url).content.decode()
        told = officer.post(page, {"tab": "helpers", "q": "13804351234"}, follow=True)
        assert told.redirect_chain == [(f"{page}?tab=helpers", 302)]
        assert "不写进网址" in told.content.decode()

    def test_pair(self, officer, household, helper):
        url = reverse("households:pair", args=[household.pk])
        form = officer.get(url).context["form"]
        officer.post(url, typed(form, helper=helper.pk, since="2018-03-01", goal="2018年脱贫"))
        assert Pairing.objects.get().helper == helper

    def test_more_than_the_limit_is_questioned_and_not_refused(self, officer, household, helper):
        make_pairing(make_household(VILLAGE_A, head="陈大山"), helper)
        url = reverse("households:pair", args=[household.pk])
        data = typed(officer.get(url).context["form"], helper=helper.pk, since="2018-03-01")
        response = officer.post(url, data)
        assert "超过本县每人 1 户" in response.content.decode()
        assert not household.pairings.exists()
        answer = response.content.decode().split('name="questions_answered" value="')[1].split('"')[0]
        officer.post(url, data | {"questions_answered": answer})
        assert household.pairings.get().helper == helper

    def test_a_helper_of_another_county_is_not_offered(self, officer, household):
        abroad = make_actor(Role.HELPER, "140212100201")
        url = reverse("households:pair", args=[household.pk])
        data = typed(officer.get(url).context["form"], helper=abroad.pk, since="2018-03-01")
        assert "helper" in officer.post(url, data).context["form"].errors

    def test_transfer_and_end(self, officer, household, helper):
        row = make_pairing(household, helper)
        successor = make_actor(Role.HELPER, VILLAGE_A)
        url = reverse("households:pairing-transfer", args=[row.pk])
        data = {"helper": successor.pk, "on": "2018-09-01", "reason": "工作调动"}
        assert officer.post(url, data).status_code == 302
        now = household.pairings.get(valid_to=None)
        assert now.helper == successor
        url = reverse("households:pairing-end", args=[now.pk])
        assert "reason" in officer.post(url, {"on": "2018-10-01"}).context["form"].errors
        officer.post(url, {"on": "2018-10-01", "reason": "退休"})
        assert not household.pairings.filter(valid_to=None).exists()

    def test_everything_of_one_helper_is_handed_over(self, officer, household, helper):
        rows = [
            make_pairing(household, helper),
            make_pairing(make_household(VILLAGE_A, head="陈大山"), helper),
        ]
        successor = make_actor(Role.HELPER, VILLAGE_A)
        url = reverse("households:helper", args=[helper.pk])
        data = {
            "pairings": [row.pk for row in rows],
            "helper": successor.pk,
            "on": "2018-09-01",
            "reason": "调动",
        }
        assert officer.post(url, {**data, "pairings": []}).status_code == 422
        assert officer.post(url, data).status_code == 302
        assert Pairing.objects.filter(helper=successor, valid_to=None).count() == 2


class TestYears:
    @pytest.fixture
    def reviewer(self, county_reviewer):
        return client_of(county_reviewer)

    def test_open_close_and_open_again(self, reviewer):
        make_area(COUNTY_A)
        url = reverse("households:year-open")
        form = reviewer.get(url).context["form"]
        reviewer.post(url, typed(form, area=COUNTY_A, year="2018", document_name="工作方案"))
        row = CountyYear.objects.get()
        assert (row.period_from, row.period_to) == (date(2017, 10, 1), date(2018, 9, 30))
        html = reviewer.get(reverse("households:years")).content.decode()
        assert "2018年度" in html
        reviewer.post(reverse("households:year-close", args=[row.pk]), {"document_name": "关账通知"})
        row.refresh_from_db()
        assert row.state == "closed"
        url = reverse("households:year-reopen", args=[row.pk])
        assert "comment" in reviewer.post(url, {"document_name": "x"}).context["form"].errors
        reviewer.post(url, {"document_name": "审计意见", "comment": "更正"})
        row.refresh_from_db()
        assert row.state == "open"

    def test_what_is_refused_stays_typed(self, reviewer):
        make_year(COUNTY_A, 2018)
        url = reverse("households:year-open")
        data = typed(reviewer.get(url).context["form"], area=COUNTY_A, year="2018", document_name="工作方案")
        response = reviewer.post(url, data)
        assert response.context["form"].errors["year"] == ["2018年度已开启，不能再开启。"]
        assert response.context["form"]["document_name"].value() == "工作方案"

    def test_closing_says_what_is_lost(self, reviewer):
        make_household(VILLAGE_A, survey=False)
        row = CountyYear.objects.get()
        html = reviewer.get(reverse("households:year-close", args=[row.pk])).content.decode()
        assert "还有 1 户建档立卡户没有本年度信息" in html

    def test_others_look_and_do_nothing(self, leader):
        make_year(COUNTY_A, 2018)
        html = client_of(leader).get(reverse("households:years")).content.decode()
        assert "2018年度" in html
        assert "开启年度" not in html
        assert "关闭</a>" not in html
