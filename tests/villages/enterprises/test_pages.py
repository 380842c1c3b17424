"""Pages of 万企帮万村: the list, one agreement, registering and results; the village's tab; ledger and API."""

from decimal import Decimal

import pytest
from django.urls import reverse

from poverty.accounts.models import Role
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from poverty.web.questions import ANSWER
from tests.actors import COUNTY_A, client_of
from tests.factories.accounts import make_actor, make_user
from tests.factories.files import make_upload
from tests.factories.posts import make_post
from tests.factories.teams import make_agreement, make_firm, make_result
from tests.factories.villages import make_village
from villages.models import AgreementResult, EnterpriseAgreement

pytestmark = pytest.mark.django_db
LIST = "villages:agreements"


@pytest.fixture(autouse=True)
def autumn(time_machine):
    time_machine.move_to("2018-10-10 09:00 +08:00", tick=False)


def text_of(response) -> str:
    return response.content.decode()


def test_agreements_without_a_result_come_first_enterprises_without_one_above(county_reviewer):
    village = make_village()
    told = make_agreement(make_firm(village))
    make_result(told)
    untold = make_agreement(make_firm(make_village("220503100209"), name="蓝莓公司"), kinds=["skills"])
    bare = make_firm(village, name="矿业公司")
    client = client_of(county_reviewer)
    page = client.get(reverse(LIST) + "?year=2018")
    assert [line.agreement for line, _ in page.context["lines"]] == [untold, told]
    assert [one for one, _ in page.context["bare"]] == [bare]
    assert [(label, number) for _, label, number in page.context["choices"]] == [
        ("全部", 2),
        ("没有成效", 1),
        ("有成效", 1),
    ]
    rows = client.get(reverse(LIST) + "?year=2018&result=told").context["lines"]
    assert [line.agreement for line, _ in rows] == [told]
    rows = client.get(reverse(LIST) + "?year=2018&kind=skills").context["lines"]
    assert [line.agreement for line, _ in rows] == [untold]


def test_a_township_registers_it_and_tells_what_came_of_it(township_officer):
    post = make_firm()
    client = client_of(township_officer)
    url = reverse("villages:agreement-new", args=[post.pk])
    sent = {
        "kinds": ["industry", "skills"],
        "document": "村企结对帮扶协议",
        "signed_on": "2017-12-20",
        "period_from": "2018-01-01",
        "period_to": "2019-12-31",
        "promised": "100000",
        "content": "订单收购蓝莓",
    }
    page = client.post(url, sent | {"period_to": "2017-12-31", "scan": make_upload(name="协议.jpg")})
    assert page.status_code == 422
    assert "订单收购蓝莓" in text_of(page)
    page = client.post(url, sent | {"period_to": "2038-12-31"})
    assert "协议期 20 年，请核对" in text_of(page)
    assert client.post(url, sent).status_code == 302
    row = EnterpriseAgreement.objects.get()
    scan = reverse("villages:agreement-scan", args=[row.pk])
    assert client.post(scan, {}).status_code == 422
    assert client.post(scan, {"scan": make_upload(name="协议.jpg")}).status_code == 302
    assert "协议扫描件" in text_of(client.get(reverse("villages:agreement", args=[row.pk])))
    result = reverse("villages:agreement-result", args=[row.pk, 2018])
    none = {"amount": "0", "households": "0", "persons": "0"}
    asked = client.post(result, none)
    assert "都是 0，请核对" in text_of(asked)
    digest = text_of(asked).split(f'name="{ANSWER}"')[1].split('value="')[1].split('"')[0]
    for _ in range(2):  # pressed twice
        assert client.post(result, none | {ANSWER: digest}).status_code == 302
    assert AgreementResult.objects.count() == 1
    told = {"amount": "30,000", "households": "5", "persons": "2"}
    late = client.post(result, told)  # somebody else told of the year meanwhile
    assert late.status_code == 422
    assert "2018年度成效已登记，有变动请写明更正原因" in text_of(late)
    assert 'value="30,000"' in text_of(late)
    assert client.post(result, told | {"reason": "年底补报"}).status_code == 302
    page = text_of(client.get(reverse("villages:agreement", args=[row.pk])))
    for words in ("30,000.00", "协议扫描件", "更正：年底补报", "第 1 版，已更正"):
        assert words in page
    now = AgreementResult.objects.current().get()
    withdraw = reverse("villages:agreement-result-withdraw", args=[now.pk])
    assert client.post(withdraw, {"reason": "重复"}).status_code == 302
    assert client.get(withdraw).status_code == 404
    stop = reverse("villages:agreement-end", args=[row.pk])
    assert client.post(stop, {"on": "2018-09-01", "reason": ""}).status_code == 422
    assert client.post(stop, {"on": "2018-09-01", "reason": "停产"}).status_code == 302
    assert "2018-09-01 终止：停产" in text_of(client.get(reverse("villages:agreement", args=[row.pk])))


def test_addresses_that_name_nothing(township_officer):
    row = make_agreement()
    client = client_of(township_officer)
    assert client.get(reverse("villages:agreement-result", args=[row.pk, 2019])).status_code == 404
    assert client.get(reverse("villages:agreement-new", args=[make_post().pk])).status_code == 404


def test_the_village_shows_its_agreements(township_officer, leader):
    village = make_village()
    row = make_agreement(make_firm(village))
    bare = make_firm(village, name="矿业公司")
    tab = reverse("villages:detail", args=[village.pk]) + "?tab=posts&year=2018"
    page = text_of(client_of(township_officer).get(tab))
    assert reverse("villages:agreement-result", args=[row.pk, 2018]) in page
    assert reverse("villages:agreement-new", args=[bare.pk]) in page
    page = text_of(client_of(leader).get(tab))
    assert reverse("villages:agreement", args=[row.pk]) in page
    assert reverse("villages:agreement-new", args=[bare.pk]) not in page


def test_the_ledger_has_one_row_per_agreement_of_the_year(county_reviewer):
    row = make_agreement()
    make_result(row)
    make_agreement(make_firm(make_village("220503100209")))

    def rows(year=2018, **filters):
        asked = ask(
            "enterprise_agreements", user=county_reviewer, area_code=COUNTY_A, year=year, filters=filters
        )
        headings = [one.heading for one in asked.columns]
        return [dict(zip(headings, cells, strict=True)) for _, cells in stream(asked, full=False)]

    first, second = rows()
    assert (first["企业名称"], first["帮扶方式"], first["实际投入（元）"], first["吸纳就业（人）"]) == (
        "长白山食品公司",
        "产业帮扶",
        Decimal("30000.00"),
        2,
    )
    assert (second["实际投入（元）"], second["有扫描件"]) == (None, "否")
    assert len(rows(told="no")) == 1
    assert rows(2017) == []


def test_programs_read_agreements_with_their_results():
    result = make_result()
    make_result(
        result.agreement,
        is_current=False,
        withdrawn_on="2018-09-01",
        withdrawn_by=make_user(),
        withdrawn_reason="重复",
    )
    client = client_of(make_actor(Role.TOWNSHIP_OFFICER))
    [one] = client.get("/api/v1/enterprise-agreements/?kind=industry&open=true").json()["results"]
    assert (one["enterprise_name"], one["kinds"], one["promised"]) == (
        "长白山食品公司",
        ["industry"],
        "100000.00",
    )
    assert [(told["year"], told["amount"], told["persons"]) for told in one["results"]] == [
        (2018, "30000.00", 2)
    ]
    assert client_of(make_actor(Role.HELPER)).get("/api/v1/enterprise-agreements/").status_code == 403
