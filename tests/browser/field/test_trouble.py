"""What the server does not take, or stumbles over: said in plain words, mended on the phone, and nothing behind it waits."""

import json

import pytest
from django.db import connection
from playwright.sync_api import expect

from households.models import UnsentVisits, Visit
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    go,
    keep_copies,
    press_send,
    set_pin,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready(phone, village):
    """A phone with its copies and no network."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    return phone


def visit(page, head, remark):
    begin_visit(page, head)
    answer(page, "water_solved", "是")
    page.get_by_role("textbox", name="走访情况").fill(remark)
    finish(page)


def test_a_visit_that_is_refused_says_why_waits_for_him_and_is_sent_after_it_was_mended(ready):
    page = ready.page
    visit(page, "李秀英", "家里有人")
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("房顶漏雨")
    page.get_by_label("什么时候办").fill("2018-11-20")  # before the visit itself
    finish(page)
    ready.find_network()
    press_send(page)
    line = page.locator(".visit-line")
    expect(line).to_have_count(1, timeout=60_000)
    expect(line).to_contain_text("王建国")
    expect(line).to_contain_text("需处理")
    expect(page.locator("#strip")).to_contain_text("1次走访需处理")
    assert Visit.objects.get().remark == "家里有人"
    # The office hears that it waits for him.
    until(page, lambda: UnsentVisits.objects.filter(visits=1, troubled=1).exists())

    go(page, "消息")
    message = page.locator(".message", has_text="王建国")
    expect(message).to_contain_text("没有收下")
    expect(message).to_contain_text("下次走访日期不能早于这次走访。")
    message.get_by_role("link", name="打开改正").click()
    expect(page.get_by_text("服务器没有收下这次走访")).to_be_visible()
    page.get_by_role("button", name="打开修改").click()
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("房顶漏雨")
    page.get_by_label("什么时候办").fill("2018-12-20")
    finish(page)
    press_send(page)
    all_received(page)
    assert Visit.objects.count() == 2
    until(page, lambda: UnsentVisits.objects.get().visits == 0)


def test_one_visit_that_the_system_cannot_keep_stays_and_may_be_changed_the_others_arrive(ready):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE households_visit ADD CONSTRAINT never CHECK (remark <> '不行')")
    page = ready.page
    try:
        visit(page, "王建国", "不行")
        visit(page, "李秀英", "家里有人")
        ready.find_network()
        press_send(page)
        line = page.locator(".visit-line")
        expect(line).to_have_count(1, timeout=60_000)
        expect(line).to_contain_text("王建国")
        expect(page.get_by_text("系统没能保存这次走访，请稍后再送")).to_be_visible()
        assert Visit.objects.get().remark == "家里有人"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE households_visit DROP CONSTRAINT never")
    press_send(page)
    all_received(page)
    assert Visit.objects.count() == 2


def test_the_server_fails_over_one_visit_and_the_phone_goes_on_with_the_others(ready):
    page = ready.page
    visit(page, "王建国", "第一户")
    visit(page, "李秀英", "第二户")

    def fail(route):
        sent = json.loads(route.request.post_data)["visits"]
        if any(one["remark"] == "第一户" for one in sent):
            return route.fulfill(status=500, json={"code": "server_error", "message": "系统出错"})
        return route.continue_()

    page.route("**/api/v1/visits/sync**", fail)
    ready.find_network()
    press_send(page)
    line = page.locator(".visit-line")
    expect(line).to_have_count(1, timeout=60_000)
    expect(line).to_contain_text("王建国")
    expect(page.get_by_text("服务器出错，稍后自动再发")).to_be_visible()
    expect(page.locator("#strip")).not_to_contain_text("没有网络")
    assert Visit.objects.get().remark == "第二户"
    page.unroute("**/api/v1/visits/sync**")
    press_send(page)
    all_received(page)
    assert Visit.objects.count() == 2
    ready.faults = [fault for fault in ready.faults if "status of 500" not in fault]


def test_a_request_that_is_refused_as_a_whole_is_told_in_the_servers_words(ready):
    page = ready.page
    visit(page, "王建国", "家里有人")
    refusal = {"code": "throttled", "message": "请求过于频繁，请稍后再试。", "fields": {}, "error_id": None}
    page.route("**/api/v1/visits/sync**", lambda route: route.fulfill(status=429, json=refusal), times=1)
    ready.find_network()
    press_send(page)
    expect(page.get_by_text("请求过于频繁，请稍后再试。", exact=True)).to_be_visible()
    ready.faults = [fault for fault in ready.faults if "status of 429" not in fault]
    all_received(page)
