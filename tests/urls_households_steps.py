"""Sample arguments of the addresses of 工作步骤."""

from households.models import Household
from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing
from tests.factories.steps import make_done, make_method
from tests.url_samples import Place, Sample

_LIMITED = frozenset({Role.BUREAU_OFFICER.value})  # sees its own indicator, not the household


def _home(place: Place) -> Household:
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return row


def household(place: Place) -> Sample:
    """A household of the helper of the place."""
    return Sample({"pk": _home(place).pk}, hidden_from=_LIMITED)


def done(place: Place) -> Sample:
    """A step that one has done."""
    row = make_done(_home(place), make_method(place.county))
    return Sample({"pk": row.pk}, hidden_from=_LIMITED)


def not_begun(place: Place) -> Sample:
    """Those who have not begun; a list, of whatever the person sees."""
    return Sample({"done": 0}, everywhere=True)


SAMPLES = {
    "households:step-household": household,
    "households:step-list": not_begun,
    "households:step-withdraw": done,
}
