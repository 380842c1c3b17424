"""Pages of posts: the village's tab, the county's table, filling with a new person, one leader's villages; ledger, API."""

from datetime import date

import pytest
from django.urls import reverse

from poverty.accounts.models import Role, User
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.web.questions import ANSWER
from tests.actors import COUNTY_A, client_of
from tests.factories.accounts import make_actor, make_unit
from tests.factories.posts import make_post, make_template
from tests.factories.villages import make_village
from villages.models import VillagePost

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def text_of(response) -> str:
    return response.content.decode()


def test_the_village_shows_its_five_the_empty_ones_too(township_officer, leader):
    village = make_village()
    make_post(village)
    url = reverse("villages:detail", args=[village.pk]) + "?tab=posts"
    page = text_of(client_of(township_officer).get(url))
    assert page.count("空缺</span>") == 4
    assert "赵强" in page
    assert reverse("villages:post-new", args=[village.pk, "technician"]) in page
    assert reverse("villages:post-new", args=[village.pk, "technician"]) not in text_of(
        client_of(leader).get(url)
    )


def test_the_county_lists_villages_with_an_empty_post_first(county_reviewer):
    full, bare = make_village(), make_village("220503100209")
    make_village("220503100210", status="")
    for post in ("leader", "unit", "first_secretary", "team_leader", "technician"):
        make_post(full, post)
    client = client_of(county_reviewer)
    rows = client.get(reverse("villages:posts")).context["rows"]
    assert [row.village for row, _ in rows] == [bare, full]
    rows = client.get(reverse("villages:posts") + "?lack=technician").context["rows"]
    assert [row.village for row, _ in rows] == [bare]
    assert len(client.get(reverse("villages:posts") + "?of=all").context["rows"]) == 3


def test_each_figure_of_the_county_leads_to_its_people(county_reviewer):
    first, second = make_village(), make_village("220503100209")
    unit = make_unit("区林业局")
    secretary = make_post(first, unit=unit).person
    make_post(first, "unit", unit=unit)
    make_post(second, "unit", unit=unit)
    client = client_of(county_reviewer)
    figures = client.get(reverse("villages:posts")).context["figures"]
    assert {label: number for _, label, number, _ in figures if number} == {"帮扶单位": 1, "第一书记": 1}
    units = client.get(reverse("villages:posts") + "?who=units")
    [(holder, places)] = units.context["holders"]
    assert (holder.name, [village for village, _ in places]) == ("区林业局", [first, second])
    people = client.get(reverse("villages:posts") + "?who=secretaries")
    assert reverse("villages:post-person", args=[secretary.pk]) in text_of(people)
    assert client.get(reverse("villages:posts") + "?who=nothing").context["holders"] == []


def test_a_new_person_is_asked_about_then_put_on_record(township_officer):
    village, unit = make_village(), make_unit("二道江区林业局", kind="helping_unit")
    url = reverse("villages:post-new", args=[village.pk, "technician"])
    sent = {"name": "孙明", "unit": unit.pk, "since": "2018-09-01", "document": "选派通知"}
    client = client_of(township_officer)
    asked = client.post(url, sent)
    assert asked.status_code == 422
    assert "人员名册里还没有二道江区林业局的孙明" in text_of(asked)
    assert not User.objects.filter(name="孙明").exists()
    answer = asked.context["form"].questions
    assert set(answer) == {"name"}
    digest = text_of(asked).split(f'name="{ANSWER}"')[1].split('value="')[1].split('"')[0]
    done = client.post(url, sent | {ANSWER: digest})
    assert done.status_code == 302
    row = VillagePost.objects.get()
    assert (row.person.name, row.person.is_active, row.unit) == ("孙明", False, unit)


def test_a_refused_form_keeps_what_was_typed_and_writes_nothing(township_officer):
    village = make_village()
    url = reverse("villages:post-new", args=[village.pk, "technician"])
    page = client_of(township_officer).post(url, {"name": "孙明", "since": "2018-09-01", "document": ""})
    assert page.status_code == 422
    assert 'value="孙明"' in text_of(page)
    assert not VillagePost.objects.exists()
    assert (
        client_of(township_officer).get(reverse("villages:post-new", args=[village.pk, "nobody"])).status_code
        == 404
    )


