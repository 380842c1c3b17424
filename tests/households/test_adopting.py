"""带入 for a list: shown before it is written, exactly what was shown is written, and nobody decides an exit here."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from households.models import Household, HouseholdStatus
from households.services.status import adopt_status, adopt_status_many
from poverty.accounts.models import Role
from poverty.audit.models import Entry
from poverty.review.errors import NotAllOfThem
from poverty.review.models import Step
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.accounts import make_actor
from tests.factories.exits import Walk
from tests.factories.households import make_household

pytestmark = pytest.mark.django_db
URL = "/households/adopt/"
VALUES = {
    "status": "exited",
    "kind": "exited",
    "on": "2018-12-20",
    "source": "import",
    "document_name": "国网导出表2018-12",
}


@pytest.fixture
def homes():
    return [
        make_household(VILLAGE_A, "王建国", household_no="220503000001"),
        make_household(VILLAGE_A, "李秀英", household_no="220503000002"),
        make_household(VILLAGE_A, "赵六", status="exited", kind="exited", household_no="220503000003"),
    ]


@pytest.fixture
def client():
    return client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A[:6]))


def statuses():
    return dict(Household.objects.values_list("head_name", "status"))


def preview(client, numbers="", query="", **values):
    return client.post(URL + query, {**VALUES, "numbers": numbers, **values})


def test_a_pasted_list_is_shown_first_and_written_when_confirmed(homes, client):
    assert reverse("households:adopt-list") == URL
    response = preview(client, f"220503000001\n{homes[1].own_no}，220503000003")
    adoption = response.context["adoption"]
    assert (adoption.changing, adoption.same) == ([homes[0].pk, homes[1].pk], 1)
    assert response.context["now"] == [("建档立卡贫困户，未脱贫", 2)]
    assert statuses() == {"王建国": "not_exited", "李秀英": "not_exited", "赵六": "exited"}

    response = client.post(URL, {"confirmed": response.context["confirmed"]}, follow=True)
    assert "已带入 2 户" in response.content.decode()
    assert set(statuses().values()) == {"exited"}
    row = HouseholdStatus.objects.get(household=homes[0], valid_to=None)
    assert (row.kind, row.valid_from, row.source, row.document) == (
        "exited",
        date(2018, 12, 20),
        "import",
        "国网导出表2018-12",
    )
    steps = Step.objects.filter(transition="adopt_exited", document_name="国网导出表2018-12")
    assert {(one.case_id, one.lane) for one in steps} == {(home.pk, "record") for home in homes[:2]}
    assert Entry.objects.filter(action="households.status.adopt").count() == 2


def test_the_list_itself_can_be_taken(homes, client):
    text = client.get("/households/?status=not_exited").content.decode()
    assert f'href="{URL}?status=not_exited"' in text
    response = preview(client, query="?status=not_exited&q=李")
    assert response.context["adoption"].changing == [homes[1].pk]


def test_what_would_refuse_the_list_is_left_out_and_named(homes, client):
    pending = make_household(VILLAGE_A, "钱七", state="pending", status="", household_no="220503000007")
    HouseholdStatus.objects.filter(household=homes[1]).update(valid_from=date(2018, 12, 21))
    response = preview(client, f"220503000001 220503000002 220503000007 220599999999 {homes[2].own_no}")
    adoption = response.context["adoption"]
    assert adoption.changing == [homes[0].pk]
    assert (adoption.waiting, adoption.later) == ([pending], [homes[1]])
    assert response.context["unknown"] == ["220599999999"]
    assert "钱七户（待登记）" in response.content.decode()


def test_another_county_is_not_named(homes, client):
    make_household(VILLAGE_B, "孙八", household_no="220502000009")
    response = preview(client, "220502000009")
    assert response.context["unknown"] == ["220502000009"]
    assert response.context["confirmed"] == ""
    assert "孙八" not in response.content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"numbers": ""}, "numbers"),
        ({"numbers": "220503000001", "status": ""}, "status"),
        ({"numbers": "220503000001", "kind": "general_rural"}, "kind"),
        ({"numbers": "220503000001", "on": ""}, "on"),
        ({"numbers": "220503000001", "on": "2099-01-01"}, "on"),
        ({"numbers": "220503000001", "document_name": " "}, "document_name"),
        ({"numbers": "220503000001", "source": "visit"}, "source"),
    ],
)
def test_what_is_missing_is_said_at_its_field(homes, client, values, field):
    response = preview(client, **values)
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_what_changed_between_preview_and_confirming_refuses_the_whole_list(homes, client):
    response = preview(client, "220503000001 220503000002")
    HouseholdStatus.objects.filter(household=homes[1]).update(valid_from=date(2018, 12, 21))
    response = client.post(URL, {"confirmed": response.context["confirmed"]}, follow=True)
    assert "没有带入：有 1 户的现状态从更晚的日期开始" in response.content.decode()
    assert statuses()["王建国"] == "not_exited"


def test_a_newer_status_that_the_preview_did_not_show_is_not_overwritten(homes, client):
    confirmed = preview(client, "220503000001 220503000002").context["confirmed"]
    colleague = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A[:6])
    adopt_status(
        homes[1],
        "returned",
        "registered_poor",
        on=date(2018, 12, 1),
        source="import",
        document_name="国网导出表2018-11",
        actor=colleague,
    )
    text = client.post(URL, {"confirmed": confirmed}, follow=True).content.decode()
    assert "其中 1 户的脱贫属性或户类型在预览以后已有变动，本次全部未带入" in text
    assert statuses() == {"王建国": "not_exited", "李秀英": "returned", "赵六": "exited"}


def test_a_preview_is_good_for_an_hour_and_for_who_saw_it(homes, time_machine):
    time_machine.move_to("2018-12-21 10:00 +0800", tick=False)
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A[:6])
    confirmed = preview(client_of(reviewer), "220503000001").context["confirmed"]
    colleague = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_A[:6]))
    text = colleague.post(URL, {"confirmed": confirmed}, follow=True).content.decode()
    assert "页面已失效，请重新预览" in text
    time_machine.move_to("2018-12-21 11:00:02 +0800", tick=False)
    text = client_of(reviewer).post(URL, {"confirmed": confirmed}, follow=True).content.decode()
    assert "页面已失效，请重新预览" in text
    assert statuses()["王建国"] == "not_exited"
    time_machine.move_to("2018-12-21 10:59 +0800", tick=False)
    client_of(reviewer).post(URL, {"confirmed": confirmed})
    assert statuses()["王建国"] == "exited"


def test_what_was_not_shown_is_not_written(homes, client):
    response = client.post(URL, {"confirmed": "forged"}, follow=True)
    assert "页面已失效" in response.content.decode()
    other = client_of(make_actor(Role.COUNTY_REVIEWER, VILLAGE_B[:6]))
    confirmed = preview(client, "220503000001").context["confirmed"]
    assert "请重新预览" in other.post(URL, {"confirmed": confirmed}, follow=True).content.decode()
    assert statuses()["王建国"] == "not_exited"


@pytest.mark.parametrize("role", [Role.TOWNSHIP_OFFICER, Role.VILLAGE_CLERK, Role.HELPER, Role.LEADER])
def test_only_the_county_takes_over(homes, role):
    client = client_of(make_actor(role, VILLAGE_A))
    assert client.get(URL).status_code == 403
    assert preview(client, "220503000001").status_code == 403
    assert "带入所列户的脱贫属性" not in client.get("/households/").content.decode()


def test_a_household_that_is_on_its_way_out_here_is_not_taken_over_as_exited(client):
    walk = Walk(count=1)
    walk.plan()
    home = walk.households[0]
    shown = preview(client, home.own_no)
    assert shown.context["adoption"].changing == []
    assert [one.pk for one in shown.context["adoption"].leaving] == [home.pk]
    assert "退出正在本系统办理，不会带入" in shown.content.decode()
    values = {
        "on": date(2018, 12, 20),
        "source": "import",
        "document_name": "国网导出表2018-12",
        "actor": make_actor(Role.COUNTY_REVIEWER, VILLAGE_A[:6]),
    }
    with pytest.raises(ValidationError, match="2018年度退出正在办理（预退出）"):
        adopt_status(home, "exited", "exited", **values)
    with pytest.raises(NotAllOfThem, match="请先在“退出”中办完标注或移出计划"):
        adopt_status_many([home.pk], "exited", "exited", **values)
    assert statuses() == {home.head_name: "not_exited"}
    # What is no exit may be taken over beside it.
    assert adopt_status(home, "pre_exit", "registered_poor", **values).status == "pre_exit"
