"""Sample arguments of the list and the page of households."""

from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample


def household(place: Place) -> Sample:
    """A household of the village, paired with the helper there: all who hold the right see it."""
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return Sample({"pk": row.pk})


SAMPLES = {
    "households:detail": household,
    "households:reveal": household,
}
