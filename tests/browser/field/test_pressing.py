"""What arrives while a finger is down takes nothing away from under it."""

import pytest
from playwright.sync_api import expect

from tests.browser.field.steps import answer, begin_visit, go, keep_copies, set_pin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Something has come in, or was written: what is shown is drawn anew.
ARRIVES = """async () => {
  const address = document.querySelector('link[href*="js/field/bus"]').href;
  const { tell } = await import(address);
  for (const name of ["queue", "pack", "saved", "messages"]) tell(name);
}"""


def press_while_something_arrives(page, target):
    """The finger goes down on it, something arrives, the finger leaves."""
    place = target.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.evaluate(ARRIVES)
    page.mouse.up()


@pytest.fixture
def page(phone, village):
    """A phone with its copies."""
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    return page


def test_a_visit_in_the_list_opens(page):
    begin_visit(page, "王建国")
    answer(page, "water_solved", "是")
    page.locator(".back").click()
    press_while_something_arrives(page, page.locator(".visit-line").get_by_role("link"))
    expect(page.get_by_role("button", name="完成走访")).to_be_visible()


def test_a_household_opens_and_the_bar_leads_on(page):
    press_while_something_arrives(page, page.locator("#bar").get_by_role("link", name="我的户"))
    expect(page.get_by_role("heading", name="我的户")).to_be_visible()
    press_while_something_arrives(page, page.locator(".card", has_text="李秀英").locator(".card-name"))
    expect(page.get_by_role("heading", name="李秀英")).to_be_visible()


def test_what_arrived_is_shown_once_the_finger_has_left(page):
    go(page, "我的户")
    card = page.locator(".card", has_text="李秀英")
    card.evaluate("node => { node.dataset.drawn = 'before' }")
    place = card.locator("p").first.bounding_box()
    page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.mouse.down()
    page.evaluate(ARRIVES)
    expect(page.locator("[data-drawn]")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("[data-drawn]")).to_have_count(0)
