"""完成走访: what is still on its way is waited for, what is missing is said where it is missing."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from households.models import Visit, VisitAmount, VisitFact, VisitPhoto
from households.visits.services.designing import draft_template, publish_template, save_block
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A
from tests.browser.field.steps import (
    all_received,
    answer,
    begin_visit,
    finish,
    keep_copies,
    photo,
    press_send,
    question,
    set_pin,
    take_photo,
)
from tests.factories.accounts import make_actor
from tests.factories.visits import make_template

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALBUM = 5
# A photo that is in the visit though nothing was said of it when the visit was sent.
ANOTHER_PHOTO = """async () => {
  const address = document.querySelector('link[href*="js/field/visits"]').href;
  const [visit] = (await import(address)).list();
  visit.photos.push({ ...visit.photos[0], identity: crypto.randomUUID(), sent: false });
}"""


def from_the_album(page, how_many=ALBUM):
    files = [
        {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": photo(number)}
        for number in range(1, how_many + 1)
    ]
    page.locator('[data-block="photos"] input[multiple]').set_input_files(files)


def arrived() -> int:
    return VisitPhoto.objects.filter(file__isnull=False).count()


@pytest.fixture
def begun(phone, village):
    """A phone on which a visit has been begun."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    return phone


def test_photos_chosen_just_before_the_visit_is_finished_arrive_with_it(begun):
    page = begun.page
    from_the_album(page)
    page.get_by_role("button", name="完成走访").click()
    expect(page.get_by_text("照片正在存到手机，好了就完成")).to_be_visible()
    page.get_by_role("heading", name="今天").wait_for()
    press_send(page)
    all_received(page)
    assert Visit.objects.get().photos_expected == ALBUM
    assert arrived() == ALBUM


def test_a_photo_under_way_when_the_form_is_left_is_in_the_visit(begun):
    page = begun.page
    from_the_album(page, 2)
    page.locator(".back").click()
    page.get_by_role("heading", name="今天").wait_for()
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(page.locator('[data-block="photos"] .tile')).to_have_count(2)
    finish(page)
    press_send(page)
    all_received(page)
    assert arrived() == 2


def test_photos_under_way_when_the_phone_is_locked_are_in_the_visit(begun):
    page = begun.page
    from_the_album(page, 2)
    page.evaluate("location.hash = '#/me'")
    page.get_by_role("button", name="现在锁定").click()
    page.get_by_label("解锁密码").fill("248613")
    page.get_by_role("button", name="解锁").click()
    page.locator("#bar").get_by_role("link", name="今天").click()
    page.locator(".visit-line", has_text="王建国").get_by_role("link").click()
    expect(page.locator('[data-block="photos"] .tile')).to_have_count(2)


