"""Sample arguments of the addresses of 电商带动."""

from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing
from tests.factories.sales import make_result, make_sale
from tests.url_samples import Place, Sample

# A bureau of another sector sees none of it.
_BUREAU = frozenset({Role.BUREAU_OFFICER.value})


def _sale(place: Place):
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return make_sale(row)


def agreement(place: Place) -> Sample:
    """One of a household of the helper of the place."""
    return Sample({"pk": _sale(place).pk}, hidden_from=_BUREAU)


def to_register(place: Place) -> Sample:
    """A household to sign with: seen by the bureau, too, whose business it is not."""
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return Sample({"pk": row.pk}, refused_to=_BUREAU)


def of_year(place: Place) -> Sample:
    """What was bought in 2018."""
    return Sample({"pk": _sale(place).pk, "year": 2018}, hidden_from=_BUREAU)


def result(place: Place) -> Sample:
    """A result that counts."""
    return Sample({"pk": make_result(_sale(place)).pk}, hidden_from=_BUREAU)


SAMPLES = {
    "api:sale-agreement-detail": agreement,
    "households:sale": agreement,
    "households:sale-new": to_register,
    "households:sale-scan": agreement,
    "households:sale-end": agreement,
    "households:sale-withdraw": agreement,
    "households:sale-result": of_year,
    "households:sale-result-withdraw": result,
}
