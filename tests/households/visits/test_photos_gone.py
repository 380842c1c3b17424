"""Photos that never come: another one is taken in their place, or they are given up with the reason; once, for good."""

from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from households.models import Visit, VisitPhoto
from households.visits.filters import PHOTOS_LACK, in_state
from households.visits.sent import SentPhoto
from households.visits.services.photos import attach_photo
from households.visits.services.photos_gone import MOST_ROWS, give_up_photo, replace_photo
from households.visits.services.recording import record_visit
from poverty.audit.models import Entry
from tests.actors import VILLAGE_A, client_of
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing
from tests.factories.standards import make_standard
from tests.factories.visits import make_sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day_of_2018(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    with time_machine.travel("2018-11-03 16:00 +0800", tick=True):
        yield


def announced(content, kind="house"):
    return SentPhoto(uuid4(), sha256(content).hexdigest(), len(content), kind=kind)


@pytest.fixture
def sent(helper):
    """A visit with two photos, of which one has come."""
    make_standard()
    home = make_household(VILLAGE_A)
    make_pairing(home, helper)
    good, bad = jpeg(colour="red"), b"MZ no photo"
    photos = (announced(good), announced(bad))
    made = make_sent(home, photos=photos)
    record_visit(made, actor=helper)
    put(made, photos[0], good, helper)
    return made


def put(visit, photo, content, actor):
    return attach_photo(visit.identity, photo.identity, BytesIO(content), actor=actor)


def stands(visit):
    row = Visit.objects.get(identity=visit.identity)
    return row.photos_expected, row.photos_arrived, row.photos_given_up, row.is_complete


def url(name, *args):
    return reverse(f"households:{name}", args=args)


# --- another one ------------------------------------------------------------------------------------------


def test_another_one_in_its_place_makes_the_visit_complete(helper, sent):
    bad, content = sent.photos[1], jpeg(colour="blue")
    another = announced(content)
    for _ in range(3):  # the answer was lost twice
        assert replace_photo(sent.identity, bad.identity, another, actor=helper) == "waiting_photos"
    assert record_visit(sent, actor=helper).missing_photos == [another.identity]
    assert stands(sent) == (2, 1, 0, False)
    for _ in range(2):
        assert put(sent, another, content, helper) == "received"
    assert stands(sent) == (2, 2, 0, True)
    assert VisitPhoto.objects.count() == 3
    assert Entry.objects.filter(action="households.visit.photo_replace").count() == 1


def test_the_one_in_its_place_may_be_refused_too_and_is_replaced_or_given_up(helper, sent):
    second, third = announced(b"MZ again"), announced(b"MZ and again")
    replace_photo(sent.identity, sent.photos[1].identity, second, actor=helper)
    replace_photo(sent.identity, second.identity, third, actor=helper)
    assert give_up_photo(sent.identity, third.identity, "拍不成", actor=helper) == "received"
    assert stands(sent) == (2, 1, 1, True)


def test_only_one_takes_the_place_of_one_that_is_waited_for(helper, sent):
    here, bad = sent.photos
    with pytest.raises(ValidationError, match="已经收到"):
        replace_photo(sent.identity, here.identity, announced(b"1"), actor=helper)
    taken = announced(b"2")
    replace_photo(sent.identity, bad.identity, taken, actor=helper)
    with pytest.raises(ValidationError, match="已经换了一张"):
        replace_photo(sent.identity, bad.identity, announced(b"3"), actor=helper)
    with pytest.raises(ValidationError, match="已属于另一张"):
        replace_photo(sent.identity, here.identity, taken, actor=helper)
    # What comes for the first one now is not taken, and giving it up changes nothing.
    with pytest.raises(ValidationError, match="已经换了一张"):
        put(sent, bad, b"MZ no photo", helper)
    assert give_up_photo(sent.identity, bad.identity, "不要了", actor=helper) == "waiting_photos"
    assert stands(sent) == (2, 1, 0, False)


def test_there_is_an_end_to_it(helper, sent):
    last = sent.photos[1]
    for number in range(MOST_ROWS - 2):
        another = announced(f"{number}".encode())
        replace_photo(sent.identity, last.identity, another, actor=helper)
        last = another
    with pytest.raises(ValidationError, match="换得太多"):
        replace_photo(sent.identity, last.identity, announced(b"x"), actor=helper)


# --- given up ---------------------------------------------------------------------------------------------


def test_given_up_with_its_reason_the_visit_is_complete_and_says_why(helper, sent):
    bad = sent.photos[1]
    assert in_state(Visit.objects.all(), PHOTOS_LACK).exists()
    for _ in range(3):
        assert give_up_photo(sent.identity, bad.identity, " 打不开 ", actor=helper) == "received"
    assert stands(sent) == (2, 1, 1, True)
    assert not in_state(Visit.objects.all(), PHOTOS_LACK).exists()
    row = VisitPhoto.objects.get(identity=bad.identity)
    assert (row.given_up_by, row.given_up_reason) == (helper, "打不开")
    entry = Entry.objects.get(action="households.visit.photo_give_up")
    assert entry.summary == "2018-11-03 的走访（住房）：放弃一张照片：打不开"
    answer = record_visit(sent, actor=helper)
    assert (answer.state, answer.missing_photos) == ("received", [])
    page = client_of(helper).get(url("visit", row.visit_id)).content.decode()
    assert "已放弃" in page
    assert "打不开" in page


def test_without_a_reason_nothing_is_given_up(helper, sent):
    with pytest.raises(ValidationError, match="请写明"):
        give_up_photo(sent.identity, sent.photos[1].identity, "  ", actor=helper)
    assert stands(sent) == (2, 1, 0, False)


def test_what_has_come_stays_and_what_was_given_up_does_not_come(helper, sent):
    here, bad = sent.photos
    give_up_photo(sent.identity, here.identity, "不要了", actor=helper)
    assert VisitPhoto.objects.get(identity=here.identity).given_up_at is None
    give_up_photo(sent.identity, bad.identity, "不要了", actor=helper)
    with pytest.raises(ValidationError, match="已经放弃"):
        put(sent, bad, b"MZ no photo", helper)
    with pytest.raises(ValidationError, match="已经放弃"):
        replace_photo(sent.identity, bad.identity, announced(b"1"), actor=helper)


def test_nobody_else_decides_about_them(village_clerk, township_officer, sent):
    for other in (village_clerk, township_officer):
        with pytest.raises(ObjectDoesNotExist):
            give_up_photo(sent.identity, sent.photos[1].identity, "不要了", actor=other)
        with pytest.raises(ObjectDoesNotExist):
            replace_photo(sent.identity, sent.photos[1].identity, announced(b"1"), actor=other)


def test_the_database_keeps_it_too(helper, sent):
    here, bad = (VisitPhoto.objects.get(identity=one.identity) for one in sent.photos)
    give_up_photo(sent.identity, bad.identity, "不要了", actor=helper)
    rows = VisitPhoto.objects.filter(pk=bad.pk)
    refused = [
        lambda: rows.update(given_up_reason="改了"),
        lambda: rows.update(given_up_at=None, given_up_by=None, given_up_reason=""),
        lambda: rows.update(file=here.file, arrived_at=timezone.now()),
        lambda: Visit.objects.filter(identity=sent.identity).update(photos_given_up=0),
        lambda: Visit.objects.filter(identity=sent.identity).update(photos_given_up=2),
        *[
            lambda old=old: VisitPhoto.objects.create(visit=here.visit, replaces=old, **vars(announced(b"1")))
            for old in (here, bad)
        ],
    ]
    for change in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# --- pages and phone --------------------------------------------------------------------------------------


def test_on_the_page_ones_own_is_given_up_with_a_reason(helper, village_clerk, sent):
    photo = VisitPhoto.objects.get(identity=sent.photos[1].identity)
    target = url("visit-photo-gone", photo.pk)
    client = client_of(helper)
    assert target in client.get(url("visit", photo.visit_id)).content.decode()
    assert client_of(village_clerk).get(target).status_code == 404
    assert client.post(target, {"reason": ""}).status_code == 422
    assert client.post(target, {"reason": "手机丢失"}).status_code == 302
    assert stands(sent) == (2, 1, 1, True)
    again = client.post(target, {"reason": "手机丢失"}, follow=True)
    assert again.redirect_chain[0][0] == url("visit", photo.visit_id)
    assert "不用再等" in again.content.decode()
    assert VisitPhoto.objects.get(pk=photo.pk).given_up_reason == "手机丢失"


def test_the_phone_is_answered_the_state(helper, sent):
    base = f"/api/v1/visits/{sent.identity}/photos"
    content = jpeg(colour="blue")
    another = {"identity": str(uuid4()), "sha256": sha256(content).hexdigest(), "bytes": len(content)}
    client = APIClient()
    client.force_login(helper)

    def post(place, body):
        return client.post(f"{base}/{place}", body, format="json")

    bad = sent.photos[1].identity
    assert post(f"{bad}/give-up", {"reason": ""}).status_code == 422
    assert post(f"{bad}/replacement", {**another, "sha256": "no"}).status_code == 422
    assert post(f"{bad}/replacement", another).json() == {"state": "waiting_photos"}
    assert post(f"{another['identity']}/give-up", {"reason": "拍不成"}).json() == {"state": "received"}
    assert post(f"{uuid4()}/give-up", {"reason": "无"}).status_code == 404
    # Each refusal has its code: the phone keeps the photo that it meant to send instead.
    another["identity"] = str(uuid4())
    assert post(f"{bad}/replacement", another).json()["code"] == "replaced"
    here = sent.photos[0].identity
    assert post(f"{here}/replacement", another).json()["code"] == "arrived"
