"""Which ledgers there are. An app registers its own when everything is loaded (its `registrations.py`)."""

from poverty.ledgers.ledger import Ledger

_ledgers: dict[str, Ledger] = {}


def register(ledger: Ledger) -> Ledger:
    """Make a ledger known by its name. ValueError when the name is taken by another one."""
    if _ledgers.setdefault(ledger.name, ledger) is not ledger:
        raise ValueError(f"Two ledgers named {ledger.name!r}.")
    return ledger


def get(name: str) -> Ledger | None:
    """The ledger of a name; None when there is none (any more)."""
    return _ledgers.get(name)


def all_for(user) -> list[Ledger]:
    """The ledgers whose right a user holds somewhere, in the order of registration."""
    return [one for one in _ledgers.values() if user.has_right(one.right)]


def names() -> list[str]:
    """The names of all ledgers, in the order of registration."""
    return list(_ledgers)
