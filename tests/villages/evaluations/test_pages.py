"""Pages of evaluations: the list of a period, the form with the records, one's own; ledger and API."""

from datetime import date

import pytest
from django.urls import reverse

from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.web.questions import ANSWER
from tests.actors import COUNTY_A, client_of
from tests.factories.accounts import make_actor, make_user
from tests.factories.posts import make_post
from tests.factories.teams import make_days, make_evaluation
from tests.factories.villages import make_village
from villages.models import Evaluation

pytestmark = pytest.mark.django_db
LIST = "villages:evaluations"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def text_of(response) -> str:
    return response.content.decode()


def new(post, period="q3", person=None):
    whom = post.person_id if person is None else person
    return reverse("villages:evaluation-new", args=[post.village_id, 2018, period, whom])


def test_who_has_none_comes_first_and_the_results_add_up(township_officer):
    village = make_village()
    done = make_post(village, person=make_user("赵强"))
    waits = make_post(village, "team_member", person=make_user("钱进"))
    make_evaluation(done)
    page = client_of(township_officer).get(reverse(LIST) + "?year=2018")
    assert [row.person.name for row, _, _ in page.context["rows"]] == ["钱进", "赵强"]
    assert sum(number for _, _, number in page.context["choices"]) == page.context["total"] == 2
    assert new(waits) in text_of(page)
    assert "1 人没有2018年第三季度的考评" in text_of(page)
    only = client_of(township_officer).get(reverse(LIST) + "?in=2018&period=q3&result=competent")
    assert [row.person.name for row, _, _ in only.context["rows"]] == ["赵强"]
    before = client_of(township_officer).get(reverse(LIST) + "?in=2017&period=q9").context
    assert (before["title"], before["previous"], before["next"]) == ("2017年度", 2016, 2018)
    for odd in ("in=2019", "in=x", "in=1999&period=q4", "period=q4&in=2018"):
        title = client_of(township_officer).get(reverse(LIST) + f"?{odd}").context["title"]
        assert title == ("2018年第四季度" if "q4" in odd else "2018年第三季度")
    teams = client_of(township_officer).get(reverse(LIST) + "?in=2018&period=q3&of=team")
    assert [(row.key, row.told) for row, _, _ in teams.context["rows"]] == [(0, ["赵强", "钱进"])]


def test_the_assessor_sees_what_was_recorded_and_does_not_type_it(township_officer):
    post = make_post()
    make_days(post.person, post.village.area_id, date(2018, 7, 1), 20)
    client = client_of(township_officer)
    page = client.get(new(post))
    assert "3 个整月要求 60 天" in text_of(page)
    assert "2 个月不足" in text_of(page)
    sent = {
        "result": "excellent",
        "assessor": township_officer.pk,
        "assessed_by": "鸭园镇党委",
        "happened_on": "2018-10-08",
        "document": "鸭发〔2018〕40号",
    }
    asked = client.post(new(post), sent)
    assert asked.status_code == 422
    assert "评为优秀请核对" in text_of(asked)
    assert not Evaluation.objects.exists()
    digest = text_of(asked).split(f'name="{ANSWER}"')[1].split('value="')[1].split('"')[0]
    done = client.post(new(post), sent | {ANSWER: digest})
    row = Evaluation.objects.get()
    assert done.url == reverse("villages:evaluation", args=[row.pk])
    assert (row.facts["days"], row.facts["short"]) == (20, 2)
    assert client.get(new(post)).url == done.url  # assessed already


def test_the_team_is_assessed_too_and_not_by_one_of_it(township_officer, county_reviewer):
    post = make_post(person=township_officer)
    sent = {
        "result": "competent",
        "assessor": county_reviewer.pk,
        "assessed_by": "县委组织部",
        "happened_on": "2018-10-08",
        "document": "通报",
    }
    listed = client_of(township_officer).get(reverse(LIST) + "?in=2018&period=q3&of=team")
    assert new(post, person=0) not in text_of(listed)
    page = client_of(township_officer).post(new(post, person=0), sent)
    assert page.status_code == 422
    assert "由他人登记" in text_of(page)
    assert client_of(county_reviewer).post(new(post, person=0), sent).status_code == 302
    assert Evaluation.objects.get().whom == "驻村工作队"


