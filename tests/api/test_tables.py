"""Tables from above over the API: the same scope, rules and refusals as on the pages."""

import pytest

from households.models import RequestPart, RequestRow
from poverty.accounts.models import Role
from tests.actors import VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.households import VILLAGE, make_pairing
from tests.factories.requests import SECOND, make_draft, make_issued, make_two_villages

pytestmark = pytest.mark.django_db
EMPTY = {"c3": "", "c4": "", "c5": ""}


@pytest.fixture
def homes():
    return make_two_villages()


@pytest.fixture
def county(homes):
    return make_actor(Role.COUNTY_REVIEWER, VILLAGE)


@pytest.fixture
def issued(county):
    return make_issued(county)


@pytest.fixture
def clerk(issued):
    return make_actor(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def township(issued):
    return make_actor(Role.TOWNSHIP_OFFICER, VILLAGE)


def part_of(issued, code=VILLAGE):
    return RequestPart.objects.get(request=issued, area_code=code)


def test_a_table_tells_its_columns(ask, issued, clerk):
    [row] = ask(clerk).rows("tables/")
    assert (row["id"], row["title"], row["state"], row["late"]) == (
        issued.pk,
        "净水器加装情况",
        "issued",
        False,
    )
    assert row["columns"][3] == {
        "name": "c3",
        "heading": "是否加装净水器",
        "role": "fill",
        "kind": "yes_no",
        "options": [],
        "needed": True,
        "updates": False,
    }
    assert ask(clerk).rows("tables/", state="closed") == []


def test_a_draft_is_the_countys_own(ask, county):
    draft = make_draft(county)
    assert ask(county).get(f"tables/{draft.pk}/").status_code == 200
    for role in (Role.TOWNSHIP_OFFICER, Role.VILLAGE_CLERK):
        assert ask(make_actor(role, VILLAGE)).get(f"tables/{draft.pk}/").status_code == 404


def test_each_sees_the_parts_and_rows_of_his_villages(ask, issued, clerk, township, homes):
    assert [row["area_code"] for row in ask(township).rows("table-parts/")] == [VILLAGE, SECOND]
    assert [row["area_code"] for row in ask(clerk).rows("table-parts/", table=issued.pk)] == [VILLAGE]
    [row] = ask(clerk).rows("table-rows/", table=issued.pk)
    assert (row["number"], row["household"], row["complete"]) == (4, homes[0].pk, False)
    assert row["cells"] == {"c0": "2205030001", "c1": "王建国", "c2": "1"}
    assert row["answers"] == EMPTY
    other = issued.rows.get(number=3)
    assert ask(clerk).get(f"table-rows/{other.pk}/").status_code == 404


def test_a_helper_sees_the_rows_of_his_own_households(ask, issued, homes):
    helper = make_actor(Role.HELPER, VILLAGE)
    make_pairing(homes[1], helper)
    assert [row["number"] for row in ask(helper).rows("table-rows/")] == [3]


def test_filling_handing_in_sending_back_accepting(ask, issued, clerk, township):
    row, part = issued.rows.get(number=4), part_of(issued)
    filled = ask(clerk).patch(
        f"table-rows/{row.pk}/", {"answers": {"c3": "有", "c4": "2018.5.1"}, "base": EMPTY}
    )
    assert filled.status_code == 200, filled.content.decode()
    assert filled.json()["answers"] == {"c3": "是", "c4": "2018-05-01", "c5": ""}
    assert filled.json()["complete"] is True
    assert ask(clerk).post(f"table-parts/{part.pk}/submit/", {}).json()["state"] == "submitted"
    again = ask(clerk).patch(f"table-rows/{row.pk}/", {"answers": {"c5": "外出"}, "base": EMPTY})
    assert (again.status_code, again.json()["code"]) == (422, "invalid")
    back = ask(township).post(f"table-parts/{part.pk}/send-back/", {"reason": "日期不对"})
    assert (back.json()["state"], back.json()["reason"]) == ("returned", "日期不对")
    assert ask(clerk).post(f"table-parts/{part.pk}/submit/", {}).status_code == 200
    assert ask(township).post(f"table-parts/{part.pk}/accept/").json()["state"] == "accepted"
    twice = ask(township).post(f"table-parts/{part.pk}/accept/")
    assert twice.status_code == 422


def test_what_is_wrong_is_told_by_column_and_nothing_is_kept(ask, issued, clerk):
    row = issued.rows.get(number=4)
    sent = {"answers": {"c3": "也许", "c4": "2018-05-01", "c9": "1"}, "base": EMPTY}
    refused = ask(clerk).patch(f"table-rows/{row.pk}/", sent)
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"c3", "c9"}
    assert RequestRow.objects.get(pk=row.pk).answers == {}


