"""Sample arguments of the addresses of areas: a village of the place and a group in it."""

from tests.factories.areas import make_area, make_settlement
from tests.url_samples import Place, Sample


def village(place: Place) -> Sample:
    """The village where the clerk and the helper are posted."""
    return Sample({"code": place.village})


def group(place: Place) -> Sample:
    """A village group in it."""
    return Sample({"pk": make_settlement(make_area(place.village)).pk})


SAMPLES = {
    "areas:area": village,
    "areas:branch": village,
    "areas:settlement-add": village,
    "areas:settlement": group,
    "areas:settlement-change": group,
    "areas:settlement-close": group,
}
