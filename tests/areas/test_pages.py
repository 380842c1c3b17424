"""The pages of the tree, of an area and of a settlement."""

from datetime import date

import pytest
from django.urls import reverse

from poverty.accounts.roles import Role
from poverty.areas.forms import SettlementFactForm
from poverty.areas.models import AreaChange, AreaName, Settlement
from poverty.areas.services import set_fact
from tests.actors import COUNTY_A, COUNTY_B, TOWNSHIP_A, VILLAGE_A, VILLAGE_B, client_of
from tests.factories.areas import make_area, make_settlement, make_settlement_fact

pytestmark = pytest.mark.django_db

TREE = reverse("areas:tree")


def area_url(code):
    return reverse("areas:area", args=[code])


@pytest.fixture
def village():
    make_area(VILLAGE_B)
    make_area("220503100205", "头道沟村", pinyin="tdgc")
    make_area("220503200200", pinyin="edjc")
    return make_area(VILLAGE_A, "二道沟村", pinyin="edgc")


def shown(branches):
    """Codes of the branches, children in a list behind an open one."""
    found = []
    for branch in branches:
        found.append(branch.area.code)
        if branch.open:
            found.append(shown(branch.children))
    return found


def test_the_tree_begins_at_the_own_area_and_is_open_there(village, county_reviewer):
    response = client_of(county_reviewer).get(TREE)
    assert shown(response.context["branches"]) == [COUNTY_A, [TOWNSHIP_A, "220503200"]]
    assert "/areas/220503100/branch/" in response.content.decode()


def test_links_open_it_without_script(village, county_reviewer):
    client = client_of(county_reviewer)
    opened = [COUNTY_A, [TOWNSHIP_A, [VILLAGE_A, "220503100205"], "220503200"]]
    assert shown(client.get(TREE, {"open": TOWNSHIP_A}).context["branches"]) == opened
    assert shown(client.get(TREE, {"open": VILLAGE_A}).context["branches"]) == opened
    for nonsense in (COUNTY_B, VILLAGE_B, "x", "22050310099", "'"):
        assert shown(client.get(TREE, {"open": nonsense}).context["branches"])[0] == COUNTY_A


def test_a_branch_comes_alone_open_or_closed(village, county_reviewer):
    client = client_of(county_reviewer)
    html = client.get(reverse("areas:branch", args=[TOWNSHIP_A])).content.decode()
    assert html.startswith("<li>")
    assert "二道沟村" in html
    assert 'aria-expanded="true"' in html
    html = client.get(reverse("areas:branch", args=[TOWNSHIP_A]), {"closed": 1}).content.decode()
    assert "二道沟村" not in html
    assert 'aria-expanded="false"' in html


def test_search_by_name_initials_and_code_inside_the_scope_only(village, county_reviewer):
    def found(text):
        response = client_of(county_reviewer).get(TREE, {"q": text})
        return [area.code for area, _ in response.context["found"]]

    assert found("道沟") == [VILLAGE_A, "220503100205"]
    assert found("EDG") == [VILLAGE_A]
    assert found("2205031002") == [VILLAGE_A, "220503100205"]
    assert found("1402") == []
    assert found("吉林") == []  # above the own area
    assert found("%") == []
    assert found("EDG\x00") == [VILLAGE_A]  # no text of the database holds a NUL
    html = client_of(county_reviewer).get(TREE, {"q": "二道沟"}).content.decode()
    assert "吉林省通化市二道江区鸭园镇二道沟村" in html


@pytest.mark.parametrize("code", ["2205", "2205031", "220503100", "22050310020", VILLAGE_A])
def test_a_code_is_sent_in_the_body_and_searched_from_the_address(village, county_reviewer, code):
    client = client_of(county_reviewer)
    answer = client.post(TREE, {"q": f" {code} "})
    assert answer.url == f"{TREE}?q={code}"
    found = [area.code for area, _ in client.get(answer.url).context["found"]]
    assert VILLAGE_A in found


