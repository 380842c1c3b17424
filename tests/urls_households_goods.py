"""Sample arguments of the addresses of 四个好."""

from poverty.accounts.models import Role
from tests.factories.goods import make_goods
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Place, Sample

_LIMITED = frozenset({Role.BUREAU_OFFICER.value})  # sees its own indicator, not the household


def household(place: Place) -> Sample:
    """A household of the helper of the place."""
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return Sample({"pk": row.pk}, hidden_from=_LIMITED)


def entry(place: Place) -> Sample:
    """What was ticked of one."""
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return Sample({"pk": make_goods(row).pk}, hidden_from=_LIMITED)


def households_behind(place: Place) -> Sample:
    """Those who lack 住上好房子; a list, of whatever the person sees."""
    return Sample({"what": "house", "state": "unmet"}, everywhere=True)


SAMPLES = {
    "api:goods-entry-detail": entry,
    "households:goods-household": household,
    "households:goods-list": households_behind,
}
