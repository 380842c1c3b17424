"""The three sides of a conflict, told as the API tells values."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from households.serializers.surveys import FactsSerializer, written_facts
from poverty.web.conflicts import MergeConflict

_SIDES = ("base", "mine", "theirs")


@contextmanager
def _told(tell: Callable[[str, Any], Any]) -> Iterator[None]:
    try:
        yield
    except MergeConflict as error:
        raise MergeConflict(
            {
                name: {side: tell(name, values[side]) for side in _SIDES}
                for name, values in error.conflicts.items()
            }
        ) from error


def facts_in(kind: type[FactsSerializer]):
    """Within: a conflict about facts is raised in the words of their serializer."""
    return _told(lambda name, value: written_facts(kind, {name: value})[name])


def items_in():
    """Within: a conflict about income items is raised as {"amount", "note"}, null for "not there"."""

    def tell(name: str, value: Any) -> Any:
        return {"amount": f"{value[0]:.2f}", "note": value[1]} if isinstance(value, tuple) else value

    return _told(tell)
