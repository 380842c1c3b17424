"""Signing in, the first password and people, as a person does it on a phone and on a desktop."""

import pytest

from poverty.accounts import services
from poverty.accounts.models import Role
from tests.actors import COUNTY_A, TOWNSHIP_A, VILLAGE_A
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories.accounts import PASSWORD, make_actor, make_posting, make_unit, make_user
from tests.factories.areas import make_area

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_sign_in_with_a_first_password_change_it_and_sign_out(open_page, size):
    user = make_user("刘洋", username="liu.yang", password=PASSWORD, must_change_password=True)
    make_posting(user, Role.TOWNSHIP_OFFICER, TOWNSHIP_A)
    page = open_page(size)
    page.goto("/me/")
    page.get_by_label("账号").fill("liu.yang")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()  # measured before its styles are there, a page has other sizes
    assert page.get_by_text("账号或密码不对。").first.is_visible()
    assert page.get_by_label("账号").input_value() == "liu.yang", "what was typed stays"
    assert page.get_by_role("button", name="登录").bounding_box()["height"] >= 44
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/me/password/")
    page.get_by_label("原密码").fill(PASSWORD)
    page.get_by_label("新密码", exact=False).first.fill("Fen-Shui-Ling-8")
    page.get_by_label("再输一次新密码").fill("Fen-Shui-Ling-8")
    page.get_by_role("button", name="修改密码").click()
    page.wait_for_url("**/me/")
    assert page.get_by_text("密码已修改").is_visible()
    page.get_by_role("main").get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in/")
    assert page.get_by_text("已退出登录。").is_visible()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_of_accounts_scrolls_sideways_on_a_phone(open_page, size):
    administrator = make_actor(Role.ADMINISTRATOR, VILLAGE_A)
    unit = make_unit(area=COUNTY_A)
    make_area(VILLAGE_A)
    person = services.create_user(
        actor=administrator, name="单小平", unit=unit, username="shan.xiaoping", password=PASSWORD
    )
    posting = make_posting(person, Role.BUREAU_OFFICER, COUNTY_A, unit=unit, title="科员")
    page = open_page(size, administrator)
    for path in (
        "/people/",
        "/people/add/",
        f"/people/{person.pk}/",
        f"/people/{person.pk}/edit/",
        f"/people/{person.pk}/postings/add/",
        f"/people/{person.pk}/deactivate/",
        f"/postings/{posting.pk}/end/",
        "/units/",
        "/units/add/",
        f"/units/{unit.pk}/",
        "/me/",
        "/me/password/",
    ):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{path} is {width} px too wide"
