"""Sample arguments of the addresses of ledgers. A ledger belongs to no place, an export to that of its rows."""

from poverty.accounts.models import Role
from poverty.accounts.rights import ROLE_RIGHTS
from tests.factories.exports import make_export
from tests.factories.imports import make_import
from tests.url_samples import Sample

# Of what another has exported they see nothing, though they may export themselves.
UNSEEING = frozenset(
    role.value
    for role in Role
    if "household.export" in ROLE_RIGHTS[role] and "export.oversee" not in ROLE_RIGHTS[role]
)


def _ledger(place):
    return Sample({"name": "households"}, everywhere=True)


def _export(place):
    return Sample({"pk": make_export(place.county).pk}, hidden_from=UNSEEING)


def _import(place):
    """An import into the township that has been checked."""
    return Sample({"pk": make_import(place).pk}, hidden_from=frozenset({"bureau_officer"}))


SAMPLES = {
    "ledgers:ledger": _ledger,
    "ledgers:ledger-count": _ledger,
    "ledgers:export": _ledger,
    "ledgers:exported": _export,
    "ledgers:export-file": _export,
    "ledgers:import": _import,
    "ledgers:import-choose": _import,
    "ledgers:import-apply": _import,
    "ledgers:import-again": _import,
    "ledgers:import-cancel": _import,
    "ledgers:import-report": _import,
}
