"""What a cadre does on the phone pages, as the tests say it."""

from io import BytesIO

from PIL import Image

from tests.browser.field.conftest import PIN


def set_pin(page, pin=PIN):
    """The first time: choose the PIN that locks this phone's data."""
    page.get_by_label("解锁密码（6位以上数字）").fill(pin)
    page.get_by_label("再输一遍").fill(pin)
    page.get_by_role("button", name="设好，开始使用").click()
    page.get_by_role("heading", name="今天").wait_for()


def unlock(page, pin=PIN):
    page.get_by_label("解锁密码").fill(pin)
    page.get_by_role("button", name="解锁").click()
    page.locator("#strip").wait_for()


def keep_copies(page):
    """Wait until the households and the pages themselves lie on the phone."""
    page.locator(".figures").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def go(page, place):
    page.locator("#bar").get_by_role("link", name=place).click()


def begin_visit(page, head):
    """From the list of households to the form."""
    go(page, "我的户")
    page.get_by_role("heading", name="我的户").wait_for()
    page.locator(".card", has_text=head).get_by_role("button", name="走访").click()
    page.get_by_role("button", name="完成走访").wait_for()


def question(page, key):
    """A question of the form, the first of that name; its card is opened when it is folded."""
    asked = page.locator(f'.question[data-key="{key}"]')
    asked = asked.first
    asked.wait_for(state="attached")  # after unlocking the form is drawn anew
    if not asked.is_visible():
        card = page.locator(".block", has=page.locator(f'.question[data-key="{key}"]'))
        card.get_by_role("button", name="有变化").click()
    return asked


def answer(page, key, word):
    question(page, key).get_by_role("button", name=word, exact=True).click()


def photo(colour: int, size=(2400, 1800)) -> bytes:
    """A photo as a phone makes it: large, and not compressible to nothing."""
    picture = Image.effect_noise(size, 60 + colour % 40).convert("RGB")
    picture.paste((colour % 256, colour * 7 % 256, colour * 13 % 256), (0, 0, 600, 600))
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def take_photo(page, colour=1):
    """Take one; answers when it lies on the phone."""
    tiles = page.locator('[data-block="photos"] .tile')
    before = tiles.count()
    page.locator('[data-block="photos"] input[capture]').set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)}
    )
    tiles.nth(before).wait_for()


def finish(page):
    page.get_by_role("button", name="完成走访").click()
    page.get_by_role("heading", name="今天").wait_for()


def kept(page):
    """Wait until the strip says that everything typed is on the phone."""
    page.locator("#strip", has_text="已存手机").wait_for()


def press_send(page):
    """Send now. While it is sending, which it does by itself when the network is back, there is no button."""
    page.evaluate("document.querySelector('#strip button')?.click()")


def all_received(page):
    """Wait until nothing waits on the phone any more."""
    go(page, "今天")
    page.locator(".visit-line").first.wait_for(state="detached", timeout=60_000)


def until(page, what):
    """Wait until the server stands as `what()` says."""
    for _ in range(300):
        if what():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come to that within a minute")
