"""The pages themselves: light, kept whole, taken anew when nothing is being typed."""

import shutil

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import expect

from households.field import shell
from households.models import Visit
from households.visits.services.designing import draft_template, publish_template, remove_block
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    go,
    keep_copies,
    kept,
    press_send,
    question,
    set_pin,
    unlock,
)
from tests.browser.test_frame import SMALL_TARGETS, TARGET
from tests.factories.accounts import make_actor
from tests.factories.visits import make_template

# Chromium trusts for half a minute what it found free before.
ROOM_REMEMBERED_MS = 31_000

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own_static(tmp_path):
    """Static files that a test may change, as a deployment does."""
    copy = tmp_path / "static"
    shutil.copytree(settings.BASE_DIR / "static", copy)
    dirs = [copy, *settings.STATICFILES_DIRS[1:]]
    with override_settings(STATICFILES_DIRS=dirs):
        finders.get_finder.cache_clear()
        yield copy
    finders.get_finder.cache_clear()
    shell.kept.cache_clear()


def version(page) -> str:
    return page.locator("meta[name=field-version]").get_attribute("content")


def test_a_new_version_waits_for_whoever_is_typing_and_loses_nothing(own_static, phone, village):
    shell.kept.cache_clear()
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    old = version(page)
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("正在填的时候，系统换了新版本")
    with (own_static / "css" / "field.css").open("a") as css:
        css.write("\n.new-version { color: green; }\n")
    shell.kept.cache_clear()
    new = shell.current().version
    assert new != old
    page.evaluate("navigator.serviceWorker.getRegistration('/field/').then(one => one.update())")
    page.wait_for_function(
        "navigator.serviceWorker.getRegistration('/field/').then(one => Boolean(one.waiting))"
    )
    kept(page)
    assert version(page) == old
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("正在填的时候，系统换了新版本")
    page.wait_for_timeout(300)
    phone.switch_off()

    page = phone.switch_on()
    expect(page.locator(f"meta[content='{new}']")).to_have_count(1)
    unlock(page)
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("正在填的时候，系统换了新版本")


def test_a_visit_is_open_in_one_window_at_a_time(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    second = phone.context.new_page()
    second.goto(page.url)
    unlock(second)
    expect(second.get_by_text("正在另一个窗口里打开着")).to_be_visible()
    expect(second.get_by_role("button", name="完成走访")).to_have_count(0)
    page.get_by_role("textbox", name="走访情况").fill("在第一个窗口里填的")
    kept(page)
    page.locator(".back").click()
    page.get_by_role("heading", name="今天").wait_for()
    second.get_by_role("button", name="在这里打开").click()
    expect(second.get_by_role("textbox", name="走访情况")).to_have_value("在第一个窗口里填的")
    finish(second)
    press_send(second)
    all_received(second)
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(page.get_by_text("这次走访已不在手机里")).to_be_visible()
    assert Visit.objects.get().remark == "在第一个窗口里填的"


def test_every_screen_fits_a_phone_and_a_thumb(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    household = village.households["王建国"]
    for place in (
        "today",
        "households",
        f"household/{household.pk}",
        "new",
        "messages",
        "me",
        "take",
        "pin",
        "leave",
    ):
        page.evaluate("place => { location.hash = '#/' + place; }", place)
        page.wait_for_timeout(400)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, place
        assert page.evaluate(SMALL_TARGETS, TARGET) == [], place
    page.evaluate("location.hash = '#/households'")
    begin_visit(page, "王建国")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(SMALL_TARGETS, TARGET) == []


def test_a_browser_inside_a_chat_app_is_told_to_open_another(make_phone, village):
    phone = make_phone()
    phone.size["user_agent"] = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Mobile MicroMessenger/7.0.1"
    page = phone.switch_on(village.helper)
    page.get_by_role("heading", name="这里不能离线填写走访").wait_for()
    expect(page.get_by_text("在浏览器打开")).to_be_visible()
    assert page.locator("input").count() == 0


def test_a_full_phone_says_so_and_loses_nothing(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("第一句")
    kept(page)
    devtools = phone.context.new_cdp_session(page)
    quota = {"origin": phone.line.address}
    devtools.send("Storage.overrideQuotaForOrigin", {**quota, "quotaSize": 1})
    page.wait_for_timeout(ROOM_REMEMBERED_MS)
    page.get_by_role("textbox", name="走访情况").fill("第一句，第二句")
    expect(page.locator("#strip")).to_contain_text("手机存储已满")
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("第一句，第二句")
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    expect(page.locator("#strip")).to_contain_text("已存手机", timeout=15_000)
    page.wait_for_timeout(300)
    page.reload()
    unlock(page)
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("第一句，第二句")


def test_a_visit_begun_by_one_form_is_finished_by_it_when_a_new_one_comes(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    answer(page, "water_solved", "是")
    kept(page)
    with transaction.atomic():
        county = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
        draft = draft_template(
            actor=county, area_code="220503", name="秋季走访", year_from=2018, source=make_template()
        )
        remove_block(draft, "water", actor=county)
        new = publish_template(draft, document="区扶办〔2018〕30号", actor=county)
    page.locator(".back").click()
    go(page, "我的户")
    page.get_by_role("button", name="更新资料").click()
    page.get_by_text("已更新").wait_for()
    begin_visit(page, "李秀英")
    assert page.locator('[data-block="water"]').count() == 0
    finish(page)
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(question(page, "water_solved")).to_be_visible()
    finish(page)
    press_send(page)
    all_received(page)
    by_form = dict(Visit.objects.values_list("household__head_name", "template__name"))
    assert by_form == {"王建国": "入户走访", "李秀英": new.name}
