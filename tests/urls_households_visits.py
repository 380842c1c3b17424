"""Sample arguments of the addresses of visits: one made by the helper of the place, with a photo that is still to come."""

from uuid import uuid4

from households.models import Visit
from households.visits.sent import SentPhoto
from households.visits.services.recording import record_visit
from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing
from tests.factories.visits import fact, make_sent
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


SAMPLES: dict = {}
