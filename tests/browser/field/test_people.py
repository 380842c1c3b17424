"""Whose the phone is: a session that ends, another person, leaving with visits that were not sent."""

from contextlib import suppress

import pytest
from django.db import transaction
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from households.models import UnsentVisits, Visit
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.browser.field.conftest import HEADS, PIN
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    keep_copies,
    kept,
    press_send,
    set_pin,
    unlock,
    until,
)
from tests.factories.accounts import make_actor
from tests.factories.households import make_household, make_pairing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EVERYTHING_STORED = """async () => {
  const found = [];
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const strings = (value) => {
    if (typeof value === 'string') found.push(value);
    else if (value instanceof ArrayBuffer) found.push(new TextDecoder().decode(value));
    else if (ArrayBuffer.isView(value)) found.push(new TextDecoder().decode(value));
    else if (value && typeof value === 'object') Object.values(value).forEach(strings);
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      (await done(db.transaction(store).objectStore(store).getAll())).forEach(strings);
    }
    db.close();
  }
  return found.join() + Object.values(localStorage).join() + Object.values(sessionStorage).join();
}"""
DATABASES_OF_PEOPLE = """() => indexedDB.databases().then(
  (all) => all.filter((one) => one.name.startsWith('field-person')).length
)"""

RECORDS_OF = """async (person) => {
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const db = await done(indexedDB.open('field-person-' + person));
  const found = {};
  for (const store of ['visits', 'frames', 'photos', 'messages']) {
    found[store] = await done(db.transaction(store).objectStore(store).count());
  }
  db.close();
  return found;
}"""


