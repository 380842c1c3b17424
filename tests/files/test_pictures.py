from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from poverty.files import pictures, storage, tasks
from poverty.files.models import StoredFile
from tests.factories import files as contents
from tests.factories.files import make_file

pytestmark = pytest.mark.django_db


def state(file):
    file.refresh_from_db()
    return file.picture


def opened(file, size):
    return Image.open(storage.picture_path(file.sha256, size))


def is_near(pixel, colour):
    return all(abs(a - b) < 12 for a, b in zip(pixel, colour, strict=True))


def test_pictures_are_upright_small_and_without_the_cameras_notes(village_clerk):
    content = contents.jpeg(
        (2400, 1200), orientation=6, taken="2018:10:12 14:02:33", position=(41.76, 126.05)
    )
    file = make_file(village_clerk, content)
    assert pictures.make(file.pk)
    assert state(file) == "ready"
    small, large = opened(file, "small"), opened(file, "large")
    assert (small.format, small.size) == ("JPEG", (160, 320))
    assert large.size == (800, 1600)
    for made in (small, large):
        assert not made.getexif()
        assert "exif" not in made.info
        assert is_near(made.getpixel((5, 5)), (254, 0, 0))
    assert file.path.read_bytes() == content  # the original stays as it was brought


def test_twice_does_no_harm(village_clerk):
    file = make_file(village_clerk)
    assert pictures.make(file.pk)
    assert not pictures.make(file.pk)
    assert state(file) == "ready"


def test_what_is_transparent_stands_on_white(village_clerk):
    target = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
    file = make_file(village_clerk, target.getvalue())
    pictures.make(file.pk)
    assert is_near(opened(file, "small").getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize(
    "content", [contents.webp(), contents.png(mode="P"), contents.png(mode="I;16", colour=9)]
)
def test_other_formats(village_clerk, content):
    file = make_file(village_clerk, content)
    assert pictures.make(file.pk)
    assert opened(file, "large").format == "JPEG"


def test_damaged_behind_a_sound_header_it_is_failed_not_tried_for_ever(village_clerk):
    file = make_file(village_clerk, contents.png_header_only(100, 100))
    assert not pictures.make(file.pk)
    assert state(file) == "failed"


def test_a_disk_that_is_away_may_come_back(village_clerk):
    file = make_file(village_clerk)
    content = file.path.read_bytes()
    file.path.unlink()
    assert not pictures.make(file.pk)
    assert state(file) == "pending"
    file.path.write_bytes(content)
    assert pictures.make(file.pk)


def test_an_image_that_kills_its_worker_is_given_up_after_three(village_clerk):
    file = make_file(village_clerk)
    StoredFile.objects.update(picture_attempts=3, picture_sent_at=timezone.now() - timedelta(minutes=11))
    assert not pictures.make(file.pk)
    assert pictures.give_up() == 1
    assert state(file) == "failed"


def test_what_waits_is_sent_again(village_clerk):
    def file(colour, minutes):
        made = make_file(village_clerk, contents.jpeg(colour=colour))
        sent = None if minutes is None else timezone.now() - timedelta(minutes=minutes)
        StoredFile.objects.filter(pk=made.pk).update(picture_sent_at=sent)
        return made

    lost, recent, new = file("red", 11), file("blue", 9), file("green", None)
    assert pictures.waiting() == [lost.pk]
    tasks.sweep()
    assert pictures.waiting() == []
    lost.refresh_from_db()
    assert lost.picture_sent_at > timezone.now() - timedelta(minutes=1)
    assert {state(recent), state(new)} == {"pending"}


def test_storing_asks_a_worker_after_commit(village_clerk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = make_file(village_clerk)
        assert file.picture_sent_at is None
    file.refresh_from_db()
    assert file.picture_sent_at is not None


def test_a_document_needs_no_picture(village_clerk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as asked:
        file = make_file(village_clerk, contents.pdf(), name="a.pdf", kind="scan")
    assert asked == []
    assert not pictures.make(file.pk)
    assert state(file) == "none"
