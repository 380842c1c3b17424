"""Visits that are begun: one of a household at a time, and none of a form that was opened by mistake."""

import pytest
from playwright.sync_api import expect

from households.models import UnsentVisits, Visit
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    go,
    keep_copies,
    kept,
    press_send,
    set_pin,
    unlock,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VISITS_STORED = """async () => {
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith('field-person'));
  const db = await done(indexedDB.open(name));
  const found = await done(db.transaction('visits').objectStore('visits').count());
  db.close();
  return found;
}"""


@pytest.fixture
def ready(phone, village):
    """A phone with its copies."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    return phone


def card(page, head):
    return page.locator(".card", has_text=head).get_by_role("button")


def test_tapped_twice_a_visit_is_begun_once(ready):
    page = ready.page
    go(page, "我的户")
    card(page, "王建国").first.dblclick()
    page.get_by_role("button", name="完成走访").wait_for()
    answer(page, "water_solved", "是")
    kept(page)
    assert page.evaluate(VISITS_STORED) == 1
    finish(page)
    press_send(page)
    all_received(page)
    assert Visit.objects.count() == 1


def test_in_two_windows_a_visit_of_a_household_is_begun_once(ready):
    page = ready.page
    second = ready.context.new_page()
    second.goto(page.url)
    unlock(second)
    go(second, "我的户")
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("在第一个窗口里填的")
    kept(page)
    card(second, "王建国").first.click()
    expect(second.get_by_text("正在另一个窗口里打开着")).to_be_visible()
    assert page.evaluate(VISITS_STORED) == 1


def test_a_form_opened_by_mistake_is_put_away_without_a_question(ready):
    page = ready.page
    begin_visit(page, "王建国")
    page.get_by_role("button", name="不填了，退出").click()
    page.get_by_role("heading", name="今天").wait_for()
    expect(page.locator(".visit-line")).to_have_count(0)
    assert page.evaluate(VISITS_STORED) == 0
    begin_visit(page, "李秀英")
    page.get_by_role("textbox", name="走访情况").fill("家里有人")
    expect(page.get_by_role("button", name="不填了，退出")).to_have_count(0)
    page.get_by_role("button", name="删除这次走访").click()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("家里有人")


def test_a_form_opened_by_mistake_is_gone_after_the_lock(ready):
    """The phone was put down with an empty form, or switched off: no entry, no visit that seems to wait."""
    page = ready.page
    begin_visit(page, "王建国")
    ready.context.clock.fast_forward("11:00")
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{ready.line.address}/field/")
    page.get_by_role("heading", name="已锁定").wait_for()
    expect(page.get_by_text("还没有发送")).to_have_count(0)
    unlock(page)
    page.locator(".figures").wait_for()
    expect(page.locator(".visit-line")).to_have_count(0)
    assert page.evaluate(VISITS_STORED) == 0
    go(page, "我的户")
    expect(card(page, "王建国").first).to_have_text("走访")
    assert not UnsentVisits.objects.exists()