def test_two_who_fill_the_same_differently_are_told(ask, issued, clerk, township):
    row = issued.rows.get(number=4)
    ask(clerk).patch(f"table-rows/{row.pk}/", {"answers": {"c3": "是"}, "base": EMPTY})
    clash = ask(township).patch(f"table-rows/{row.pk}/", {"answers": {"c3": "否"}, "base": EMPTY})
    assert clash.status_code == 409
    assert clash.json()["conflicts"] == {"c3": {"base": "", "mine": "否", "theirs": "是"}}
    merged = ask(township).patch(f"table-rows/{row.pk}/", {"answers": {"c5": "外出"}, "base": EMPTY})
    assert merged.json()["answers"] == {"c3": "是", "c4": "", "c5": "外出"}


def test_a_number_of_a_person_comes_masked_and_stays_when_its_mask_is_sent(ask, issued, clerk):
    row = issued.rows.get(number=4)
    asker = ask(clerk)
    shown = asker.patch(f"table-rows/{row.pk}/", {"answers": {"c5": "13800001234"}, "base": EMPTY}).json()
    assert shown["answers"]["c5"] == "138******34"
    asker.patch(f"table-rows/{row.pk}/", {"answers": shown["answers"], "base": shown["answers"]})
    assert RequestRow.objects.get(pk=row.pk).sealed_part("answers") == {"c5": "13800001234"}


def test_unfilled_rows_need_a_reason(ask, issued, clerk):
    part = part_of(issued)
    refused = ask(clerk).post(f"table-parts/{part.pk}/submit/", {})
    assert refused.status_code == 422
    assert "comment" in refused.json()["fields"]


def test_wrong_roles_are_refused(ask, issued, county, clerk, township):
    row, part = issued.rows.get(number=4), part_of(issued)
    fill = {"answers": {"c3": "是"}, "base": EMPTY}
    assert ask(county).patch(f"table-rows/{row.pk}/", fill).status_code == 403
    assert ask(clerk).post(f"table-parts/{part.pk}/accept/").status_code == 403
    assert ask(clerk).post(f"table-parts/{part.pk}/send-back/", {"reason": "x"}).status_code == 403
    for role in (Role.BUREAU_OFFICER, Role.LEADER, Role.AUDITOR, Role.INSPECTOR):
        asker = ask(make_actor(role, VILLAGE))
        assert asker.get("tables/").status_code == 403
        assert asker.get(f"table-rows/{row.pk}/").status_code == 403
    assert ask().get("tables/").status_code == 401


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.TOWNSHIP_OFFICER, Role.VILLAGE_CLERK])
def test_another_county_finds_nothing(ask, issued, role):
    row, part = issued.rows.get(number=4), part_of(issued)
    asker = ask(make_actor(role, VILLAGE_B))
    assert asker.rows("tables/") == []
    assert asker.rows("table-parts/") == []
    assert asker.rows("table-rows/") == []
    for address in (f"tables/{issued.pk}/", f"table-parts/{part.pk}/", f"table-rows/{row.pk}/"):
        assert asker.get(address).status_code == 404
    if role == Role.VILLAGE_CLERK:
        sent = {"answers": {"c3": "是"}, "base": EMPTY}
        assert asker.patch(f"table-rows/{row.pk}/", sent).status_code == 404
        assert asker.post(f"table-parts/{part.pk}/submit/", {}).status_code == 404


def test_a_helper_of_a_household_does_not_hand_in_for_its_village(ask, issued, homes):
    helper = make_actor(Role.HELPER, VILLAGE)
    make_pairing(homes[0], helper)
    part = part_of(issued)
    assert ask(helper).post(f"table-parts/{part.pk}/submit/", {"comment": "户主外出"}).status_code == 403


def test_names_that_nobody_knows_are_refused(ask, issued, clerk):
    row = issued.rows.get(number=4)
    assert ask(clerk).get("table-rows/", village=VILLAGE).status_code == 400
    assert ask(clerk).patch(f"table-rows/{row.pk}/", {"answer": {}}).status_code == 422
