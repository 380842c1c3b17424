"""A photo that the server refuses for good: which one and why is seen on the phone, and it is replaced or given up."""

import pytest
from playwright.sync_api import expect

from households.models import UnsentVisits, Visit, VisitPhoto
from households.visits.services.photos_gone import give_up_photo
from tests.browser.field.steps import (
    all_received,
    begin_visit,
    finish,
    go,
    keep_copies,
    photo,
    press_send,
    set_pin,
    take_photo,
    unlock,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "文件不完整或已损坏，请重新拍摄、导出后再上传。"
REFUSAL = {"code": "damaged", "message": WHY, "fields": {}, "error_id": None}


@pytest.fixture
def refused(phone, village):
    """A visit with two photos of which the server refuses the first whenever it comes."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("房顶漏雨")
    take_photo(page, colour=1)
    take_photo(page, colour=2)
    first = page.locator('[data-block="photos"] .tile').first.get_attribute("data-photo")
    page.context.route(
        f"**/photos/{first}",
        lambda route: (
            route.fulfill(status=422, json=REFUSAL) if route.request.method == "PUT" else route.continue_()
        ),
    )
    finish(page)
    press_send(page)
    expect(page.locator(".visit-line")).to_contain_text("照片没有收下，需处理", timeout=60_000)
    expect(page.locator("#strip")).to_contain_text("1次走访需处理")
    yield phone
    phone.faults = [fault for fault in phone.faults if "status of 422" not in fault]


def open_it(page):
    go(page, "消息")
    message = page.locator(".message", has_text="一张照片没有收下")
    expect(message).to_contain_text(WHY)
    message.get_by_role("link", name="打开走访").click()
    card = page.locator("[data-refused]")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(WHY)
    expect(card.locator("img")).to_be_visible()
    return card


def test_another_photo_is_taken_in_its_place_and_everything_arrives(refused):
    page = refused.page
    until(page, lambda: VisitPhoto.objects.filter(file__isnull=False).count() == 1)
    until(page, lambda: UnsentVisits.objects.filter(visits=1, troubled=1).exists())
    open_it(page).locator("input[capture]").set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(3)}
    )
    page.get_by_role("heading", name="今天").wait_for()
    all_received(page)
    visit = Visit.objects.get()
    assert (visit.photos_expected, visit.photos_arrived, visit.is_complete) == (2, 2, True)
    assert visit.remark == "房顶漏雨"
    assert VisitPhoto.objects.filter(replaces__isnull=False, file__isnull=False).count() == 1
    go(page, "消息")
    expect(page.locator(".message", has_text="一张照片没有收下")).to_have_count(0)


def test_without_network_it_is_given_up_with_a_reason_that_arrives_later(refused):
    refused.lose_network()
    card = open_it(refused.page)
    card.get_by_text("不要这张了").click()
    card.get_by_role("button", name="不要这张照片").click()
    expect(card.get_by_text("请写明为什么不要这张照片了。")).to_be_visible()
    card.get_by_label("为什么不要了").fill("打不开，没有另拍")
    card.get_by_role("button", name="不要这张照片").click()
    expect(card).to_have_count(0)
    # The phone is switched off before there is a network again: what was decided is kept.
    refused.switch_off()
    page = refused.switch_on()
    unlock(page)
    expect(page.locator("#strip")).not_to_contain_text("需处理")
    refused.find_network()
    press_send(page)
    all_received(page)
    visit = Visit.objects.get()
    assert (visit.photos_arrived, visit.photos_given_up, visit.is_complete) == (1, 1, True)
    assert VisitPhoto.objects.get(given_up_at__isnull=False).given_up_reason == "打不开，没有另拍"


# --- cut on the way, or on its way while somebody looks -----------------------------------------------------


def visit_with_photos(phone, village, number):
    """A finished visit that is not sent yet; its photos in their order."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    for colour in range(1, number + 1):
        take_photo(page, colour=colour)
    tiles = page.locator('[data-block="photos"] .tile')
    return page, [tiles.nth(one).get_attribute("data-photo") for one in range(number)]


def test_a_transfer_that_was_cut_is_sent_again_and_nobody_is_asked(phone, village):
    page, (first,) = visit_with_photos(phone, village, 1)
    tries = []

    def halve(route):
        tries.append(route.request.method)
        body = route.request.post_data_buffer
        # The server itself finds that it is not whole, and a proxy has an error of its own.
        if len(tries) == 1:
            route.continue_(post_data=body[: len(body) // 2])
        elif len(tries) == 2:
            route.fulfill(status=413, content_type="text/html", body="<h1>413</h1>")
        else:
            route.continue_()

    page.context.route(f"**/photos/{first}", halve)
    finish(page)
    for number in (1, 2):
        press_send(page)
        until(page, lambda number=number: len(tries) >= number)
        expect(page.locator("#strip button")).to_be_visible(timeout=60_000)
        expect(page.locator("#strip")).not_to_contain_text("需处理")
    press_send(page)
    all_received(page)
    assert Visit.objects.get().is_complete
    go(page, "消息")
    expect(page.locator(".message", has_text="一张照片没有收下")).to_have_count(0)
    phone.faults = [fault for fault in phone.faults if "status of 4" not in fault]


def test_refused_once_it_may_be_sent_again_as_it_is(refused):
    page = refused.page
    card = open_it(page)
    page.context.unroute_all()
    card.get_by_role("button", name="再发一次").click()
    page.get_by_role("heading", name="今天").wait_for()
    all_received(page)
    assert VisitPhoto.objects.filter(file__isnull=False).count() == 2


def test_another_one_that_the_server_does_not_take_is_asked_about_and_not_lost(refused):
    page = refused.page
    often = "这次走访的照片换得太多，不能再换。"
    page.context.route(
        "**/replacement",
        lambda route: route.fulfill(status=422, json={**REFUSAL, "code": "invalid", "message": often}),
    )
    image = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(3)}
    open_it(page).locator("input[capture]").set_input_files(image)
    page.get_by_role("heading", name="今天").wait_for()
    expect(page.locator(".visit-line")).to_contain_text("照片没有收下，需处理", timeout=60_000)
    page.locator(".visit-line a").click()
    card = page.locator("[data-refused]")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(often)
    page.context.unroute("**/replacement")
    card.locator("input[capture]").set_input_files(image)
    page.get_by_role("heading", name="今天").wait_for()
    all_received(page)
    assert VisitPhoto.objects.filter(replaces__isnull=False, file__isnull=False).count() == 1


def test_another_one_for_a_photo_that_was_given_up_elsewhere_stays_on_the_phone(refused, village):
    page = refused.page
    card = open_it(page)
    gone = VisitPhoto.objects.select_related("visit").get(file__isnull=True)
    give_up_photo(gone.visit.identity, gone.identity, "打不开", actor=village.helper)
    card.locator("input[capture]").set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(3)}
    )
    page.get_by_role("heading", name="今天").wait_for()
    expect(page.locator(".visit-line")).to_have_attribute("data-state", "trouble", timeout=60_000)
    page.locator(".visit-line a").click()
    expect(page.locator(".errors")).to_contain_text("有 1 张照片没有随它送出")
    expect(page.locator(".errors")).to_contain_text("已经放弃")
    expect(page.get_by_alt_text("没有送到的照片")).to_have_count(1)