def test_a_unit_taken_off_a_village_that_has_not_exited_is_asked_about(county_reviewer):
    row = make_post(make_village(), "unit")
    url = reverse("villages:post-end", args=[row.pk])
    page = client_of(county_reviewer).post(url, {"on": "2018-09-01", "reason": "调整"})
    assert page.status_code == 422
    assert "不脱贫不脱钩" in text_of(page)
    row.refresh_from_db()
    assert row.valid_to is None


def test_a_leader_sees_his_villages(leader):
    for code in ("220503100204", "220503100209"):
        make_post(make_village(code), "leader", person=leader)
    page = client_of(leader).get(reverse("villages:post-person", args=[leader.pk]))
    assert len(page.context["present"]) == 2


def test_a_clerk_sees_the_posts_of_his_village_only(village_clerk):
    make_post(make_village())
    other = make_post(make_village("220503100209"))
    client = client_of(village_clerk)
    assert len(client.get(reverse("villages:posts")).context["rows"]) == 1
    assert client.get(reverse("villages:post-person", args=[other.person_id])).status_code == 404


def test_the_county_sets_what_it_asks(county_reviewer):
    make_village()
    client = client_of(county_reviewer)
    url = reverse("villages:post-templates") + "?area=220503"
    page = client.get(url + "&start=one_three_three")
    assert page.context["form"].initial["least_coleader"] == 3
    sent = {
        "of": "poor",
        "name": "5+2",
        "since": "2018-10-01",
        "document": "方案",
        "least_leader": "1",
        "least_team": "5",
    }
    assert client.post(url, sent).status_code == 302
    rows = client.get(reverse("villages:posts")).context["rows"]
    assert [slot.label for slot in rows[0][0].empty] == ["联系县（市）级领导", "驻村工作组（队）"]
    page = client.post(url, sent | {"least_leader": "", "least_team": "", "since": "2018-10-05"})
    assert page.status_code == 422
    assert "至少填一个岗位" in text_of(page)


def test_what_a_county_asks_ends_today_not_on_its_first_day(county_reviewer):
    client = client_of(county_reviewer)
    old, new = make_template(), make_template(of="other", since=date(2018, 10, 10))

    def ended(row):
        answer = client.post(reverse("villages:post-template-end", args=[row.pk]), follow=True)
        row.refresh_from_db()
        return text_of(answer)

    assert "已终止" in ended(old)
    assert old.valid_to == date(2018, 10, 10)
    assert "已于 2018-10-10 终止" in ended(old)
    assert "今天才开始的不能今天终止" in ended(new)
    assert new.valid_to is None


def test_the_ledger_has_one_row_per_post(county_reviewer):
    make_post(make_village(), title="科长")
    make_post(make_village(), "unit")
    make_post(make_village(), "technician", valid_to=date(2018, 1, 1), end_reason="调动")
    question = ask("village_posts", user=county_reviewer, area_code=COUNTY_A, year=2018, filters={})
    headings = [one.heading for one in question.columns]
    rows = [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]
    assert [(row["岗位"], row["姓名（单位）"], row["是否驻村队员"]) for row in rows] == [
        ("第一书记", "赵强", "是"),
        ("帮扶责任单位", "二道江区林业局", "否"),
    ]


def test_programs_read_posts():
    row = make_post(make_village(), valid_to=date(2018, 1, 1), end_reason="调动")
    make_post(make_village(), "unit")
    client = client_of(make_actor(Role.TOWNSHIP_OFFICER))
    found = client.get("/api/v1/village-posts/?open=false").json()["results"]
    assert [(one["id"], one["post_text"], one["person_name"]) for one in found] == [
        (row.pk, "第一书记", "赵强")
    ]
    assert client.get("/api/v1/village-posts/?open=true").json()["results"][0]["post"] == "unit"
    assert client_of(make_actor(Role.HELPER)).get("/api/v1/village-posts/").status_code == 403
