"""Sample arguments of the addresses of standards."""

from tests.factories.standards import make_standard
from tests.url_samples import Place, Sample


def published(place: Place) -> Sample:
    """In force in the county of the place: everybody there may read it."""
    return Sample({"pk": make_standard(place.county).pk})


def draft(place: Place) -> Sample:
    """A draft of the county, by somebody else than the reviewer of the place."""
    return Sample({"pk": make_standard(place.county, status="draft").pk})


SAMPLES = {
    "standards:detail": published,
    "standards:correct": published,
    "standards:edit": draft,
    "standards:withdraw": draft,
    "standards:publish": draft,
}
