"""The frame and the parts of pages in a real browser: what our scripts do, and that nothing needs them."""

import pytest
from django.test import override_settings

PAGES = ["form", "list", "case"]
TARGET = 44  # pixels a thumb needs
SMALL_TARGETS = """least => [...document.querySelectorAll(
    'main a.btn, main button, main input:not([type=hidden]), main select, '
    + '.tabs a, .bottom a, .topbar summary, .chip'
  )].filter(e => e.getClientRects().length).map(e => {
    const box = (e.closest('label.option') ?? e).getBoundingClientRect();
    return [e.outerHTML.slice(0, 80), box.width, box.height];
  }).filter(([, width, height]) => height < least || width < 24)"""


@pytest.fixture(autouse=True)
def _urls():
    with override_settings(ROOT_URLCONF="tests.web.styleguide.urls"):
        yield


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_nothing_scrolls_sideways_and_targets_fit_a_thumb(phone, name):
    page = phone()
    page.goto(f"/styleguide/{name}/?verdict=0&cause=ill")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(SMALL_TARGETS, TARGET) == []
    assert page.evaluate(SMALL_TARGETS, 200) != []  # there was something to measure


@pytest.mark.parametrize("name", PAGES)
def test_on_a_desk_nothing_scrolls_sideways(desktop, name):
    page = desktop()
    page.goto(f"/styleguide/{name}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def posts(page):
    """The bodies of forms sent from now on; the answers are held back so that the page stays."""
    sent = []

    def hold(route):
        if route.request.method == "POST":
            sent.append(route.request.post_data)
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/styleguide/form/", hold)
    return sent


def test_a_loss_is_asked_about_and_nothing_goes_before_the_yes(desktop):
    page = desktop()
    page.goto("/styleguide/form/")
    sent = posts(page)
    page.get_by_role("button", name="销户").click()
    dialog = page.get_by_role("dialog")
    assert "不再判定" in dialog.inner_text()
    dialog.get_by_role("button", name="取消").click()
    dialog.wait_for(state="detached")
    assert sent == []
    page.get_by_role("button", name="销户").click()
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("dialog").get_by_role("button", name="销户").click()
    page.wait_for_timeout(100)
    assert len(sent) == 1
    assert 'name="close"' in sent[0]


def test_two_clicks_send_once(desktop):
    page = desktop()
    page.goto("/styleguide/form/")
    sent = posts(page)
    page.evaluate(
        """() => { const b = document.querySelector('.save-bar .btn-primary'); b.click(); b.click(); }"""
    )
    page.wait_for_timeout(300)
    assert len(sent) == 1


def test_leaving_with_unsaved_changes_is_asked_about(desktop):
    page = desktop()
    page.goto("/styleguide/list/")
    page.goto("/styleguide/form/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("户主姓名").first.fill("王建军")
    page.evaluate("location.href = '/styleguide/list/'")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/styleguide/form/")
    assert page.get_by_label("户主姓名").first.input_value() == "王建军"
    # Back in order, so that the page may be closed.
    page.evaluate("document.querySelectorAll('.is-changed').forEach(f => f.classList.remove('is-changed'))")


def test_errors_are_where_the_eye_is_and_lead_to_their_field(desktop):
    page = desktop()
    page.goto("/styleguide/form/")
    assert page.evaluate("document.activeElement.className").startswith("note note-error")
    page.locator(".note-list a", has_text="生产经营性收入").click()
    assert page.evaluate("location.hash") == "#id_business"


def test_the_first_click_opens_the_panel_the_second_the_page(desktop):
    page = desktop()
    page.goto("/styleguide/list/")
    link = page.locator("tbody a[data-panel]").first
    link.click()
    panel = page.locator("#panel")
    panel.wait_for(state="visible")
    assert "逐项判定" in panel.inner_text()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    link.click()
    panel.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/styleguide/case/")


def test_on_a_phone_a_row_opens_its_page(phone):
    page = phone()
    page.goto("/styleguide/list/")
    page.locator("tbody a[data-panel]").first.click()
    page.wait_for_url("**/styleguide/case/")


def test_progress_goes_on_by_itself_until_it_is_done(desktop):
    page = desktop()
    page.goto("/styleguide/case/")
    assert "进行中" in page.locator(".progress-box").inner_text()
    page.locator(".progress-box", has_text="已完成").wait_for()
    assert page.locator("[hx-trigger]").count() == 0


def test_a_chosen_file_shows_its_name_and_picture(desktop):
    page = desktop()
    page.goto("/styleguide/form/")
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
        "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    )
    page.set_input_files("#id_photo", {"name": "住房.png", "mimeType": "image/png", "buffer": pixel})
    names = page.locator("[data-file-names]").first
    assert "住房.png" in names.inner_text()
    assert names.locator("img").get_attribute("src").startswith("blob:")
    page.evaluate("document.querySelectorAll('.is-changed').forEach(f => f.classList.remove('is-changed'))")


def test_a_part_that_does_not_come_says_so(desktop, faults):
    page = desktop()
    page.goto("/styleguide/list/")
    page.evaluate("htmx.ajax('GET', '/styleguide/500/', {target: '#panel-body'})")
    page.locator("#notices", has_text="错误编号").wait_for()
    faults.expect("500")


def test_without_scripts_the_page_is_whole(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/styleguide/form/")
        page.locator("details.menu > summary").click()
        page.locator(".menu-body").get_by_text("修改密码").wait_for()
        page.locator("input[name='__choice-land'][value=mine]").check()
        page.goto("/styleguide/list/")
        page.get_by_text("更多筛选").click()
        page.get_by_label("最近走访早于").wait_for()
    finally:
        context.close()
