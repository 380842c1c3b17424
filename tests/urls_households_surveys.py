"""Sample arguments of the addresses of yearly facts: the helper's own household, its head, an open year."""

from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing, make_year
from tests.url_samples import Place, Sample

YEAR = 2018


def _own(place: Place, **kwargs):
    row = make_household(place.village, **kwargs)
    make_pairing(row, place.actor(Role.HELPER))
    return row


def surveyed(place: Place) -> Sample:
    """A household with facts of the year."""
    return Sample({"pk": _own(place).pk, "year": YEAR})


def unstarted(place: Place) -> Sample:
    """A household whose year was not started."""
    row = _own(place, survey=False)
    make_year(place.county, YEAR)
    return Sample({"pk": row.pk, "year": YEAR})


def person(place: Place) -> Sample:
    """Its head."""
    return Sample({"pk": _own(place).head_id, "year": YEAR})


SAMPLES = {
    "households:survey-start": unstarted,
    "households:survey-edit": surveyed,
    "households:income-edit": surveyed,
    "households:members-survey": surveyed,
    "households:member-survey-edit": person,
    "households:sector-edit": surveyed,
}
