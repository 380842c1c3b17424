"""Who should have signed and has no paper at all: apps below say whom they expect to.

register(lambda user, area_code, year: [Expected("责任双签", "区水利局", "鸭园镇二道沟村", url), ...])
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """A side that answers for a place by its post and has no paper of the year; where to register one."""

    what: str
    side: str
    places: str
    query: str  # of the page that registers: what is known already


_sources: list[Callable[..., Iterable[Expected]]] = []


def register(source: Callable[..., Iterable[Expected]]) -> None:
    """Add a source: (user, area_code, year) -> those expected in an area, each once."""
    if source not in _sources:
        _sources.append(source)


def expected(user, area_code: str, year: int) -> list[Expected]:
    """All of them, in the order of the sources."""
    return [one for source in _sources for one in source(user, area_code, year)]