def test_one_file_that_is_no_photo_holds_back_no_other_and_is_said_before_finishing(begun):
    page = begun.page
    page.locator('[data-block="photos"] input[multiple]').set_input_files(
        [
            {"name": "表.jpg", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04 no photo at all"},
            {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(3)},
        ]
    )
    page.get_by_role("button", name="完成走访").click()
    expect(page.locator(".left")).to_contain_text("第1张：这个文件打不开，不是照片。")
    expect(page.locator('[data-block="photos"] .tile')).to_have_count(1)
    finish(page)
    press_send(page)
    all_received(page)
    assert arrived() == 1


def test_a_position_still_looked_for_is_waited_for_and_said_when_there_is_none(begun):
    page = begun.page
    begun.context.grant_permissions(["geolocation"])
    page.get_by_role("button", name="记下现在的位置").click()
    page.get_by_role("button", name="完成走访").click()
    expect(page.locator(".left")).to_contain_text("正在定位，好了就完成")
    begun.context.clock.fast_forward("00:26")
    expect(page.locator(".left")).to_have_text(re.compile("定不了位|定位太久没有结果"))
    begun.context.set_geolocation({"latitude": 41.728, "longitude": 126.123, "accuracy": 20})
    page.get_by_role("button", name="记下现在的位置").click()
    finish(page)
    press_send(page)
    all_received(page)
    assert str(Visit.objects.get().latitude) == "41.728000"


def test_a_photo_that_the_server_was_not_told_of_never_counts_as_sent(begun):
    page = begun.page
    take_photo(page)

    def one_more(route):
        page.evaluate(ANOTHER_PHOTO)
        route.continue_()

    page.route("**/api/v1/visits/sync**", one_more, times=1)
    finish(page)
    line = page.locator(".visit-line", has_text="王建国")
    expect(line).to_contain_text("需处理", timeout=60_000)
    assert arrived() == 1
    line.get_by_role("link").click()
    expect(page.get_by_text("走访已收到。有 1 张照片没有随它送出")).to_be_visible()
    expect(page.get_by_alt_text("没有送到的照片")).to_have_count(1)
    page.get_by_role("button", name="删除这次走访").click()
    page.get_by_role("button", name="删除走访").click()
    all_received(page)


def test_an_amount_that_was_left_out_is_asked_at_its_row(begun):
    page = begun.page
    page.get_by_role("button", name="＋ 收入").click()
    row = page.locator('[data-amount="income"]')
    row.get_by_label("说明").fill("卖玉米")
    page.get_by_role("button", name="完成走访").click()
    expect(row.get_by_text("请填金额")).to_be_visible()
    expect(page.locator(".left")).to_contain_text("“本月大额收支”还有要改的")
    row.get_by_label("金额").fill("1,200")
    page.get_by_role("button", name="＋ 支出").click()  # left as it is: it says nothing
    finish(page)
    press_send(page)
    all_received(page)
    amount = VisitAmount.objects.get()
    assert (amount.direction, amount.amount, amount.note) == ("income", 1200, "卖玉米")


def test_who_is_not_on_the_list_does_not_inherit_anothers_relation(begun):
    signing = begun.page.locator('[data-block="signature"]')
    signing.get_by_role("button", name="签字", exact=True).click()
    signing.get_by_label("谁签的").select_option("王小明")
    signing.get_by_label("谁签的").select_option("不在名单里")
    expect(signing.get_by_label("与户主关系")).to_have_value("")


@pytest.fixture
def own_form(village):
    """The county's form: 产业 is asked in November only, 饮水 of those who are away."""
    with transaction.atomic():
        county = make_actor(Role.COUNTY_REVIEWER, VILLAGE_A)
        draft = draft_template(
            actor=county, area_code="220503", name="冬季走访", year_from=2018, source=make_template()
        )
        for key, changes in (("industry", {"months": [11]}), ("water", {"when": "whole_away"})):
            block = next(one for one in draft.blocks if one["key"] == key)
            save_block(draft, {**block, **changes}, base=block, actor=county)
        publish_template(draft, document="区扶办〔2018〕31号", actor=county)


def test_the_month_of_another_day_and_who_is_away_decide_what_is_asked_and_sent(own_form, begun):
    page = begun.page
    industry, water = page.locator('[data-block="industry"]'), page.locator('[data-block="water"]')
    expect(industry).to_have_count(0)
    page.get_by_label("走访日期").fill("2018-11-28")
    page.get_by_label("补录原因").fill("当天手机没电")
    answer(page, "has_industry", "否")
    page.get_by_label("走访日期").fill("2018-12-01")
    expect(industry).to_have_count(1)  # what holds an answer is shown
    page.get_by_role("button", name="整户外出").click()
    answer(page, "water_solved", "否")
    page.get_by_role("button", name="在家", exact=True).click()
    expect(water).to_have_count(0)
    expect(question(page, "has_industry")).to_be_visible()
    finish(page)
    press_send(page)
    all_received(page)
    assert list(VisitFact.objects.values_list("field", "value")) == [("has_industry", False)]