@pytest.mark.parametrize(
    "text",
    [
        "13804351234",
        "138 0435 1234",
        "220503198005011234",
        "22050319800501123X",
        "２２０５０３１９８００５０１",
    ],
)
def test_what_may_be_somebodys_number_stays_out_of_the_address(village, county_reviewer, text):
    client = client_of(county_reviewer)
    answer = client.post(TREE, {"q": text}, follow=True)
    assert answer.redirect_chain == [(TREE, 302)]
    page = answer.content.decode()
    assert "不写进网址" in page
    assert text not in page
    assert 'class="filters" method="post"' in page
    # An address somebody wrote by hand is not carried on either.
    by_hand = client.get(TREE, {"q": text})
    assert by_hand.status_code == 302
    assert "q=" not in by_hand.url


def test_who_may_look(village, actors, strangers, nobody):
    for role in (Role.COUNTY_REVIEWER, Role.AUDITOR, Role.LEADER, Role.BUREAU_OFFICER):
        assert client_of(actors[role]).get(area_url(VILLAGE_A)).status_code == 200, role
        assert client_of(strangers[role]).get(area_url(VILLAGE_A)).status_code == 404, role
    assert client_of(nobody).get(TREE).status_code == 403
    assert client_of(None).get(area_url(VILLAGE_A)).status_code == 302


def test_out_of_scope_is_not_found_for_every_page(village, county_reviewer, stranger):
    settlement = make_settlement(village)
    addresses = [
        area_url(VILLAGE_A),
        reverse("areas:branch", args=[VILLAGE_A]),
        reverse("areas:settlement", args=[settlement.pk]),
        reverse("areas:settlement-add", args=[VILLAGE_A]),
        reverse("areas:settlement-change", args=[settlement.pk]),
        reverse("areas:settlement-close", args=[settlement.pk]),
    ]
    foreign = client_of(stranger("village_clerk"))
    for address in addresses:
        assert foreign.get(address).status_code == 404, address
    for address in addresses[3:]:
        assert foreign.post(address, {}).status_code == 404, address
    client = client_of(county_reviewer)
    for code in ("999999", "2205031002049", "22050310020", "000000000000"):
        assert client.get(f"/areas/{code}/").status_code == 404, code
    assert client.get("/areas/settlements/99999999999999999999/").status_code == 404


def test_above_the_own_area_only_the_way_is_shown(village, township_officer):
    make_area("220502200200")
    response = client_of(township_officer).get(area_url("2205"))
    assert response.status_code == 200
    assert [child.code for child in response.context["children"]] == [COUNTY_A]
    assert "东昌区" not in response.content.decode()


def test_a_county_counts_what_lies_below(village, county_reviewer):
    settlement, other = make_settlement(village, "一组"), make_settlement(village, "二组")
    make_settlement(village, "三组", valid_to=date(2019, 1, 1))
    make_settlement(make_area(VILLAGE_B), "一组")
    make_settlement_fact(settlement, "water", True)
    make_settlement_fact(other, "water", None)
    make_settlement_fact(other, "road", False)
    make_area("220503100299", valid_to=date(2019, 1, 1))
    response = client_of(county_reviewer).get(area_url(COUNTY_A))
    assert response.context["levels"] == [("乡镇", 2), ("村", 3)]
    summary = response.context["summary"]
    assert summary["total"] == 2
    assert summary["facts"][0] == {"label": "安全饮用水", "reached": 1, "not_reached": 0, "unknown": 1}
    assert summary["facts"][3] == {"label": "通硬化路", "reached": 0, "not_reached": 1, "unknown": 1}


def test_a_village_lists_its_settlements_with_the_four_facts(village, village_clerk):
    settlement = make_settlement(village, "一组")
    make_settlement_fact(settlement, "water", True)
    make_settlement_fact(settlement, "power", False)
    make_settlement_fact(settlement, "road", True, valid_to=date(2019, 1, 1))
    response = client_of(village_clerk).get(area_url(VILLAGE_A))
    [(_, states)] = response.context["rows"]
    assert [one.state for one in states] == [2, 0, 1, 1]
    assert reverse("areas:settlement-add", args=[VILLAGE_A]) in response.content.decode()


