"""Sample arguments of the addresses of accounts."""

from poverty.accounts import services
from poverty.accounts.models import Role
from tests.factories.accounts import make_posting, make_unit, make_user
from tests.url_samples import Place, Sample, everyone_but


def person(place: Place) -> Sample:
    """Somebody who works in the township of the place."""
    user = make_user("孙丽", unit=make_unit(area=place.county))
    make_posting(user, Role.TOWNSHIP_OFFICER, place.township)
    return Sample({"pk": user.pk})


def posting(place: Place) -> Sample:
    """A posting to the township of the place."""
    return Sample({"pk": make_posting(make_user("孙丽"), Role.LEADER, place.township).pk})


def unit(place: Place) -> Sample:
    """A unit of the county: everybody below may look it up."""
    return Sample({"pk": make_unit(area=place.county).pk})


def own_token(place: Place) -> Sample:
    """A key of the township officer: nobody else's business."""
    owner = place.actor(Role.TOWNSHIP_OFFICER)
    token, _ = services.create_token(owner, actor=owner, name="每周导出")
    return Sample({"pk": token.pk}, hidden_from=everyone_but(Role.TOWNSHIP_OFFICER))


SAMPLES = {
    "accounts:token-revoke": own_token,
    "accounts:user": person,
    "accounts:user-edit": person,
    "accounts:user-give-account": person,
    "accounts:user-reset-password": person,
    "accounts:user-deactivate": person,
    "accounts:user-reactivate": person,
    "accounts:posting-add": person,
    "accounts:posting-end": posting,
    "accounts:unit": unit,
    "accounts:unit-edit": unit,
}
