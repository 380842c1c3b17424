"""The tree, an area, a village group and the log, as a person sees them on a phone and on a desktop."""

from datetime import date
from pathlib import Path

import pytest

from poverty.accounts.models import Role
from poverty.areas.models import Area, AreaName
from poverty.areas.services import add_settlement, import_areas, set_fact
from tests.actors import TOWNSHIP_A, VILLAGE_A
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories.accounts import make_actor, make_posting, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COUNTY = Path(__file__).parents[2] / "poverty/areas/data/220503.csv"
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture
def county():
    """The demo county's own places; in 二道沟村 two groups with what reaches the first."""
    with COUNTY.open("rb") as file:
        import_areas(file, actor=None)
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    village = Area.objects.get(code=VILLAGE_A)
    AreaName.objects.create(
        area=village, name="二道村", valid_to=date(2012, 5, 1), document="通政发〔2012〕3号"
    )
    group = add_settlement(village, actor=clerk, name="一组", kind="group")
    add_settlement(village, actor=clerk, name="东沟", kind="natural_village")
    paper = {"document_name": "水质检测报告（2018年第12号）", "document_date": date(2018, 5, 20)}
    set_fact(group, "water", actor=clerk, reached=False, on=date(2016, 1, 1), **paper)
    set_fact(
        group, "water", actor=clerk, reached=True, on=date(2018, 6, 1), scheme="二道沟集中供水工程", **paper
    )
    set_fact(group, "road", actor=clerk, reached=False, on=date(2017, 1, 1), **paper)
    return clerk, group


def sideways(page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@SIZES
def test_no_page_scrolls_sideways(open_page, county, size):
    _, group = county
    reviewer = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
    auditor = make_actor(Role.AUDITOR, VILLAGE_A)
    page = open_page(size, reviewer)
    for path in (
        "/areas/",
        f"/areas/?open={TOWNSHIP_A}",
        "/areas/?q=edg",
        "/areas/220503/",
        f"/areas/{TOWNSHIP_A}/",
        f"/areas/{VILLAGE_A}/",
        f"/areas/{VILLAGE_A}/settlements/add/",
        f"/areas/settlements/{group.pk}/",
        f"/areas/settlements/{group.pk}/change/",
        f"/areas/settlements/{group.pk}/close/",
    ):
        page.goto(path, wait_until="networkidle")
        assert sideways(page) <= 0, path
    page = open_page(size, auditor)
    for path in ("/audit/", "/audit/?action=settlement.fact"):
        page.goto(path, wait_until="networkidle")
        assert sideways(page) <= 0, path


@SIZES
def test_the_tree_opens_and_closes_in_place(open_page, county, size):
    page = open_page(size, make_actor(Role.COUNTY_REVIEWER, VILLAGE_A))
    page.goto("/areas/")
    page.get_by_role("link", name="展开鸭园镇").click()
    page.get_by_role("link", name="二道沟村").wait_for()
    assert page.url.endswith("/areas/")
    toggle = page.get_by_role("link", name="收起鸭园镇")
    assert toggle.bounding_box()["height"] >= (44 if size is PHONE else 32)
    toggle.click()
    page.get_by_role("link", name="展开鸭园镇").wait_for()
    assert page.get_by_role("link", name="二道沟村").count() == 0


def test_a_clerk_adds_a_group_on_a_phone(phone, county, faults):
    clerk, _ = county
    page = phone(clerk)
    page.goto(f"/areas/{VILLAGE_A}/")
    page.get_by_role("link", name="登记自然村/小组").click()
    page.get_by_role("button", name="保存").click()
    page.get_by_role("alert").first.wait_for()
    faults.expect("422")
    page.get_by_label("名称").fill("三组")
    page.get_by_label("村民小组").check()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已登记 三组。").wait_for()
    assert page.get_by_text("缺：安全饮用水情况").is_visible()


def test_filters_of_the_log_stay_in_the_address(desktop, county):
    auditor = make_user("审计员")
    make_posting(auditor, Role.AUDITOR, "220503")
    page = desktop(auditor)
    page.goto("/audit/")
    page.get_by_label("动作").select_option(label="登记共用设施")
    page.get_by_role("button", name="筛选", exact=True).click()
    assert "action=settlement.fact" in page.url
    assert page.get_by_text("安全饮用水，2018-06-01 起").is_visible()
    assert page.get_by_text("登记自然村/村民小组", exact=True).locator("visible=true").count() == 0


def test_proofs_are_fetched_when_they_are_opened(desktop, county):
    clerk, group = county
    page = desktop(clerk)
    page.goto(f"/areas/settlements/{group.pk}/")
    assert page.get_by_text("还没有水质检测报告。").count() == 0
    page.locator("summary", has_text="安全饮用水").click()
    page.get_by_text("还没有水质检测报告。").wait_for()
