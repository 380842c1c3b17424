"""Sample arguments of the addresses of village posts."""

from poverty.accounts.models import Role
from tests.factories.posts import make_post, make_template
from tests.factories.villages import make_village
from tests.url_samples import Place, Sample


def new(place: Place) -> Sample:
    """A post that nobody holds yet."""
    return Sample({"pk": make_village(place.village).pk, "post": "technician"})


def post(place: Place) -> Sample:
    """A first secretary."""
    return Sample({"pk": make_post(make_village(place.village)).pk})


def person(place: Place) -> Sample:
    """The villages of a first secretary."""
    return Sample({"pk": make_post(make_village(place.village)).person_id})


def unit(place: Place) -> Sample:
    """The villages of a unit."""
    return Sample({"pk": make_post(make_village(place.village), "unit").unit_id})


def template(place: Place) -> Sample:
    """What the county asks: the county's own business."""
    return Sample(
        {"pk": make_template(place.county).pk}, hidden_from=frozenset({Role.TOWNSHIP_OFFICER.value})
    )


SAMPLES = {
    "api:village-post-detail": post,
    "villages:post-new": new,
    "villages:post-change": post,
    "villages:post-end": post,
    "villages:post-person": person,
    "villages:post-unit": unit,
    "villages:post-template-end": template,
}
