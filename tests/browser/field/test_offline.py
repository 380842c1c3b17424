"""Three visits in a yard without signal arrive once each, whatever happens to the phone in between."""

import pytest
from playwright.sync_api import expect

from households.models import Survey, Visit, VisitPhoto
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    keep_copies,
    kept,
    press_send,
    set_pin,
    take_photo,
    unlock,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def arrived() -> tuple[int, int]:
    """Visits, and photos whose file is there."""
    return Visit.objects.count(), VisitPhoto.objects.filter(file__isnull=False).count()


def test_three_visits_without_network_survive_closing_and_arrive_once(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    for number, head in enumerate(village.households, start=1):
        begin_visit(page, head)
        answer(page, "water_solved", "是")
        page.get_by_role("button", name="其余未变").click()
        page.get_by_role("textbox", name="走访情况").fill(f"第{number}户，家里有人")
        take_photo(page, number)
        finish(page)
    expect(page.locator("#strip")).to_contain_text("3次走访待发送 · 3张照片待发送")
    assert arrived() == (0, 0)
    phone.switch_off()

    page = phone.switch_on()
    unlock(page)
    expect(page.locator(".visit-line")).to_have_count(3)
    assert arrived() == (0, 0)
    phone.find_network()
    press_send(page)
    all_received(page)
    assert arrived() == (3, 3)
    for household in village.households.values():
        survey = Survey.objects.get(household=household, year=2018)
        assert survey.water_solved is True
        assert str(survey.visited_on) == "2018-12-01"
    assert sorted(Visit.objects.values_list("remark", flat=True)) == [
        "第1户，家里有人", "第2户，家里有人", "第3户，家里有人",
    ]  # fmt: skip


def test_what_was_typed_last_is_there_after_the_browser_was_killed(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("房顶漏雨，答应")
    page.get_by_role("textbox", name="走访情况").press_sequentially("下周修")
    kept(page)
    page.wait_for_timeout(300)
    phone.switch_off()

    page = phone.switch_on()
    unlock(page)
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("房顶漏雨，答应下周修")


def test_a_photo_cut_off_in_the_middle_is_sent_again(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    begin_visit(page, "王建国")
    take_photo(page, 1)
    take_photo(page, 2)
    finish(page)
    phone.line.cut_in(b"PUT /api/v1/visits/", after=40_000)
    phone.find_network()
    press_send(page)
    expect(page.locator(".visit-line")).to_contain_text("已发送，照片未到齐")
    expect(page.locator("#strip")).to_contain_text("2张照片待发送")
    assert phone.line.cuts == 1
    assert arrived() == (1, 0)
    phone.find_network()
    press_send(page)
    all_received(page)
    assert arrived() == (1, 2)


def test_the_same_batch_sent_five_times_is_one_visit_each(phone, village):
    """The answers are lost four times: what was kept is told again, nothing is kept twice."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    for head in ("王建国", "李秀英"):
        begin_visit(page, head)
        answer(page, "water_solved", "是")
        finish(page)
    sent = []

    def lose_the_answer(route):
        sent.append(route.request.post_data)
        if len(sent) < 5:
            route.fetch()  # the server has it; the phone never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/visits/sync**", lose_the_answer)
    phone.find_network()
    while len(sent) < 5:
        press_send(page)
        page.wait_for_timeout(500)
    all_received(page)
    assert len(sent) == 5
    assert Visit.objects.count() == 2


def test_a_day_set_without_words_is_sent_and_its_visit_is_no_trace_left_by_mistake(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    page.get_by_label("什么时候办").fill("2018-12-20")
    kept(page)
    page.locator(".back").click()
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(page.get_by_label("什么时候办")).to_have_value("2018-12-20")
    finish(page)
    press_send(page)
    all_received(page)
    visit = Visit.objects.get()
    assert (visit.next_promise, str(visit.next_on)) == ("", "2018-12-20")


@pytest.mark.parametrize(
    "answer_of_the_line",
    [
        {"status": 429, "json": {"detail": "请求太多，请稍后再试。"}},
        {"status": 200, "content_type": "text/html", "body": "<h1>欢迎使用本店无线网络</h1>"},
    ],
    ids=["refused as a whole", "not our server"],
)
def test_what_was_not_taken_is_sent_again_by_itself(phone, village, answer_of_the_line):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    page.route("**/api/v1/visits/sync**", lambda route: route.fulfill(**answer_of_the_line), times=1)
    begin_visit(page, "王建国")
    answer(page, "water_solved", "是")
    with page.expect_response("**/api/v1/visits/sync**"):
        finish(page)
    assert Visit.objects.count() == 0
    all_received(page)
    assert Visit.objects.count() == 1
    phone.faults = [fault for fault in phone.faults if "status of 429" not in fault]
