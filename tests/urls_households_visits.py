"""Sample arguments of the addresses of visits: one made by the helper of the place, with a photo that is still to come."""

from hashlib import sha256
from io import BytesIO
from uuid import uuid4

from django.utils import timezone

from households.models import Visit
from households.visits.sent import SentPhoto
from households.visits.services.photo_flags import flag_photos
from households.visits.services.photos import attach_photo
from households.visits.services.recording import record_visit
from households.visits.services.unsent import OnPhone, say_unsent
from poverty.accounts.models import Role
from tests.factories.files import jpeg
from tests.factories.households import make_household, make_pairing
from tests.factories.visits import fact, make_sent, make_template
from tests.url_samples import Place, Sample, everyone_but


def visit(place: Place, **fields) -> Visit:
    """A visit of the helper to his household, late since these are days of 2018."""
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    fields = {
        "late_reason": "纸质表后补",
        "photos": (SentPhoto(uuid4(), "a" * 64, 9, kind="house"),),
        **fields,
    }
    record_visit(make_sent(household, **fields), actor=place.actor(Role.HELPER))
    return Visit.objects.get(household=household)


def visit_answer(place: Place) -> Sample:
    """By its identity."""
    return Sample({"identity": visit(place).identity})


def photo(place: Place) -> Sample:
    """Of one's own visit only."""
    made = visit(place)
    return Sample(
        {"identity": made.identity, "photo": made.photos.get().identity},
        hidden_from=everyone_but(Role.HELPER),
    )


def open_fact(place: Place):
    """A fact of a visit about which somebody has to decide."""
    return visit(place, facts=(fact("dangerous_grade", "b", "z"),)).facts.get()


def _visit(place: Place) -> Sample:
    return Sample({"pk": visit(place).pk})


def _withdraw(place: Place) -> Sample:
    return Sample({"pk": visit(place).pk})


def _fact(place: Place) -> Sample:
    return Sample({"pk": open_fact(place).pk})


def flagged(place: Place):
    """A photo that has come and is too small to see anything."""
    content = jpeg()
    announced = SentPhoto(uuid4(), sha256(content).hexdigest(), len(content), kind="house")
    made = visit(place, photos=(announced,))
    attach_photo(made.identity, announced.identity, BytesIO(content), actor=place.actor(Role.HELPER))
    flag_photos()
    return made.photos.get()


def _photo(place: Place) -> Sample:
    return Sample({"pk": flagged(place).pk})


def _enter(place: Place) -> Sample:
    household = make_household(place.village)
    make_pairing(household, place.actor(Role.HELPER))
    make_template()
    return Sample({"pk": household.pk})


def _photos_add(place: Place) -> Sample:
    """To one's own visit only."""
    return Sample({"pk": visit(place).pk}, hidden_from=everyone_but(Role.HELPER))


def _recheck(place: Place) -> Sample:
    return Sample({"pk": visit(place, signed=False, refusal_reason="户主外出").pk})


def _give_up(place: Place) -> Sample:
    """A phone of a helper of the place that still holds visits."""
    helper = place.actor(Role.HELPER)
    make_pairing(make_household(place.village), helper)
    told = OnPhone(2, 1, 0, timezone.localdate())
    return Sample({"pk": say_unsent(uuid4(), told, "Android 9", actor=helper).pk})


def _photo_gone(place: Place) -> Sample:
    """Of one's own visit only."""
    return Sample({"pk": visit(place).photos.get().pk}, hidden_from=everyone_but(Role.HELPER))


SAMPLES = {
    "households:visit-photo-gone": _photo_gone,
    "households:visits-give-up": _give_up,
    "households:visit": _visit,
    "households:visit-withdraw": _withdraw,
    "households:visit-photos-add": _photos_add,
    "households:visit-recheck": _recheck,
    "households:visit-settle": _visit,
    "households:visit-fact": _fact,
    "households:visit-photo": _photo,
    "households:visit-enter": _enter,
}