@pytest.fixture
def with_unsent(phone, village):
    """A phone with two finished visits that were not sent."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    for head in ("王建国", "李秀英"):
        begin_visit(page, head)
        answer(page, "water_solved", "是")
        finish(page)
    return phone


@pytest.fixture
def other():
    """Somebody else of the same village, with a household of his own."""
    with transaction.atomic():
        user = make_actor(Role.HELPER, VILLAGE_A)
        make_pairing(make_household(VILLAGE_A, "孙桂兰"), user)
    return user


def test_after_the_session_ended_the_visits_go_when_he_signs_in_again(with_unsent, village):
    phone, page = with_unsent, with_unsent.page
    phone.end_session()
    phone.find_network()  # what waits is sent by itself, and meets the ended session
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    expect(page.get_by_text("有 2 次走访还没有发送")).to_be_visible()
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()
    assert Visit.objects.count() == 0
    phone.sign_in(village.helper)
    page.reload()
    unlock(page)
    all_received(page)
    assert Visit.objects.count() == 2


def test_another_person_on_the_same_phone_sees_nothing_of_the_first(with_unsent, other, village):
    phone, page = with_unsent, with_unsent.page
    phone.find_weak_signal()
    phone.sign_in(other)
    phone.line.restore()
    page.reload()
    set_pin(page, "907154")
    keep_copies(page)
    shown = page.locator("body").inner_text()
    page.locator("#bar").get_by_role("link", name="我的户").click()
    expect(page.locator(".card")).to_have_count(1)
    shown += page.locator("body").inner_text()
    stored = page.evaluate(EVERYTHING_STORED)
    for name in (*HEADS, village.helper.name):
        assert name not in shown
        assert name not in stored
    assert "孙桂兰" in shown
    assert "孙桂兰" not in stored
    assert Visit.objects.count() == 0

    phone.sign_in(village.helper)
    page.reload()
    page.get_by_text("有 2 次走访还没有发送").wait_for()  # his lock, not the other's
    unlock(page)
    all_received(page)
    assert Visit.objects.count() == 2
    assert set(Visit.objects.values_list("visitor", flat=True)) == {village.helper.pk}


def test_an_answer_that_comes_after_another_person_unlocked_is_not_kept_with_his_data(phone, other, village):
    page = phone.switch_on(other)
    set_pin(page, "907154")
    keep_copies(page)
    phone.sign_in(village.helper)
    page.reload()
    set_pin(page)
    keep_copies(page)
    answers = []
    page.route("**/api/v1/visits/sync**", lambda route: answers.append((route, route.fetch())))
    begin_visit(page, "王建国")
    answer(page, "water_solved", "是")
    finish(page)  # sent at once: the server has it, and is slow to say so
    expect(page.locator("#strip")).to_contain_text("正在发送走访")
    while not answers:
        page.wait_for_timeout(100)
    assert Visit.objects.count() == 1

    phone.end_session()
    page.locator("#bar").get_by_role("link", name="我的户").click()
    page.get_by_role("button", name="更新资料").click()  # hears that the session has ended
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    unlock(page, "907154")
    expect(page.locator(".card", has_text="孙桂兰")).to_be_visible()
    for route, kept_back in answers:
        with suppress(PlaywrightError):  # nobody waits for it any more
            route.fulfill(response=kept_back)
    page.wait_for_timeout(1000)
    assert page.evaluate(RECORDS_OF, other.pk) == {"visits": 0, "frames": 0, "photos": 0, "messages": 0}
    assert page.evaluate(RECORDS_OF, village.helper.pk)["visits"] == 1

    page.unroute("**/api/v1/visits/sync**")
    phone.sign_in(village.helper)
    page.reload()
    page.get_by_text("有 1 次走访还没有发送").wait_for()
    unlock(page)
    all_received(page)
    assert Visit.objects.get().visitor == village.helper


def test_two_people_of_one_phone_cannot_have_the_same_pin(phone, other, village):
    page = phone.switch_on(other)
    set_pin(page)
    keep_copies(page)
    phone.sign_in(village.helper)
    page.reload()
    page.get_by_label("解锁密码（6位以上数字）").fill(PIN)
    page.get_by_label("再输一遍").fill(PIN)
    page.get_by_role("button", name="设好，开始使用").click()
    expect(page.get_by_text("这个解锁密码不能用，请换一个。")).to_be_visible()
    set_pin(page, "907154")
    keep_copies(page)
    page.evaluate("location.hash = '#/pin'")
    page.get_by_label("现在的解锁密码").fill("907154")
    page.get_by_label("新的解锁密码（6位以上数字）").fill(PIN)
    page.get_by_label("再输一遍").fill(PIN)
    page.get_by_role("button", name="更换解锁密码").click()
    expect(page.get_by_text("这个解锁密码不能用，请换一个。")).to_be_visible()


def test_wrong_pins_open_nothing_and_are_slowed_down(with_unsent):
    page = with_unsent.page
    page.reload()
    for _ in range(5):
        page.get_by_label("解锁密码").fill("111222")
        page.get_by_role("button", name="解锁").click()
        page.locator(".q-error:not([hidden])").wait_for()
        expect(page.get_by_label("解锁密码")).to_have_value("")
    expect(page.get_by_text("密码错得太多")).to_be_visible()
    expect(page.get_by_role("button", name="解锁")).to_be_disabled()
    assert "王建国" not in page.locator("body").inner_text()


def test_a_forgotten_pin_says_what_can_be_done_and_what_cannot(with_unsent, village):
    phone, page = with_unsent, with_unsent.page
    page.reload()
    page.get_by_text("忘了解锁密码？").click()
    lock = page.locator("details.fold")
    expect(lock).to_contain_text("走访都在手机里，不会过期；输错只是要等一会儿")
    expect(lock).to_contain_text("县里查不到，也改不了。没有它，这 2 次没有发送的走访谁也打不开、发不出去。")
    expect(lock.get_by_role("button")).to_have_count(0)  # who it is, nobody can say without network
    phone.find_network()
    page.reload()
    page.get_by_text("忘了解锁密码？").click()
    remove = lock.get_by_role("button", name="删除 2 次走访，重新设解锁密码")
    expect(remove).to_be_disabled()
    lock.get_by_label("确认删除，请填写走访次数").fill("2")
    remove.click()
    page.get_by_role("button", name="删除走访", exact=True).click()
    set_pin(page, "907154")
    keep_copies(page)
    expect(page.locator(".visit-line")).to_have_count(0)
    assert Visit.objects.count() == 0


def test_a_forgotten_pin_with_nothing_unsent_is_set_anew(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    page.reload()
    page.get_by_text("忘了解锁密码？").click()
    expect(page.get_by_text("重新设一个，什么也不会丢")).to_be_visible()
    page.get_by_role("button", name="重新设解锁密码").click()
    set_pin(page, "907154")
    keep_copies(page)


def test_what_was_deleted_without_network_is_waited_for_by_nobody_afterwards(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    answer(page, "water_solved", "是")
    kept(page)
    with page.expect_response("**/api/v1/visits/unsent"):
        page.reload()
        unlock(page)
    phone.lose_network()
    page.evaluate("location.hash = '#/leave'")
    page.get_by_text("不要了，删除这些走访").click()
    page.get_by_label("要删除的走访次数").fill("1")
    with suppress(PlaywrightError):  # the sign-in page is not to be had
        page.get_by_role("button", name="删除并退出").click()
    page.wait_for_timeout(2000)
    assert UnsentVisits.objects.get().visits == 1
    phone.find_network()
    page.goto(f"{phone.line.address}/field/")
    set_pin(page)
    keep_copies(page)
    until(page, lambda: UnsentVisits.objects.get().visits == 0)


def test_leaving_with_unsent_visits_asks_to_send_them_first(with_unsent):
    phone, page = with_unsent, with_unsent.page
    phone.find_weak_signal()
    page.locator("#bar").get_by_role("link", name="我", exact=True).click()
    page.get_by_role("link", name="退出登录").click()
    expect(page.get_by_text("还有 2 次走访没有送到")).to_be_visible()
    phone.line.restore()
    page.get_by_role("button", name="现在发送").click()
    page.get_by_text("走访都已收到").wait_for()
    assert Visit.objects.count() == 2
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(DATABASES_OF_PEOPLE) == 0


def test_leaving_without_sending_names_the_visits_and_wants_their_number(with_unsent):
    page = with_unsent.page
    page.evaluate("location.hash = '#/leave'")
    page.get_by_text("不要了，删除这些走访").click()
    for head in ("王建国", "李秀英"):
        expect(page.locator(".visit-line", has_text=head)).to_be_visible()
    remove = page.get_by_role("button", name="删除并退出")
    expect(remove).to_be_disabled()
    page.get_by_label("要删除的走访次数").fill("1")
    expect(remove).to_be_disabled()
    page.get_by_label("要删除的走访次数").fill("2")
    with_unsent.find_network()  # what is about to be deleted is not sent under his finger
    page.wait_for_timeout(1000)
    remove.click()
    page.wait_for_url("**/sign-in/**")
    assert Visit.objects.count() == 0


def test_the_office_hears_what_waits_on_a_phone_until_its_owner_leaves_it(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    answer(page, "water_solved", "是")
    kept(page)
    with page.expect_response("**/api/v1/visits/unsent"):  # said, though nothing of it is sent
        page.reload()
        unlock(page)
    assert list(UnsentVisits.objects.values_list("visits", "drafts")) == [(1, 1)]
    assert Visit.objects.count() == 0
    page.evaluate("location.hash = '#/leave'")
    page.get_by_text("不要了，删除这些走访").click()
    page.get_by_label("要删除的走访次数").fill("1")
    page.get_by_role("button", name="删除并退出").click()
    page.wait_for_url("**/sign-in/**")
    assert list(UnsentVisits.objects.values_list("visits", flat=True)) == [0]


def test_the_office_pages_sign_out_leads_through_the_phone_pages(with_unsent):
    phone, page = with_unsent, with_unsent.page
    phone.find_weak_signal()
    phone.line.restore()
    page.goto(f"{phone.line.address}/me/")
    page.locator(".user-menu > summary").click()
    page.locator(".user-menu").get_by_role("button", name="退出登录").click()
    page.get_by_text("还有 2 次走访没有发送").wait_for()
    page.get_by_role("link", name="先不退出").click()
    page.wait_for_url(f"{phone.line.address}/")
    expect(page.locator(".topbar")).to_be_visible()


def test_what_lies_around_is_locked_and_nothing_typed_is_lost(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    page.get_by_role("textbox", name="走访情况").fill("说到一半，放下了手机")
    kept(page)
    # A question that is open when the phone is put down.
    page.get_by_role("button", name="删除这次走访").click()
    phone.context.clock.fast_forward("11:00")
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)
    assert "王建国" not in page.locator("body").inner_text()
    unlock(page)
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("说到一半，放下了手机")


def test_a_form_in_which_nothing_was_typed_yet_is_locked_and_typed_into_afterwards(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    phone.lose_network()
    begin_visit(page, "王建国")
    phone.context.clock.fast_forward("11:00")
    expect(page.get_by_role("heading", name="已锁定")).to_be_visible()
    expect(page.get_by_role("button", name="完成走访")).to_have_count(0)
    assert "王建国" not in page.locator("body").inner_text()
    unlock(page)
    answer(page, "water_solved", "是")
    page.get_by_role("textbox", name="走访情况").fill("说了十分钟话才开始填")
    kept(page)
    page.reload()
    unlock(page)
    expect(page.get_by_role("textbox", name="走访情况")).to_have_value("说了十分钟话才开始填")
    finish(page)
    phone.find_network()
    press_send(page)
    all_received(page)
    assert Visit.objects.get().remark == "说了十分钟话才开始填"


def test_a_form_opened_by_mistake_leaves_no_trace(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    page.locator(".back").click()
    page.get_by_role("heading", name="今天").wait_for()
    expect(page.locator(".visit-line")).to_have_count(0)


def test_with_nothing_unsent_the_office_pages_sign_out_goes_through(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    page.goto(f"{phone.line.address}/me/")
    page.locator(".user-menu > summary").click()
    page.locator(".user-menu").get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(DATABASES_OF_PEOPLE) == 0


def test_a_clerk_takes_chosen_households_of_his_village_along(phone, village):
    with transaction.atomic():
        clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    page = phone.switch_on(clerk)
    set_pin(page)
    page.get_by_role("link", name="选户带下村").first.click()
    page.locator("label", has_text="李秀英").click()
    page.get_by_role("button", name="带上 1 户").click()
    expect(page.locator(".card")).to_have_count(1)
    phone.lose_network()
    begin_visit(page, "李秀英")
    finish(page)
    phone.find_network()
    press_send(page)
    all_received(page)
    assert Visit.objects.get().visitor == clerk
