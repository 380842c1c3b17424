"""包扶: who answers for a household that moves, for what, from when; beside the pairing, and not counted in it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from households.helping.overview import ratio
from households.models import Household, RelocationCharge
from households.relocation.rows import by_cadre, figures, in_state, kinds, moving
from households.relocation.services import change_charge, end_charge, take_charge, withdraw_charge
from poverty.accounts.models import User
from poverty.audit.models import Entry
from poverty.fields.identity import parse_identity
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.review.errors import ChangedMeanwhile
from tests.actors import COUNTY_A, VILLAGE_A, client_of
from tests.factories import moves as make
from tests.factories.accounts import make_unit, make_user
from tests.factories.households import make_household, make_member, make_pairing
from tests.factories.relocation import make_charge, make_moving

pytestmark = pytest.mark.django_db
MARCH, MAY, JUNE = date(2018, 3, 1), date(2018, 5, 4), date(2018, 6, 1)
OTHER = "220503101200"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def refused(act, *args, **kwargs) -> dict:
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else {"": caught.value.messages}


class TestCharges:
    def test_a_cadre_answers_for_a_household(self, township_officer):
        household, cadre = make_moving(), make_user("李支书")
        row = take_charge(
            household, cadre, tasks=["follow_up", "mobilise"], since=MARCH, actor=township_officer
        )
        assert (row.tasks, row.task_labels) == (["mobilise", "follow_up"], "搬迁动员、后续帮扶")
        assert Entry.objects.get(action="households.relocation.charge").changes == {
            "包扶干部": [None, "李支书"]
        }

    def test_it_gives_no_sight_and_does_not_count_as_a_helper(self, helper, county_reviewer):
        household = make_moving()
        make_charge(household, helper)
        assert not Household.objects.visible_to(helper).exists()
        found = ratio(county_reviewer, COUNTY_A, date(2018, 10, 10))
        assert (found.households, found.without, found.helpers) == (1, 1, 0)

    def test_what_is_refused(self, township_officer, village_clerk):
        household, cadre = make_moving(), make_user("李支书")
        make_charge(household, cadre)
        give = {"since": MAY, "actor": township_officer}
        assert "cadre" in refused(take_charge, household, cadre, tasks=["move_in"], **give)
        other = make_user("张镇长")
        assert "tasks" in refused(take_charge, household, other, tasks=[], **give)
        assert "tasks" in refused(take_charge, household, other, tasks=["cook"], **give)
        future = {**give, "since": date(2018, 11, 1)}
        assert "since" in refused(take_charge, household, other, tasks=["move_in"], **future)
        with pytest.raises(PermissionDenied):
            take_charge(household, other, tasks=["move_in"], since=MAY, actor=village_clerk)

    def test_nobody_answers_for_his_own_household(self, township_officer):
        household = make_moving()
        number = household.head.identity.reveal()
        cadre = make_user("王建国", identity=number, identity_hash=parse_identity(number).hash)
        told = refused(take_charge, household, cadre, tasks=["move_in"], since=MAY, actor=township_officer)
        assert told == {"cadre": ["王建国是该户的成员，不能包扶自己家。"]}

    def test_another_takes_over_on_a_day_or_the_same_for_more(self, township_officer):
        cadre = make_user("李支书")
        row = make_charge(make_moving(), cadre, tasks=["mobilise"])
        told = refused(
            change_charge, row, cadre, tasks=["mobilise"], on=MAY, reason="x", actor=township_officer
        )
        assert "tasks" in told
        more = change_charge(
            row, cadre, tasks=["mobilise", "move_in"], on=MAY, reason="增加入住", actor=township_officer
        )
        assert (more.valid_from, more.tasks) == (MAY, ["mobilise", "move_in"])
        last = change_charge(
            more, make_user("张镇长"), tasks=["move_in"], on=JUNE, reason="调动", actor=township_officer
        )
        assert list(RelocationCharge.objects.open_on(date(2018, 10, 10))) == [last]

    def test_ending_and_taking_back(self, township_officer):
        row = make_charge(make_moving())
        assert set(refused(end_charge, row, on=MARCH, reason="", actor=township_officer)) == {"on", "reason"}
        end_charge(row, on=JUNE, reason="已稳定入住", actor=township_officer)
        assert "" in refused(end_charge, row, on=JUNE, reason="再来", actor=township_officer)
        withdraw_charge(row, reason="登错了", actor=township_officer)
        with pytest.raises(ChangedMeanwhile):
            withdraw_charge(row, reason="再撤", actor=township_officer)

    def test_the_database_keeps_it(self):
        row = make_charge(make_moving())
        with pytest.raises(IntegrityError, match="one_charge_of_a_cadre"), transaction.atomic():
            make_charge(row.household, row.cadre, since=MAY)
        with pytest.raises(IntegrityError, match="a_charge_says_for_what"), transaction.atomic():
            make_charge(row.household, make_user("张"), tasks=["cook"])
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            RelocationCharge.objects.update(tasks=["move_in"])


class TestPages:
    def test_figures_add_up_and_lists_agree(self, county_reviewer):
        make_moving(head="没人的")
        make_charge(make_moving(head="一部分"), tasks=["mobilise"])
        full = make_moving(OTHER, head="都有的", kind="general_rural", status="")
        make_charge(full, make_user("李支书"), tasks=["mobilise", "move_in"])
        make_charge(full, make_user("张镇长"), tasks=["demolish", "follow_up"])
        make_household(VILLAGE_A, "不搬的")
        rows = moving(county_reviewer, COUNTY_A, 2018)
        by_place, total = figures(rows, COUNTY_A)
        assert (total.total, total.without, total.partly, total.whole) == (3, 1, 1, 1)
        assert [(one.code, one.total) for one in by_place] == [("220503100", 2), ("220503101", 1)]
        assert [one.head_name for one in in_state(rows, "whole")] == ["都有的"]
        found = sorted((one["name"], one["households"]) for one in by_cadre(rows, 2018))
        assert found == [("张镇长", 1), ("李支书", 1), ("李支书", 1)], "two of one name are two persons"

    def test_the_registered_and_those_who_move_along_are_counted_apart(self, county_reviewer):
        """建档立卡 and 同步搬迁 with their persons, as the province's plan counts them (seed-facts.md A25)."""
        at_home = make_moving(head="贫困的")
        make_member(at_home)
        moved = make_moving(head="搬好的")
        make.bring(make.Cast(VILLAGE_A), make.make_case(make.Cast(VILLAGE_A), moved), "moved")
        along = make_moving(OTHER, head="同步的", kind="general_rural", status="")
        found = kinds(moving(county_reviewer, COUNTY_A, 2018), 2018)
        assert (found.registered, found.registered_persons) == (2, 3)
        assert (found.along, found.along_persons, found.moved_in) == (1, 1, 1)
        assert kinds(moving(county_reviewer, COUNTY_A, 2018), 2017).moved_in == 0, "moved in later"
        url, here = reverse("households:relocation"), {"area": COUNTY_A, "year": 2018}
        client = client_of(county_reviewer)
        page = client.get(url, here)
        for words in (
            "全部 3 户 4 人",
            "建档立卡搬迁 2 户 3 人",
            "同步搬迁 1 户 1 人",
            "到2018年底已入住 1 户",
        ):
            assert words in page.content.decode()
        lines = client.get(url, {**here, "kind": "along"}).context["lines"]
        assert [line[0] for line in lines] == [along]
        assert client.get(url, {**here, "kind": "registered"}).context["total"].total == 2
        assert client.get(url, {**here, "kind": "nothing"}).context["total"].total == 3

    def test_without_one_first_then_arranged_by_name(self, township_officer, county_reviewer):
        household, unit = (
            make_moving(head="没人的"),
            make_unit("鸭园镇人民政府", "220503100", kind="township"),
        )
        client = client_of(township_officer)
        listed = client.get(reverse("households:relocation"), {"area": VILLAGE_A[:9], "year": 2018})
        assert [one.head_name for one, *_ in listed.context["lines"]] == ["没人的"]
        url = reverse("households:relocation-charge", args=[household.pk]) + "?year=2018"
        sent = {"cadre": "", "name": "孙站长", "unit": unit.pk, "tasks": ["move_in"], "since": "2018-05-04"}
        assert client.post(url, {**sent, "name": ""}).context["form"].errors["name"]
        asked = client.post(url, sent)
        assert "保存时登记此人" in asked.context["form"].questions["name"]
        assert not User.objects.filter(name="孙站长").exists()
        answer = asked.content.decode().split('name="questions_answered" value="')[1].split('"')[0]
        assert client.post(url, {**sent, "questions_answered": answer}).status_code == 302
        row = RelocationCharge.objects.get()
        assert (row.cadre.name, row.tasks) == ("孙站长", ["move_in"])
        partly = client.get(
            reverse("households:relocation"), {"area": VILLAGE_A[:9], "year": 2018, "tab": "partly"}
        )
        assert "搬迁动员、旧房拆除、后续帮扶" in partly.content.decode()
        for tab in ("whole", "cadres"):
            again = {"area": VILLAGE_A[:9], "year": 2018, "tab": tab}
            assert client.get(reverse("households:relocation"), again).status_code == 200

    def test_a_household_that_does_not_move_is_asked_about(self, township_officer, village_clerk):
        household = make_household(VILLAGE_A)
        url = reverse("households:relocation-charge", args=[household.pk]) + "?year=2018"
        sent = {"cadre": village_clerk.pk, "tasks": ["move_in"], "since": "2018-05-04"}
        asked = client_of(township_officer).post(url, sent)
        assert asked.context["form"].questions["since"] == "年度信息里该户不是搬迁户，请核对。"

    def test_household_page_ledger_and_api(self, helper, county_reviewer, stranger):
        household = make_moving(household_no="H1")
        make_pairing(household, helper)
        make_charge(household, make_user("李支书"), tasks=["move_in"])
        tab = client_of(helper).get(
            reverse("households:detail", args=[household.pk]), {"tab": "pairing", "year": 2018}
        )
        assert "李支书：搬迁入住" in tab.content.decode()
        question = ask("relocation_charges", user=county_reviewer, area_code=COUNTY_A, year=2018)
        headings = [one.heading for one in question.columns]
        (line,) = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
        assert (line["户编号"], line["包扶干部"], line["负责事项"]) == ("H1", "李支书", "搬迁入住")
        (told,) = client_of(helper).get("/api/v1/relocation-charges/?open=true").json()["results"]
        assert (told["household"], told["cadre_name"], told["tasks"]) == (household.pk, "李支书", ["move_in"])
        assert client_of(stranger("leader")).get("/api/v1/relocation-charges/").json()["results"] == []
