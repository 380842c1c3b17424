"""Pages of workrooms: the list with its figures, one workroom, the village's tab; who reads the telephone; ledger, API."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from poverty.accounts.models import Role
from poverty.accounts.rights import ROLE_RIGHTS
from poverty.audit.models import Entry
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, client_of
from tests.factories.accounts import make_actor, make_user
from tests.factories.files import make_upload
from tests.factories.posts import make_post
from tests.factories.teams import make_fund, make_workroom
from tests.factories.villages import make_village
from villages.models import Village, Workroom, WorkroomFund, WorkroomStaff
from villages.workrooms import views
from villages.workrooms.standing import by_township, counted, standings

pytestmark = pytest.mark.django_db
LIST = "villages:workrooms"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def text_of(response) -> str:
    return response.content.decode()


def staffed(village):
    """A village with its workroom, two people in it, and money of 2018."""
    room = make_workroom(village)
    leader = make_user("赵强")
    first = make_post(village, person=leader)
    make_post(village, "team_leader", person=leader)  # 第一书记兼任队长: one person
    member = make_post(village, "team_member", person=make_user("钱进"))
    for post in (first, member):
        WorkroomStaff.objects.create(
            workroom=room, post=post, valid_from=date(2017, 6, 1), recorded_by=make_user()
        )
    make_fund(room)
    make_fund(room, amount="5000.00")
    make_fund(room, year=2017)
    return room


def test_villages_without_a_workroom_come_first_and_the_figures_add_up(county_reviewer):
    whole, bare = make_village(), make_village("220503100209")
    elsewhere = make_village("220503101201")
    make_village("220503100210", status="")
    staffed(whole)
    make_workroom(elsewhere)
    make_post(elsewhere, person=make_user("孙明"))
    client = client_of(county_reviewer)
    page = client.get(reverse(LIST) + "?year=2018")
    assert [row.village for row, _ in page.context["rows"]] == [bare, elsewhere, whole]
    total = page.context["total"]
    lines = [one for one, _ in page.context["townships"]]
    assert (total.villages, total.with_room, total.without) == (3, 2, 1)
    assert (total.secretaries, total.team, total.funds) == (2, 1, Decimal("25000.00"))
    for name in ("villages", "with_room", "without", "secretaries", "team", "funds"):
        assert sum(getattr(one, name) for one in lines) == getattr(total, name)
    assert [(label, number) for _, label, number in page.context["choices"]] == [
        ("没有工作室", 1),
        ("没有工作人员", 1),
        ("没有本年经费", 1),
    ]
    rows = client.get(reverse(LIST) + "?year=2018&lack=staff").context["rows"]
    assert [row.village for row, _ in rows] == [elsewhere]
    assert len(client.get(reverse(LIST) + "?of=all").context["rows"]) == 4


def test_of_more_villages_than_are_listed_there_are_no_sums(monkeypatch, county_reviewer):
    monkeypatch.setattr(views, "MOST", 1)
    staffed(make_village())
    make_village("220503100209")
    page = client_of(county_reviewer).get(reverse(LIST) + "?year=2018")
    assert len(page.context["rows"]) == 1
    assert (page.context["total"], page.context["townships"]) == (None, [])
    assert "没有合计" in text_of(page)
    assert "各村都有工作室" not in text_of(page)


def test_many_villages_cost_no_more_queries_than_one():
    villages = [make_village(f"2205031002{number:02d}") for number in range(10, 15)]
    for village in villages:
        staffed(village)
    with CaptureQueriesContext(connection) as one:
        standings(villages[:1], 2018)
    with CaptureQueriesContext(connection) as many:
        found = standings(villages, 2018)
    assert len(many) == len(one) == 4
    assert [one.villages for one in by_township(found)] == [5]
    assert counted("220503", found).team == 5


def test_a_township_opens_one_chooses_its_people_and_notes_the_money(township_officer):
    village = make_village()
    post = make_post(village)
    client = client_of(township_officer)
    sent = {
        "place": "村部二楼",
        "on": "2018-03-01",
        "document": "设立通知",
        "phone": "0435-3752001",
        "photo": make_upload(),
    }
    refused = client.post(reverse("villages:workroom-new", args=[village.pk]), sent | {"document": ""})
    assert refused.status_code == 422
    assert 'value="村部二楼"' in text_of(refused)
    assert 'enctype="multipart/form-data"' in text_of(refused)
    sent["photo"] = make_upload()
    answer = client.post(reverse("villages:workroom-new", args=[village.pk]), sent)
    room = Workroom.objects.get()
    assert answer.url == reverse("villages:workroom-staff", args=[room.pk])
    assert "赵强（第一书记）" in text_of(client.get(answer.url))
    assert client.post(answer.url, {"posts": [post.pk], "on": "2018-03-01"}).status_code == 302
    money = {
        "year": "2018",
        "amount": "20,000",
        "given_on": "2018-06-20",
        "source": "县财政",
        "document": "经费通知",
    }
    fund_url = reverse("villages:workroom-fund", args=[room.pk])
    assert client.post(fund_url, money).status_code == 422  # not sent by our page
    money["identity"] = client.get(fund_url).context["form"].initial["identity"]
    for _ in range(2):
        assert client.post(fund_url, money).status_code == 302
    page = text_of(client.get(reverse("villages:workroom", args=[room.pk])))
    for words in ("赵强", "20,000.00", "04353752001", "工作室照片"):
        assert words in page
    fund = WorkroomFund.objects.get()
    withdraw = reverse("villages:workroom-fund-withdraw", args=[fund.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    assert client.post(withdraw, {"reason": "写错"}).status_code == 302
    assert client.get(withdraw).status_code == 404
    assert typed(client, room, phone="", remark="周一开放").status_code == 302
    end = reverse("villages:workroom-end", args=[room.pk])
    assert client.post(end, {"on": "2018-09-01", "reason": "搬迁"}).status_code == 302
    assert "已撤销" in text_of(client.get(reverse("villages:workroom", args=[room.pk])))


def test_the_village_shows_its_workroom_and_only_who_arranges_may_change(township_officer, leader):
    village = make_village()
    tab = reverse("villages:detail", args=[village.pk]) + "?tab=posts"
    new = reverse("villages:workroom-new", args=[village.pk])
    assert new in text_of(client_of(township_officer).get(tab))
    page = text_of(client_of(leader).get(tab))
    assert "没有工作室" in page
    assert new not in page
    room = staffed(village)
    page = text_of(client_of(leader).get(tab + "&year=2018"))
    assert "村部二楼" in page
    assert "25,000.00" in page
    assert client_of(leader).post(reverse("villages:workroom-end", args=[room.pk])).status_code == 403


def test_the_telephone_is_whole_for_who_may_call(leader, township_officer):
    room = make_workroom(phone="04353752001")
    url = reverse("villages:workroom", args=[room.pk])
    assert "04353752001" not in text_of(client_of(leader).get(url))
    assert "04353752001" in text_of(client_of(township_officer).get(url))


def edit_of(room):
    return reverse("villages:workroom-edit", args=[room.pk])


def typed(client, room, **data):
    """The page opened, filled in and sent."""
    seen = client.get(edit_of(room)).context["form"].initial["seen"]
    return client.post(edit_of(room), {**data, "seen": seen})


def number_of(room) -> str:
    room.refresh_from_db()
    return room.phone.reveal() if room.phone else ""


def test_who_may_call_sees_the_telephone_in_its_form_keeps_changes_and_takes_it_away(township_officer):
    room = make_workroom(phone="04353752001")
    client = client_of(township_officer)
    assert 'value="04353752001"' in text_of(client.get(edit_of(room)))
    typed(client, room, phone="04353752001", remark="周一开放")
    assert (number_of(room), room.remark) == ("04353752001", "周一开放")
    typed(client, room, phone="0435-3752002", remark="周一开放")
    assert number_of(room) == "04353752002"
    typed(client, room, phone="", remark="周一开放")
    assert number_of(room) == ""


def test_two_who_put_it_right_at_once_do_not_write_over_each_other(township_officer, county_reviewer):
    room = make_workroom(phone="04353752001")
    first, second = client_of(township_officer), client_of(county_reviewer)
    seen = second.get(edit_of(room)).context["form"].initial["seen"]
    assert "3752001" not in seen
    typed(first, room, phone="04353752002", remark="")
    again = second.post(edit_of(room), {"phone": "04353752002", "remark": "", "seen": seen})
    assert again.status_code == 302, "what was typed stands there already"
    for shown in (seen, "", "x"):
        answer = second.post(edit_of(room), {"phone": "04353752001", "remark": "周一开放", "seen": shown})
        assert answer.status_code == 422
        assert "刚由别人改过" in text_of(answer)
    assert (number_of(room), room.remark) == ("04353752002", "")


def test_who_may_not_call_never_gets_the_telephone_and_keeps_it_by_typing_none(township_officer, monkeypatch):
    rights = ROLE_RIGHTS[Role.TOWNSHIP_OFFICER]
    monkeypatch.setitem(ROLE_RIGHTS, Role.TOWNSHIP_OFFICER, rights - {"phone.view"})
    room = make_workroom(phone="04353752001")
    client = client_of(township_officer)
    page = text_of(client.get(edit_of(room)))
    assert "04353752001" not in page
    assert "现为 043******01；不改的不填。" in page
    refused = typed(client, room, phone="", remark="长" * 301)
    assert refused.status_code == 422
    assert "04353752001" not in text_of(refused)
    assert typed(client, room, phone="", remark="周一开放").status_code == 302
    assert (number_of(room), room.remark) == ("04353752001", "周一开放")
    assert Entry.objects.get(action="villages.workroom.update").summary == ""
    typed(client, room, phone="0435-3752002", remark="周一开放")
    assert number_of(room) == "04353752002"
    bare = make_workroom(make_village("220503100209"))
    assert "没有的不填" in text_of(client.get(edit_of(bare)))
    typed(client, bare, phone="", remark="周五开放")
    assert (number_of(bare), bare.remark) == ("", "周五开放")


def test_the_ledger_has_one_row_per_village(county_reviewer):
    staffed(make_village())
    make_village("220503100209")
    make_village("220503100210", status="")

    def rows(**filters):
        asked = ask("village_workrooms", user=county_reviewer, area_code=COUNTY_A, year=2018, filters=filters)
        headings = [one.heading for one in asked.columns]
        return [dict(zip(headings, cells, strict=True)) for _, cells in stream(asked, full=False)]

    first, second = rows()
    assert (first["是否设立工作室"], first["工作人员"], first["本年度经费（元）"]) == (
        "是",
        "赵强、钱进",
        Decimal("25000.00"),
    )
    assert (first["第一书记（人）"], first["驻村队员（人）"]) == (1, 1)
    assert (second["是否设立工作室"], second["本年度经费（元）"], second["第一书记（人）"]) == ("否", None, 0)
    assert len(rows(of="all")) == 3
    for row, village in zip(rows(of="all"), Village.objects.order_by("area_id"), strict=True):
        (shown,) = standings([village], 2018)
        told = (
            row["是否设立工作室"],
            row["第一书记（人）"],
            row["驻村队员（人）"],
            row["本年度经费（元）"] or 0,
        )
        room = "是" if shown.workroom else "否"
        assert told == (room, len(shown.secretaries), len(shown.team), shown.funds)
    assert len(rows(room="no")) == 1


def test_programs_read_workrooms():
    village = make_village()
    room = make_workroom(village, phone="04353752001")
    make_workroom(make_village("220503100209"), valid_to=date(2018, 1, 1), end_reason="搬迁")
    client = client_of(make_actor(Role.TOWNSHIP_OFFICER))
    [one] = client.get("/api/v1/village-workrooms/?open=true").json()["results"]
    assert (one["id"], one["place"], one["area"]) == (room.pk, "村部二楼", village.area_id)
    assert "phone" not in one
    assert len(client.get("/api/v1/village-workrooms/?open=false").json()["results"]) == 1
    assert client_of(make_actor(Role.HELPER)).get("/api/v1/village-workrooms/").status_code == 403
