"""Photos and signatures on the phone: small, the right way up, with the time they were taken."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import expect

from households.models import Visit, VisitPhoto
from poverty.files.storage import path_of
from tests.browser.field.steps import (
    all_received,
    begin_visit,
    finish,
    keep_copies,
    press_send,
    set_pin,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LARGEST = 300 * 1024
ROTATE_90 = 6  # Orientation: the camera was held upright


def upright_photo() -> bytes:
    """3000 x 2000 as the sensor saw it, held upright: the red corner belongs at the top right."""
    picture = Image.effect_noise((3000, 2000), 50).convert("RGB")
    picture.paste((220, 20, 20), (0, 0, 900, 900))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = ROTATE_90
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2018:12:01 08:41:07"
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=92, exif=exif)
    return stream.getvalue()


def test_a_photo_is_shrunk_turned_and_keeps_its_time(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    sent = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": upright_photo()}
    page.locator('[data-block="photos"]').get_by_role("button", name="住房").click()
    page.locator('[data-block="photos"] input[capture]').set_input_files(sent)
    page.locator('[data-block="photos"] .tile').wait_for()
    finish(page)
    press_send(page)
    all_received(page)
    row = VisitPhoto.objects.get()
    assert row.kind == "house"
    assert row.taken_at == datetime(2018, 12, 1, 0, 41, 7, tzinfo=UTC)
    assert row.bytes <= LARGEST
    picture = Image.open(path_of(row.sha256))
    assert picture.height > picture.width
    red, green, _ = picture.getpixel((picture.width - 20, 20))
    assert red > 150 > green


def test_what_is_no_photo_is_said_and_not_taken(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    page.locator('[data-block="photos"] input[capture]').set_input_files(
        {"name": "表.jpg", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04 no photo at all"}
    )
    expect(page.get_by_text("这个文件打不开，不是照片")).to_be_visible()
    assert page.locator(".tile").count() == 0


def test_somebody_signs_with_a_finger(phone, village):
    page = phone.switch_on(village.helper)
    set_pin(page)
    keep_copies(page)
    begin_visit(page, "王建国")
    signing = page.locator('[data-block="signature"]')
    signing.get_by_role("button", name="签字", exact=True).click()
    page.get_by_role("button", name="完成走访").click()
    expect(page.get_by_text("“农户签字”还有要改的")).to_be_visible()
    signing.get_by_label("谁签的").select_option("王小明")
    signing.get_by_role("button", name="在屏幕上签").click()
    sheet = page.locator(".sign-canvas")
    sheet.wait_for()
    pen = page.mouse
    pen.move(100, 200)
    pen.down()
    pen.move(280, 420, steps=6)
    pen.up()
    page.get_by_role("button", name="签好了").click()
    signing.locator(".tile").wait_for()
    finish(page)
    press_send(page)
    all_received(page)
    visit = Visit.objects.get()
    assert (visit.signed, visit.signer_name, visit.signer_relation) == (True, "王小明", "之子")
    assert VisitPhoto.objects.get(file__isnull=False).kind == "signature"
