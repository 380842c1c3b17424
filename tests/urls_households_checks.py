"""Sample arguments of the addresses of the data checks: a household without a telephone number."""

from poverty.accounts.models import Role
from tests.factories.checks import finding_of
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample


def household(place: Place) -> Sample:
    """A household of the place, paired with its helper."""
    return Sample({"pk": _household(place).pk})


def finding(place: Place) -> Sample:
    """A finding that nobody answered; no bureau sees this check."""
    return Sample({"pk": finding_of(_household(place), "household.phone_missing").pk})


def _household(place: Place):
    made = make_household(place.village)
    make_pairing(made, place.actor(Role.HELPER))
    return made


SAMPLES = {
    "households:finding-answer": finding,
    "households:household-checks": household,
    "households:household-checks-again": household,
}