def test_who_comes_second_is_told_and_keeps_what_was_typed(township_officer, county_reviewer):
    post = make_post()
    sent = {
        "result": "competent",
        "assessor": county_reviewer.pk,
        "assessed_by": "县委组织部",
        "happened_on": "2018-10-08",
        "document": "通报",
    }
    assert client_of(county_reviewer).post(new(post), sent).status_code == 302
    row = Evaluation.objects.get()
    again = client_of(county_reviewer).post(new(post), sent)
    assert again.url == reverse("villages:evaluation", args=[row.pk]), "pressed twice"
    second = {**sent, "result": "basic", "assessor": township_officer.pk, "document": "鸭发〔2018〕40号"}
    answer = client_of(township_officer).post(new(post), second)
    assert answer.status_code == 422
    assert "已登记考评" in text_of(answer)
    assert "鸭发〔2018〕40号" in text_of(answer)
    correct = reverse("villages:evaluation-correct", args=[row.pk])
    withdraw = reverse("villages:evaluation-withdraw", args=[row.pk])
    assert client_of(county_reviewer).post(withdraw, {"reason": "登记错了人"}).status_code == 302
    late = client_of(township_officer).post(correct, {**second, "reason": "核实"})
    assert late.status_code == 422
    assert "请看现在有效的一版" in text_of(late)
    assert client_of(township_officer).post(withdraw, {"reason": "也登错"}).status_code == 422
    assert Evaluation.objects.count() == 1


def test_addresses_that_name_nothing(township_officer):
    post = make_post()
    client = client_of(township_officer)
    for url in (new(post, "q9"), new(post, person=make_user().pk), new(post).replace("/2018/", "/2019/")):
        assert client.get(url).status_code == 404


def test_corrected_and_withdrawn(township_officer):
    post = make_post()
    row = make_evaluation(post, assessor=township_officer)
    client = client_of(township_officer)
    url = reverse("villages:evaluation-correct", args=[row.pk])
    sent = {
        "result": "basic",
        "assessor": township_officer.pk,
        "assessed_by": "鸭园镇党委",
        "happened_on": "2018-10-08",
        "document": "考评通报",
    }
    assert client.post(url, sent).status_code == 422  # no reason
    assert client.post(url, sent | {"reason": "核实"}).status_code == 302
    now = Evaluation.objects.current().get()
    page = text_of(client.get(reverse("villages:evaluation", args=[now.pk])))
    assert "第 1 版" in page
    assert "基本称职" in page
    withdraw = reverse("villages:evaluation-withdraw", args=[now.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 422
    assert client.post(withdraw, {"reason": "登记错了人"}).status_code == 302
    assert not Evaluation.objects.current().exists()


def test_whom_it_is_about_reads_his_own_and_no_other(helper, village_clerk):
    village = make_village()
    own = make_evaluation(make_post(village, person=helper))
    other = make_evaluation(make_post(village, "team_member", person=make_user("钱进")))
    client = client_of(helper)
    page = client.get(reverse(LIST))
    assert [row for row, _ in page.context["rows"]] == [own]
    shown = text_of(client.get(reverse("villages:evaluation", args=[own.pk])))
    assert "称职" in shown
    assert reverse("villages:evaluation-correct", args=[own.pk]) not in shown
    assert client.get(reverse("villages:evaluation", args=[other.pk])).status_code == 404
    # The clerk of the village reads neither.
    assert client_of(village_clerk).get(reverse("villages:evaluation", args=[own.pk])).status_code == 404


def test_leaders_and_auditors_read_and_change_nothing(leader, auditor):
    row = make_evaluation()
    for person in (leader, auditor):
        page = client_of(person).get(reverse("villages:evaluation", args=[row.pk]))
        assert page.status_code == 200
        assert reverse("villages:evaluation-withdraw", args=[row.pk]) not in text_of(page)
        assert (
            client_of(person).post(reverse("villages:evaluation-withdraw", args=[row.pk])).status_code == 403
        )


def test_the_ledger_lists_the_versions_that_count(county_reviewer):
    post = make_post()
    old = make_evaluation(post, facts={"days": 58})
    Evaluation.objects.filter(pk=old.pk).update(is_current=False)
    make_evaluation(post, replaces=old, version=2, correction="核实", result="basic", facts={"days": 58})
    make_evaluation(post, team=True)
    asked = ask("village_evaluations", user=county_reviewer, area_code=COUNTY_A, year=2018, filters={})
    headings = [one.heading for one in asked.columns]
    rows = [dict(zip(headings, cells, strict=True)) for _, cells in stream(asked, full=False)]
    assert [(row["姓名"], row["考评期"], row["考评结果"], row["驻村天数"]) for row in rows] == [
        ("赵强", "第三季度", "基本称职", 58),
        ("驻村工作队", "第三季度", "称职", None),
    ]


def test_programs_read_evaluations_a_helper_his_own(helper):
    row = make_evaluation()
    client = client_of(make_actor(Role.TOWNSHIP_OFFICER))
    [one] = client.get("/api/v1/village-evaluations/?current=true&period=q3").json()["results"]
    assert (one["id"], one["person_name"], one["result"]) == (row.pk, "赵强", "competent")
    assert client_of(helper).get("/api/v1/village-evaluations/").json()["results"] == []
    assert client_of(helper).get(f"/api/v1/village-evaluations/{row.pk}/").status_code == 404