def test_the_visit_may_be_looked_at_while_its_last_photo_is_on_its_way(phone, village):
    page, (first,) = visit_with_photos(phone, village, 1)
    held = []
    page.context.route(f"**/photos/{first}", lambda route: held.append(route))
    finish(page)
    press_send(page)
    until(page, lambda: held)
    page.locator(".visit-line a").click()
    expect(page.get_by_text("1 张，已发送 0 张")).to_be_visible()
    held[0].continue_()
    until(page, lambda: Visit.objects.get().is_complete)
    page.locator("a.back").click()
    all_received(page)


def test_what_is_decided_in_another_window_while_this_one_sends_is_not_overwritten(phone, village):
    page, (first, second) = visit_with_photos(phone, village, 2)
    held = []
    page.context.route(f"**/photos/{first}", lambda route: route.fulfill(status=422, json=REFUSAL))
    page.context.route(f"**/photos/{second}", lambda route: held.append(route))
    finish(page)
    press_send(page)
    until(page, lambda: held)
    other = page.context.new_page()
    other.goto(page.url)
    unlock(other)
    other.locator(".visit-line a").click()
    card = other.locator("[data-refused]")
    card.get_by_text("不要这张了").click()
    card.get_by_label("为什么不要了").fill("打不开，没有另拍")
    card.get_by_role("button", name="不要这张照片").click()
    expect(card).to_have_count(0)
    other.close()
    held[0].continue_()
    until(page, lambda: VisitPhoto.objects.filter(given_up_reason="打不开，没有另拍").exists())
    all_received(page)
    assert Visit.objects.get().is_complete
    phone.faults = [fault for fault in phone.faults if "status of 422" not in fault]
