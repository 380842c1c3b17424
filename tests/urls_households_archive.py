"""Sample arguments of the addresses of the four-level archive and of handbook labels."""

from households.models import HandbookLabel
from poverty.accounts.models import Role
from poverty.accounts.rights import ROLE_RIGHTS
from tests.factories.archive import make_archive_file
from tests.factories.households import make_household, make_pairing
from tests.url_samples import Sample

_LIMITED = frozenset({Role.BUREAU_OFFICER.value})
# Of what another has taken out they see nothing, though they may take out themselves.
_UNSEEING = frozenset(
    role.value
    for role in Role
    if "household.export" in ROLE_RIGHTS[role] and "export.oversee" not in ROLE_RIGHTS[role]
)


def _household(place):
    row = make_household(place.village)
    make_pairing(row, place.actor(Role.HELPER))
    return row


def _card(place):
    return Sample({"pk": _household(place).pk}, hidden_from=_LIMITED)


def _village(place):
    """The village, for those who keep its register or the township's above it."""
    _household(place)
    return Sample({"code": place.village})


def _township(place):
    """The township; the village below does not keep its book."""
    _household(place)
    return Sample({"code": place.township}, hidden_from=frozenset({Role.VILLAGE_CLERK.value}))


def _file(place):
    return Sample({"pk": make_archive_file(place.county).pk}, hidden_from=_UNSEEING)


def _label(place):
    row = _household(place)
    label = HandbookLabel.objects.create(
        household=row, code="2345678abcdefghjkmnp", issued_by=place.actor(Role.VILLAGE_CLERK)
    )
    return Sample({"code": label.code}, hidden_from=_LIMITED)


SAMPLES = {
    "households:archive-cards": _village,
    "households:archive-register": _village,
    "households:archive-labels": _village,
    "households:archive-book": _township,
    "households:archive-take": _village,
    "households:archive-file": _file,
    "households:archive-download": _file,
    "households:card": _card,
    "households:electronic-file": _card,
    "households:label": _label,
}
