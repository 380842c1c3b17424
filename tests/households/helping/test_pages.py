"""Pages of papers, overview and trainings, their ledgers and API: who sees what, what is typed, what is refused."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import CadreTraining, Responsibility
from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, client_of
from tests.factories.accounts import make_actor, make_unit, make_user
from tests.factories.areas import make_area
from tests.factories.files import make_upload
from tests.factories.helping import make_paper, make_training
from tests.factories.households import make_household, make_pairing
from tests.factories.posts import make_post
from tests.factories.villages import make_village

pytestmark = pytest.mark.django_db
DAYS = {"period_from": "2018-01-01", "period_to": "2018-12-31"}


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


@pytest.fixture
def household(helper):
    helper.unit = make_unit("二道江区林业局", kind="helping_unit")
    helper.save()
    row = make_household(VILLAGE_A, household_no="H1")
    make_pairing(row, helper)
    return row


def text_of(response) -> str:
    return response.content.decode()


def listed(user, tab):
    return client_of(user).get(reverse("households:responsibilities"), {"tab": tab, "year": 2018})


class TestPapers:
    def test_who_has_not_signed_and_who_has_no_paper(self, household, helper, township_officer):
        make_paper(household=household, person=helper)
        make_pairing(make_household(VILLAGE_A, head="陈大山"), make_actor(Role.HELPER))
        make_post(make_village(), "leader", person=make_user("李区长"))
        assert [row for row, _ in listed(township_officer, "unsigned").context["rows"]] == [
            Responsibility.objects.get()
        ]
        page = listed(township_officer, "missing")
        assert [row.household.head_name for row, _ in page.context["rows"]] == ["陈大山"]
        assert [one.side for one in page.context["holders"]] == ["李区长"]
        # The tab says how many its page lists: one household and one leader.
        [number] = [tab[2] for tab in page.context["tabs"] if tab[3]]
        assert number == 2
        assert listed(township_officer, "signed").context["rows"] == []
        assert (
            client_of(township_officer).get(reverse("households:responsibilities"), {"tab": "x"}).status_code
            == 404
        )

    def test_a_leader_with_a_paper_of_the_year_is_not_missed(self, township_officer):
        post = make_post(make_village(), "leader", person=make_user("李区长"))
        make_paper(person=post.person, unit=post.unit)
        assert listed(township_officer, "missing").context["holders"] == []

    def test_an_unsigned_agreement_of_a_replaced_helper_waits_to_be_withdrawn(
        self, household, helper, village_clerk
    ):
        paper = make_paper(household=household, person=helper)
        assert [row for row, _ in listed(village_clerk, "unsigned").context["rows"]] == [paper]
        assert listed(village_clerk, "overtaken").context["rows"] == []
        household.pairings.update(valid_to=date(2018, 6, 1))
        assert listed(village_clerk, "unsigned").context["rows"] == []
        assert [row for row, _ in listed(village_clerk, "overtaken").context["rows"]] == [paper]

    def test_a_helper_sees_his_own_only_a_bureau_none(self, household, helper, bureau_officer, leader):
        mine = make_paper(household=household, person=helper)
        other = make_paper(household=make_household(VILLAGE_A, head="陈大山"))
        client = client_of(helper)
        assert client.get(reverse("households:responsibility", args=[mine.pk])).status_code == 200
        assert client.get(reverse("households:responsibility", args=[other.pk])).status_code == 404
        assert client.get(reverse("households:responsibility-sign", args=[mine.pk])).status_code == 403
        assert client_of(bureau_officer).get(reverse("households:responsibilities")).status_code == 403
        assert len(listed(leader, "all").context["rows"]) == 2

    def test_registering_an_agreement_by_the_households_number(self, household, helper, village_clerk):
        client = client_of(village_clerk)
        url = reverse("households:agreement-new")
        page = client.post(url, {"household": "H1", "year": "2018", "targets": "当年脱贫", **DAYS})
        paper = Responsibility.objects.get()
        assert page.url == reverse("households:responsibility", args=[paper.pk])
        assert (paper.person, paper.kind, paper.standing) == (helper, "agreement", "未签")
        page = client.post(url, {"household": "H1", "year": "2018", "targets": "又一份", **DAYS})
        assert page.status_code == 422
        assert "本年度已登记过" in text_of(page)
        assert "又一份" in text_of(page)
        make_household(VILLAGE_A, head="陈大山", household_no="H2")
        page = client.post(url, {"household": "H2", "year": "2018", "targets": "x", **DAYS})
        assert "还没有帮扶责任人" in text_of(page)

    def test_registering_what_a_unit_signs(self, township_officer):
        unit, url = make_unit("二道江区林业局", kind="helping_unit"), reverse("households:responsibility-new")
        sent = {
            "kind": "double",
            "year": "2018",
            "area": TOWNSHIP_A,
            "unit": unit.pk,
            "targets": "出列",
            **DAYS,
        }
        client = client_of(township_officer)
        page = client.post(url, sent | {"name": "没有的人"})
        assert page.status_code == 422
        assert "人员名册里没有这个人" in text_of(page)
        assert client.post(url, sent).status_code == 302
        assert Responsibility.objects.get().other_side == make_area(TOWNSHIP_A).name

    def test_signing_with_its_scan_by_the_page(self, household, helper, village_clerk):
        paper = make_paper(household=household, person=helper)
        url = reverse("households:responsibility-sign", args=[paper.pk])
        client = client_of(village_clerk)
        days = {"signed_on": "2018-03-01", "other_signed_on": "2018-03-02"}
        assert "请上传签字盖章的扫描件" in text_of(client.post(url, days))
        assert client.post(url, days | {"scan": make_upload(name="扫描.jpg")}).status_code == 302
        page = client.get(reverse("households:responsibility", args=[paper.pk]))
        assert "双方已签" in text_of(page)
        assert page.context["row"].scan is not None

    def test_one_paper_for_every_household_at_once(self, household, village_clerk):
        client = client_of(village_clerk)
        url = reverse("households:agreements-prepare") + "?year=2018"
        assert client.get(url).context["waiting"] == 1
        assert client.post(url, {"targets": "", **DAYS}).status_code == 422
        assert client.post(url, {"targets": "当年脱贫", **DAYS}).status_code == 302
        assert Responsibility.objects.get().household == household

    def test_the_ledger_and_programs(self, household, helper, county_reviewer, stranger):
        make_paper(household=household, person=helper, signed_on=date(2018, 3, 1))
        question = ask("responsibilities", user=county_reviewer, area_code=COUNTY_A, year=2018, filters={})
        headings = [one.heading for one in question.columns]
        (row,) = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert (row["种类"], row["责任人"], row["户编号"], row["双方已签"]) == (
            "结对帮扶协议",
            helper.name,
            "H1",
            "否",
        )
        client = client_of(helper)
        (told,) = client.get("/api/v1/responsibilities/?signed=false").json()["results"]
        assert (told["standing"], told["household"]) == ("一方已签", household.pk)
        (told,) = client.get("/api/v1/pairings/?open=true").json()["results"]
        assert (told["helper_name"], told["valid_to"]) == (helper.name, None)
        assert client_of(stranger("helper")).get("/api/v1/pairings/").json()["results"] == []


class TestOverview:
    def test_the_grid_shows_who_has_nobody(self, household, helper, leader):
        make_household(VILLAGE_A, head="陈大山")
        make_household(VILLAGE_A, head="一般户", kind="general_rural", status="")
        client = client_of(leader)
        rows = client.get(reverse("households:pairing-grid")).context["rows"]
        assert [(row.head_name, [one.helper for one in helpers]) for row, _, helpers in rows] == [
            ("王建国", [helper]),
            ("陈大山", []),
        ]
        rows = client.get(reverse("households:pairing-grid"), {"show": "without"}).context["rows"]
        assert [row.head_name for row, *_ in rows] == ["陈大山"]

    def test_units_with_their_helpers_and_households(self, household, helper, county_reviewer):
        make_pairing(make_household(VILLAGE_A, head="陈大山"), helper)
        client = client_of(county_reviewer)
        (row,) = client.get(reverse("households:pairing-units")).context["rows"]
        assert (row["unit"], row["helpers"], row["households"], row["villages"]) == (
            "二道江区林业局",
            1,
            2,
            1,
        )
        page = client.get(reverse("households:pairing-unit", args=[helper.unit_id]))
        assert [one.household.head_name for one, _ in page.context["rows"]] == ["王建国", "陈大山"]

    def test_one_to_one_and_one_to_two(self, household, helper, county_reviewer):
        for number in range(2):
            make_pairing(make_household(VILLAGE_A, head=f"脱贫{number}", status="exited"), helper)
        url, client = reverse("households:pairing-ratio"), client_of(county_reviewer)
        found = client.get(url).context["found"]
        assert (found.households, found.poor, found.exited, found.helpers, found.without, found.over) == (
            3,
            1,
            2,
            1,
            0,
            0,
        )
        make_pairing(make_household(VILLAGE_A, head="陈大山"), helper)
        page = client.get(url)
        assert [(row["poor"], row["exited"]) for row in page.context["over"]] == [(2, 2)]
        assert page.context["ranks"] == [("没有填职务级别", 1)]

    def test_another_county_sees_none_of_it(self, household, helper, stranger):
        client = client_of(stranger("county_reviewer"))
        assert client.get(reverse("households:pairing-grid")).context["rows"] == []
        assert client.get(reverse("households:pairing-unit", args=[helper.unit_id])).status_code == 404


class TestTraining:
    sent = {
        "area": COUNTY_A,
        "topic": "脱贫攻坚专题培训",
        "held_from": "2018-09-03",
        "place": "区委党校",
        "hours": "6",
        "organiser": "区扶贫办",
        "roles": ["village_clerk", "helper"],
    }

    def test_from_the_list_to_its_close(self, county_reviewer, village_clerk, helper, stranger):
        stranger("village_clerk")
        client = client_of(county_reviewer)
        assert client.post(reverse("households:cadre-training-new"), self.sent).status_code == 302
        row = CadreTraining.objects.get()
        assert {one.person for one in row.attendances.all()} == {village_clerk, helper}
        url = reverse("households:cadre-training", args=[row.pk])
        one = row.attendances.get(person=helper)
        client.post(
            url, {"action": "save", "row": [one.pk], f"came_{one.pk}": "no", f"note_{one.pk}": "病假"}
        )
        one.refresh_from_db()
        assert (one.attended, one.note) == (False, "病假")
        assert "还有 1 人没有登记是否到场" in text_of(client.post(url, {"action": "close"}, follow=True))
        client.post(url, {"action": "all"})
        client.post(url, {"action": "close"})
        row.refresh_from_db()
        assert row.closed_at is not None
        page = client.post(url, {"action": "all"}, follow=True)
        assert "参训登记已完成，不能再改" in text_of(page)

    def test_adding_by_name_and_what_is_refused(self, county_reviewer, leader):
        unit = make_unit("二道江区林业局", kind="helping_unit")
        person = make_user("孙明", unit=unit)
        row = make_training()
        url = reverse("households:cadre-training-person", args=[row.pk])
        client = client_of(county_reviewer)
        assert client.post(url, {"unit": unit.pk, "name": "孙明"}).status_code == 302
        assert row.attendances.get().person == person
        assert "已在名单上" in text_of(client.post(url, {"unit": unit.pk, "name": "孙明"}))
        assert "没有这个单位的这个人" in text_of(client.post(url, {"unit": unit.pk, "name": "李四"}))
        assert client_of(leader).post(url, {"unit": unit.pk, "name": "孙明"}).status_code == 403
        told = client_of(leader).post(reverse("households:cadre-training", args=[row.pk]), {"action": "all"})
        assert told.status_code == 403

    def test_days_and_hours(self, county_reviewer):
        client, url = client_of(county_reviewer), reverse("households:cadre-training-new")
        for wrong in (
            {"held_from": "2018-10-11"},
            {"held_to": "2018-09-01"},
            {"hours": "0"},
            {"area": COUNTY_B},
        ):
            assert client.post(url, self.sent | wrong).status_code == 422, wrong
        assert not CadreTraining.objects.exists()

    def test_the_ledger(self, county_reviewer, helper):
        make_training(people=[helper])
        question = ask("cadre_trainings", user=county_reviewer, area_code=COUNTY_A, year=2018, filters={})
        headings = [one.heading for one in question.columns]
        (row,) = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert (row["培训主题"], row["姓名"]) == ("退出验收考核工作培训", helper.name)
        assert row["到场"] in ("", None)  # nobody has noted it yet
