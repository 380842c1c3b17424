"""What is odd about a photo is said to the reviewer, who looks and writes down what he found; nothing is refused."""

from datetime import datetime
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.models import Visit, VisitPhoto
from households.visits.sent import SentPhoto
from households.visits.services.photo_flags import flag_photos, look_at_photo, same_photos
from households.visits.services.photos import attach_photo
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from tests.actors import VILLAGE_A, VILLAGE_B
from tests.factories.accounts import make_actor
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing
from tests.factories.visits import make_sent

pytestmark = pytest.mark.django_db
LARGE = (800, 600)


@pytest.fixture(autouse=True)
def on_a_day_of_2018(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


@pytest.fixture
def helper():
    return make_actor(Role.HELPER, VILLAGE_A)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


def photographed(helper, household, content=None, *, taken="2018-11-03 10:20", visitor=None, **fields):
    """A visit from 10:00 to 10:40 with one photo, which has come and was checked."""
    content = content or jpeg(LARGE, colour=f"#{uuid4().hex[:6]}")
    sent = SentPhoto(uuid4(), sha256(content).hexdigest(), len(content), taken and at(taken), "house")
    visit = {"started_at": at("2018-11-03 10:00"), "ended_at": at("2018-11-03 10:40"), **fields}
    visit = make_sent(household, photos=(sent,), **visit)
    record_visit(visit, actor=helper, visitor=visitor)
    attach_photo(visit.identity, sent.identity, BytesIO(content), actor=helper)
    flag_photos()
    return VisitPhoto.objects.get(identity=sent.identity)


@pytest.fixture
def household(helper):
    home = make_household(VILLAGE_A)
    make_pairing(home, helper)
    return home


def test_a_photo_of_the_visit_has_nothing_odd(helper, household):
    photo = photographed(helper, household)
    assert photo.flags == []
    assert photo.checked_at is not None
    assert not VisitPhoto.objects.unchecked().exists()


@pytest.mark.parametrize(
    ("taken", "flags"),
    [
        ("2018-11-02 10:01", []),
        ("2018-11-02 09:59", ["taken_long_before"]),
        ("2018-11-04 10:39", []),
        ("2018-11-04 10:41", ["taken_long_after"]),
        (None, ["no_taken_time"]),
    ],
)
def test_the_time_is_held_against_the_visit_with_a_day_to_spare(helper, household, taken, flags):
    assert photographed(helper, household, taken=taken).flags == flags


def test_without_the_phones_clock_the_whole_day_counts(helper, household):
    photo = photographed(helper, household, taken="2018-11-02 00:01", started_at=None, ended_at=None)
    assert photo.flags == []


def test_a_photo_too_small_to_see_anything_is_flagged(helper, household):
    assert photographed(helper, household, jpeg((64, 48))).flags == ["tiny"]


def test_the_same_photo_for_another_household_is_flagged_and_shown_beside(helper, household):
    other = make_household(VILLAGE_A, "李大山")
    make_pairing(other, helper)
    content = jpeg(LARGE)
    first = photographed(helper, household, content)
    second = photographed(helper, other, content)
    assert (first.flags, second.flags) == ([], ["same_as_other_household"])
    assert same_photos(second) == [first]
    third = photographed(helper, household, content, remark="又一次")
    assert set(third.flags) == {"same_as_other_household", "same_as_earlier_visit"}


def test_the_reviewer_looks_once_and_says_what_he_found(helper, household):
    photo = photographed(helper, household, taken=None)
    clerk = make_actor(Role.VILLAGE_CLERK, VILLAGE_A)
    with pytest.raises(ValidationError, match="请写明"):
        look_at_photo(photo, " ", actor=clerk)
    for other in (helper, make_actor(Role.VILLAGE_CLERK, VILLAGE_B)):
        with pytest.raises(PermissionDenied):
            look_at_photo(photo, "看过", actor=other)
    look_at_photo(photo, "手机没有记时间，当天所拍", actor=clerk)
    assert not VisitPhoto.objects.flagged().exists()
    with pytest.raises(ValidationError, match="已经复核"):
        look_at_photo(photo, "再看", actor=clerk)
    assert Visit.objects.get().is_complete


def test_who_made_or_recorded_the_visit_does_not_clear_its_photos(household):
    clerk, second = (make_actor(Role.VILLAGE_CLERK, VILLAGE_A) for _ in range(2))
    photo = photographed(clerk, household, taken=None, visitor=second)
    for own in (clerk, second):
        with pytest.raises(PermissionDenied, match="由别人核对"):
            look_at_photo(photo, "已核实", actor=own)
        with pytest.raises(IntegrityError), transaction.atomic():
            VisitPhoto.objects.update(looked_by=own, looked_at=timezone.now(), looked_remark="已核实")
    look_at_photo(photo, "已核实", actor=make_actor(Role.TOWNSHIP_OFFICER, VILLAGE_A[:9]))
    assert not VisitPhoto.objects.flagged().exists()
