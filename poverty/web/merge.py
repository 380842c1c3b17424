"""Three-way merge by field: what one person saw, what he made of it, and what stands there now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MISSING = object()  # no base value came with the form: nothing can be taken for granted


@dataclass(frozen=True)
class Merge:
    """`values`: the outcome per field (at a conflict: mine). `conflicts`: field -> (base, mine, theirs).

    `changed`: fields whose outcome differs from what stands there now, that is, what a save would write.
    `kept`: fields that only the other person changed.
    """

    values: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, tuple[Any, Any, Any]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


def equal(left, right) -> bool:
    """Plain equality; "" and None are both "not answered"."""
    empty = (None, "")
    if left in empty and right in empty:
        return True
    return left == right


def merge(base: Mapping, mine: Mapping, theirs: Mapping, same: Callable[[Any, Any], bool] = equal) -> Merge:
    """Merge the fields of `mine`. Missing in `theirs` counts as None, in `base` as unseen.

    | mine vs base | theirs vs base | outcome |
    | same         | any            | theirs  |
    | differs      | same           | mine    |
    | differs      | differs, but the two agree | that value |
    | differs      | differs        | conflict |
    | base unseen  | mine and theirs differ | conflict |
    """
    values, conflicts, changed, kept = {}, {}, set(), set()
    for name, my_value in mine.items():
        base_value, their_value = base.get(name, MISSING), theirs.get(name)
        if same(my_value, their_value):
            values[name] = their_value
        elif base_value is not MISSING and same(my_value, base_value):
            values[name] = their_value
            kept.add(name)
        else:
            values[name] = my_value
            changed.add(name)
            if base_value is MISSING or not same(their_value, base_value):
                conflicts[name] = (None if base_value is MISSING else base_value, my_value, their_value)
    return Merge(values, conflicts, frozenset(changed), frozenset(kept))