def test_the_queries_do_not_grow_with_the_rows(
    village, village_clerk, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_of(village_clerk)
    make_settlement(village, "0组")
    client.get(area_url(VILLAGE_A))
    with django_assert_max_num_queries(12) as few:
        client.get(area_url(VILLAGE_A))
    for number in range(30):
        make_settlement_fact(make_settlement(village, f"{number}队"))
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(area_url(VILLAGE_A))


def test_names_and_changes_are_told(village, county_reviewer):
    gone = make_area("220503100299", "小沟村", valid_to=date(2019, 1, 1))
    AreaName.objects.create(
        area=village, name="二道村", valid_from=None, valid_to=date(2012, 1, 1), document="文号甲"
    )
    AreaChange.objects.create(kind="merge", old=gone, new=village, on=date(2019, 1, 1), document="文号乙")
    html = client_of(county_reviewer).get(area_url(VILLAGE_A)).content.decode()
    assert "改名，原名 二道村" in html
    assert "小沟村（220503100299）合并到本区划" in html
    html = client_of(county_reviewer).get(area_url("220503100299")).content.decode()
    assert "合并到 二道沟村" in html
    assert "已撤销" in html


def test_a_clerk_adds_changes_and_closes_a_group(village, village_clerk):
    client = client_of(village_clerk)
    response = client.post(
        reverse("areas:settlement-add", args=[VILLAGE_A]),
        {"name": "一组", "kind": "group", "valid_from": ""},
    )
    settlement = Settlement.objects.get()
    assert response.url == reverse("areas:settlement", args=[settlement.pk])
    html = client.get(response.url).content.decode()
    assert "还没有登记过" in html
    assert "登记自然村/村民小组" in html  # the story at the right

    client.post(reverse("areas:settlement-change", args=[settlement.pk]), {"name": "一队", "kind": "group"})
    settlement.refresh_from_db()
    assert settlement.name == "一队"

    address = reverse("areas:settlement-close", args=[settlement.pk])
    assert "也不能恢复" in client.get(address).content.decode()
    response = client.post(address, {"on": "2019-01-01", "reason": "整组搬迁", "confirmed": "1"})
    assert response.url == area_url(VILLAGE_A)
    settlement.refresh_from_db()
    assert settlement.valid_to == date(2019, 1, 1)
    assert client.get(address).status_code == 404  # closed: nothing to edit


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(village, village_clerk):
    make_settlement(village, "一组")
    client = client_of(village_clerk)
    address = reverse("areas:settlement-add", args=[VILLAGE_A])
    response = client.post(address, {"name": "一组", "kind": "group"})
    assert response.status_code == 422
    assert "同名" in response.content.decode()
    assert 'value="一组"' in response.content.decode()
    response = client.post(address, {"name": "", "kind": "", "valid_from": "2099-01-01"})
    assert set(response.context["form"].errors) == {"name", "kind", "valid_from"}
    response = client.post(
        reverse("areas:settlement-close", args=[Settlement.objects.get().pk]),
        {"on": "2019-01-01", "reason": ""},
    )
    assert response.status_code == 422
    assert Settlement.objects.count() == 1


def test_without_the_right_to_edit_nothing_is_offered(village, auditor):
    settlement = make_settlement(village)
    client = client_of(auditor)
    assert "settlements/add" not in client.get(area_url(VILLAGE_A)).content.decode()
    page = client.get(reverse("areas:settlement", args=[settlement.pk])).content.decode()
    assert "/change/" not in page
    assert client.post(reverse("areas:settlement-add", args=[VILLAGE_A]), {}).status_code == 403


def test_the_form_of_a_fact_fits_the_service(village):
    settlement = make_settlement(village)
    make_settlement_fact(settlement, "water", False, scheme="老井")
    form = SettlementFactForm(settlement=settlement, fact="water")
    assert form.initial["reached"] is False
    assert form.initial["scheme"] == "老井"
    sent = {
        "reached": "true",
        "valid_from": "2018-06-01",
        "document_name": "水质检测报告",
        "document_date": "2018-05-20",
    }
    form = SettlementFactForm(sent, settlement=settlement, fact="water")
    assert form.is_valid(), form.errors
    row = set_fact(settlement, form.fact, actor=None, **form.values())
    assert (row.reached, row.valid_from, row.document_date) == (True, date(2018, 6, 1), date(2018, 5, 20))

    form = SettlementFactForm(
        {"reached": "false", "valid_from": "2018-06-01"}, settlement=settlement, fact="water"
    )
    assert set(form.errors) == {"document_name", "document_date"}
    form = SettlementFactForm({"valid_from": "2018-06-01"}, settlement=settlement, fact="water")
    assert form.is_valid()
    assert form.values()["reached"] is None
    with pytest.raises(ValueError, match="gas"):
        SettlementFactForm(settlement=settlement, fact="gas")
