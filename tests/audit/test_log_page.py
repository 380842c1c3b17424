"""The log as a page: who reads what, filters, pages, words."""

from datetime import date

import pytest
from django.urls import reverse

from poverty.accounts.roles import Role
from poverty.audit import actions
from poverty.audit.models import Entry
from poverty.audit.services import record
from tests.actors import COUNTY_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.areas import make_area, make_settlement

pytestmark = pytest.mark.django_db

LOG = reverse("audit:log")


@pytest.fixture(autouse=True)
def labels(monkeypatch):
    monkeypatch.setattr(actions, "_LABELS", dict(actions._LABELS))
    actions.register({"trial.save": "试存", "trial.drop": "试删"})


@pytest.fixture
def page(auditor):
    """page(**filters): what the county's auditor reads."""

    def get(user=auditor, **data):
        return client_of(user).get(LOG, data)

    return get


def summaries(response):
    return [line.entry.summary for line in response.context["lines"]]


def test_only_who_has_the_right_may_read(actors, nobody):
    readers = {Role.AUDITOR, Role.ADMINISTRATOR}
    for role, user in actors.items():
        assert client_of(user).get(LOG).status_code == (200 if role in readers else 403), role
    assert client_of(nobody).get(LOG).status_code == 403
    assert client_of(None).get(LOG).status_code == 302


def test_nothing_can_be_sent_to_it(auditor):
    for method in ("post", "put", "delete"):
        assert getattr(client_of(auditor), method)(LOG).status_code == 405


def test_entries_of_the_own_area_newest_first(page, stranger):
    make_area(VILLAGE_B)
    record("trial.save", actor=None, area_code=VILLAGE_A, summary="甲")
    record("trial.save", actor=None, area_code=VILLAGE_B, summary="乙")
    record("trial.drop", actor=None, area_code=COUNTY_A, summary="丙")
    assert summaries(page()) == ["丙", "甲"]
    assert summaries(page(user=stranger("auditor"))) == ["乙"]
    assert summaries(page(area=VILLAGE_B)) == []  # a filter lends nothing


def test_the_administrator_reads_accounts_only_and_is_offered_nothing_else(page, administrator):
    record("trial.save", actor=None, area_code=COUNTY_A, summary="户")
    record("accounts.sign_in", actor=None, area_code=COUNTY_A, summary="登录")
    response = page(user=administrator)
    assert summaries(response) == ["登录"]
    offered = [code for code, _ in response.context["filter"].form.fields["action"].choices if code]
    assert offered
    assert all(code.startswith("accounts.") for code in offered)
    assert "只含账号、任职和登录的记录" in response.content.decode()


def test_filters_by_person_action_place_and_case(page, township_officer):
    settlement = make_settlement(make_area(VILLAGE_A))
    record("trial.save", settlement, actor=township_officer, summary="甲")
    record("trial.drop", actor=None, area_code=COUNTY_A, summary="乙")
    assert summaries(page(person="乡镇")) == ["甲"]
    assert summaries(page(person=township_officer.username)) == ["甲"]
    assert summaries(page(person="没有")) == []
    assert summaries(page(action="trial.drop")) == ["乙"]
    assert summaries(page(area=VILLAGE_A)) == ["甲"]
    assert summaries(page(area=COUNTY_A)) == ["乙", "甲"]
    assert summaries(page(case_type="areas.settlement", case_id=settlement.pk)) == ["甲"]
    assert summaries(page(case_type="areas.settlement", case_id=settlement.pk + 1)) == []


def test_filter_by_day_in_shanghai(page):
    Entry.objects.create(
        action="trial.save", area_code=COUNTY_A, at="2018-11-02T16:00:00Z", summary="3日零时"
    )
    Entry.objects.create(action="trial.save", area_code=COUNTY_A, at="2018-11-03T15:59:59Z", summary="3日末")
    Entry.objects.create(action="trial.save", area_code=COUNTY_A, at="2018-11-03T16:00:00Z", summary="4日")
    assert summaries(page(since="2018-11-03", until="2018-11-03")) == ["3日末", "3日零时"]
    assert summaries(page(since="2018年11月4日")) == ["4日"]
    assert summaries(page(until="20181103")) == ["3日末", "3日零时"]


@pytest.mark.parametrize(
    "data",
    [
        {"since": "昨天"},
        {"case_id": "x"},
        {"action": "nonsense"},
        {"case_type": "nonsense"},
        {"area": "abc"},
        {"person": "\x00"},
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_shows_nothing(page, data):
    record("trial.save", actor=None, area_code=COUNTY_A)
    response = page(**data)
    assert response.status_code == 200
    assert summaries(response) == []
    assert response.context["filter"].form.errors


def test_a_number_too_large_for_any_case_finds_nothing(page):
    record("trial.save", actor=None, area_code=COUNTY_A)
    assert summaries(page(case_id="9" * 30)) == []


def test_pages_of_fifty_and_a_constant_number_of_queries(page, django_assert_max_num_queries, auditor):
    for number in range(60):
        record("trial.save", actor=auditor, area_code=VILLAGE_A, summary=str(number))
    client = client_of(auditor)
    client.get(LOG)
    with django_assert_max_num_queries(12):
        first = client.get(LOG)
    assert len(first.context["lines"]) == 50
    second = client.get(LOG, {"page": first.context["page"].next_token})
    assert summaries(second) == [str(n) for n in range(9, -1, -1)]


def test_an_entry_is_shown_in_words(page, auditor):
    settlement = make_settlement(make_area(VILLAGE_A, "二道沟村"))
    record(
        "settlement.fact",
        settlement,
        actor=auditor,
        changes={
            "reached": [None, True],
            "valid_from": [None, date(2018, 1, 1)],
            "kind": ["group", "natural_village"],
            "odd": "x",
            "names": [["甲", "乙"], []],
        },
        purpose="核对",
    )
    html = page().content.decode()
    for text in (
        "登记共用设施",
        f"自然村/村民小组 {settlement.pk}",
        reverse("areas:settlement", args=[settlement.pk]),
        "二道沟村",
        "是否达到</span> 未填 → 是",
        "类型</span> 村民小组 → 自然村",
        "odd</span> x",
        "names</span> 甲、乙 → 无",
        "用途：核对",
    ):
        assert text in html, text


def test_what_was_typed_is_shown_as_text(page):
    record("trial.save", actor=None, area_code=COUNTY_A, summary="<script>alert(1)</script>")
    html = page().content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_line_leads_only_where_the_reader_may_go(page, actors):
    person = actors[Role.VILLAGE_CLERK]
    record("trial.save", person, actor=None, area_code=COUNTY_A)
    (line,) = page().context["lines"]
    assert (line.case, line.case_url) == (f"人员 {person.pk}", "")
