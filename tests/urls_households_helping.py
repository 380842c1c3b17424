"""Sample arguments of the addresses of papers of responsibility and trainings of cadres."""

from poverty.accounts.models import Role
from tests.factories.accounts import make_unit
from tests.factories.helping import make_paper, make_training
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample


def agreement(place: Place) -> Sample:
    """The agreement of a household with the helper of the place."""
    household = make_household(place.village)
    helper = place.actor(Role.HELPER)
    make_pairing(household, helper)
    return Sample({"pk": make_paper(household=household, person=helper).pk})


def pairing(place: Place) -> Sample:
    """A pairing with the helper of the place."""
    household = make_household(place.village)
    return Sample({"pk": make_pairing(household, place.actor(Role.HELPER)).pk})


def of_the_township(place: Place) -> Sample:
    """A training of the township: its own and the county's business."""
    below = frozenset({Role.VILLAGE_CLERK.value})
    return Sample({"pk": make_training(place.township).pk}, hidden_from=below)


def unit(place: Place) -> Sample:
    """The unit of the helper of the place."""
    helper = place.actor(Role.HELPER)
    helper.unit = make_unit("二道江区林业局", place.county, kind="helping_unit")
    helper.save()
    make_pairing(make_household(place.village), helper)
    return Sample({"pk": helper.unit_id})


SAMPLES = {
    "api:pairing-detail": pairing,
    "api:responsibility-detail": agreement,
    "households:pairing-unit": unit,
    "households:responsibility": agreement,
    "households:responsibility-print": agreement,
    "households:responsibility-sign": agreement,
    "households:responsibility-correct": agreement,
    "households:responsibility-withdraw": agreement,
    "households:cadre-training": of_the_township,
    "households:cadre-training-person": of_the_township,
}
