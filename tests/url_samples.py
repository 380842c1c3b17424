"""Sample arguments for every address that takes some, for the table of every URL x every actor.

Each app registers its own in `tests/urls_<app>.py`:

    SAMPLES = {
        "households:detail": lambda place: Sample({"pk": make_household(place).pk}),
    }

The function gets a Place and makes whatever the address names *in that place*, so that everybody posted there
who holds the right may see it. `place.actor(Role.HELPER)` is for pairing: a helper sees what is paired with
him, nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from poverty.accounts.models import Role, User


@dataclass(frozen=True)
class Place:
    """A village with the ten people who work there (or above it), one of each role."""

    village: str
    actors: dict[str, User]

    @property
    def township(self) -> str:
        """Code of the township."""
        return self.village[:9]

    @property
    def county(self) -> str:
        """Code of the county."""
        return self.village[:6]

    def actor(self, role) -> User:
        """The person of this role here."""
        return self.actors[Role(role).value]


@dataclass(frozen=True)
class Sample:
    """Arguments of one address. `query`: appended as ?a=b.

    `hidden_from`: roles that hold the right and stand in the place, and still must get 404 (a helper for what
    is not his own; everybody but the owner of something personal). `refused_to`: the same, but 403.
    `everywhere`: what is named belongs to no place (a parameter by its code), so another county gets it too.
    """

    kwargs: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)
    hidden_from: frozenset = frozenset()
    refused_to: frozenset = frozenset()
    everywhere: bool = False


ALL_ROLES = frozenset(role.value for role in Role)


def everyone_but(*roles) -> frozenset:
    """All roles without these."""
    return ALL_ROLES - {Role(role).value for role in roles}


def registered() -> dict[str, Callable[[Place], Sample]]:
    """View name -> function, from all tests/urls_*.py. Raises ValueError when two register the same name."""
    found: dict[str, Callable[[Place], Sample]] = {}
    for path in sorted(Path(__file__).parent.glob("urls_*.py")):
        for name, sample in import_module(f"tests.{path.stem}").SAMPLES.items():
            if name in found:
                raise ValueError(f"{name} is registered twice.")
            found[name] = sample
    return found
