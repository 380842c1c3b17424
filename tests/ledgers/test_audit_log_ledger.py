"""审计日志 as a ledger: entries of the area and year, in the words of the log page, masked as they were written."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from poverty.audit.models import Entry
from poverty.audit.services import record
from poverty.ledgers.asking import ask
from poverty.ledgers.services.writing import stream
from tests.actors import COUNTY_A, COUNTY_B, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.households import make_household

pytestmark = pytest.mark.django_db


def rows(user, *, area=COUNTY_A, year=None, filters=None):
    year = year or Entry.objects.latest("pk").at.year
    question = ask("audit_log", user=user, area_code=area, year=year, filters=filters)
    headings = [one.heading for one in question.columns]
    return [dict(zip(headings, cells, strict=True)) for _, cells in stream(question, full=False)]


@pytest.fixture
def entries(county_reviewer):
    household = make_household(VILLAGE_A, head="王建国")
    other = make_household(VILLAGE_B, head="外县人")
    Entry.objects.all()
    for one in (household, other):
        record(
            "households.household.update",
            one,
            actor=county_reviewer,
            summary="更正开户银行",
            changes={"bank_name": ["", "农业银行"]},
            purpose="更正",
        )
    return household


def test_an_entry_in_words(auditor, county_reviewer, entries):
    [row] = rows(auditor)
    assert (row["动作"], row["操作人"], row["摘要"]) == ("修改户信息", county_reviewer.name, "更正开户银行")
    assert (row["对象类型"], row["对象编号"]) == ("户", entries.pk)
    assert row["变更"] == "开户银行：未填 → 农业银行"
    assert (row["区划代码"], row["区划"]) == (VILLAGE_A, entries.area.name)


def test_only_the_area_the_year_and_what_was_asked_for(auditor, entries):
    assert rows(auditor, area=VILLAGE_A[:9]) != []
    assert rows(auditor, year=2017) == []
    assert rows(auditor, filters={"action": "households.household.close"}) == []
    assert len(rows(auditor, filters={"case_type": "households.household"})) == 1
    assert rows(auditor, filters={"until": "2017-01-01"}) == []


def test_only_with_the_right_to_read_the_log(auditor, county_reviewer, entries):
    with pytest.raises(PermissionDenied):
        rows(county_reviewer)
    with pytest.raises(PermissionDenied):
        rows(auditor, area=COUNTY_B)


def test_the_page_by_kind_of_case_and_by_action(auditor, entries):
    client = client_of(auditor)
    address = reverse("ledgers:ledger", args=["audit_log"])
    year = Entry.objects.latest("pk").at.year
    for asked, words in (
        ({"case_type": "households.household"}, "对象类型：户"),
        ({"action": "ledgers.export.verify"}, "动作：核验导出文件"),
    ):
        answer = client.get(address, {"area": COUNTY_A, "year": year, **asked})
        assert answer.status_code == 200
        assert answer.context["question"].words == words
