"""Sample arguments of the addresses of the register: changes, persons, pairing, years."""

from datetime import date

from households.services.changes import confirm_changes, propose_change
from poverty.accounts.models import Role
from tests.factories.households import make_household, make_pairing, make_year
from tests.url_samples import Sample

# A bureau officer sees name, village and his own indicator, and a helper his own households.
_LIMITED = frozenset({Role.BUREAU_OFFICER.value})
_NOT_PAIRED = frozenset({Role.HELPER.value})


def _household(place):
    return make_household(place.village, members=[{"name": "李秀英", "relation": "spouse", "sex": "female"}])


def household(place, **kwargs) -> Sample:
    """A household of the village."""
    return Sample({"pk": _household(place).pk, **kwargs}, hidden_from=_LIMITED)


def own_household(place) -> Sample:
    """A household of the village, paired with the helper."""
    row = _household(place)
    make_pairing(row, place.actor(Role.HELPER))
    return Sample({"pk": row.pk})


def _change(place):
    return propose_change(
        "clear_household",
        _household(place),
        actor=place.actor(Role.VILLAGE_CLERK),
        happened_on=date(2018, 10, 5),
        reason="有商品房",
        document_name="核查表",
    )


def change(place) -> Sample:
    """A change that waits for the township."""
    return Sample({"pk": _change(place).pk})


def returnable(place) -> Sample:
    """A change that the county may send back."""
    row = _change(place)
    confirm_changes([row.pk], actor=place.actor(Role.TOWNSHIP_OFFICER))
    return Sample({"pk": row.pk})


def person(place) -> Sample:
    """A person of the village; the helper's own household."""
    row = _household(place)
    make_pairing(row, place.actor(Role.HELPER))
    return Sample({"pk": row.head_id}, hidden_from=_LIMITED)


def pairing(place) -> Sample:
    """A household of the village with its helper."""
    return Sample({"pk": make_pairing(_household(place), place.actor(Role.HELPER)).pk})


def helper(place) -> Sample:
    """The helper of the village."""
    return Sample({"pk": place.actor(Role.HELPER).pk})


def year(place) -> Sample:
    """A year of the county."""
    return Sample({"pk": make_year(place.county).pk})


def closed_year(place) -> Sample:
    """A closed year of the county."""
    return Sample({"pk": make_year(place.county, state="closed").pk})


SAMPLES = {
    "households:propose-start": household,
    "households:propose": lambda place: household(place, kind="add_member"),
    "households:discard": household,
    "households:change": change,
    "households:change-return": returnable,
    "households:change-withdraw": change,
    "households:person": person,
    "households:person-edit": person,
    "households:record-edit": household,
    "households:position": own_household,
    "households:place": household,
    "households:adopt": household,
    "households:pair": household,
    "households:pairing-end": pairing,
    "households:pairing-transfer": pairing,
    "households:helper": helper,
    "households:year-close": year,
    "households:year-reopen": closed_year,
}
