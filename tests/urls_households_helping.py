"""Sample arguments of the addresses of papers of responsibility and trainings of cadres."""

from poverty.accounts.models import Role
from tests.factories.helping import make_paper, make_training
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample


def agreement(place: Place) -> Sample:
    """The agreement of a household with the helper of the place."""
    household = make_household(place.village)
    helper = place.actor(Role.HELPER)
    make_pairing(household, helper)
    return Sample({"pk": make_paper(household=household, person=helper).pk})


def of_the_township(place: Place) -> Sample:
    """A training of the township: its own and the county's business."""
    below = frozenset({Role.VILLAGE_CLERK.value})
    return Sample({"pk": make_training(place.township).pk}, hidden_from=below)


SAMPLES = {
    "households:responsibility": agreement,
    "households:responsibility-print": agreement,
    "households:responsibility-sign": agreement,
    "households:responsibility-correct": agreement,
    "households:responsibility-withdraw": agreement,
    "households:cadre-training": of_the_township,
    "households:cadre-training-person": of_the_township,
}
