"""Who bears an area code: every app registers its rows, so that a merge or move takes all of them along.

Registered in AppConfig.ready:

    bearers.register(Column("任职", "accounts.posting", "area"))
    bearers.exempt("households.survey", "area_code", "the code of that year stays")

A test walks through all models: whatever points to an area is registered or exempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from django.apps import apps
from django.db.models import Case, QuerySet, Value, When


class Bearer(Protocol):
    """Rows that bear the code of now. `field` names the column it answers for: "accounts.posting.area"."""

    label: str
    fields: tuple[str, ...]

    def count(self, codes: Sequence[str]) -> int:
        """Return how many rows would lose their place if these codes ended."""

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        """Give the rows of each old code the new one, from the day `on`; return how many rows were moved."""


@runtime_checkable
class LockedFirst(Protocol):
    """A bearer whose rows everybody locks before places and what lies in them: so do merges and moves."""

    def lock(self, code: str) -> None:
        """Hold the rows at a place and below it until the end of the transaction."""


@dataclass(frozen=True)
class Column:
    """The plain case: one column of one model; every row gets the new code."""

    label: str
    model: str
    column: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (f"{self.model}.{self.column}",)

    def _rows(self, codes: Sequence[str]) -> QuerySet:
        return apps.get_model(self.model)._base_manager.filter(**{f"{self.column}__in": list(codes)})

    def count(self, codes: Sequence[str]) -> int:
        return self._rows(codes).count()

    def move(self, pairs: Mapping[str, str], *, on: date, document: str, actor) -> int:
        new_code = Case(*(When(**{self.column: old}, then=Value(new)) for old, new in pairs.items()))
        return self._rows(list(pairs)).update(**{self.column: new_code})


def lock(code: str) -> None:
    """Hold what must be held before the place itself; called again with the place held, for who came meanwhile."""
    for bearer in _BEARERS:
        if isinstance(bearer, LockedFirst):
            bearer.lock(code)


_BEARERS: list[Bearer] = []
_EXEMPT: dict[str, str] = {}


def register(bearer: Bearer) -> None:
    """Let merges and moves take these rows along; the same fields again replace what was registered."""
    _BEARERS[:] = [known for known in _BEARERS if known.fields != bearer.fields]
    _BEARERS.append(bearer)


def exempt(model: str, column: str, reason: str) -> None:
    """Say that a column keeps the old code, and why: it belongs to a year or a moment that is over."""
    _EXEMPT[f"{model}.{column}"] = reason


def registered() -> tuple[Bearer, ...]:
    """Return all bearers in the order of registration, that is from the lowest app up."""
    return tuple(_BEARERS)


def answered() -> frozenset[str]:
    """Return the "app.model.column" of everything that is registered or exempt."""
    return frozenset(field for bearer in _BEARERS for field in bearer.fields) | frozenset(_EXEMPT)
