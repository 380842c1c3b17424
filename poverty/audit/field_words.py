"""What the log calls the fields of changes that no model of the case has, and how their values read.

By the beginning of the action, since "role" is one thing of a file and another of a posting. Every app registers its
own when it is ready.
"""

from collections.abc import Callable, Mapping
from typing import Any

Words = Callable[[Any], str]
_LABELS: dict[str, dict[str, str]] = {}
_VALUES: dict[str, dict[str, Words]] = {}


def register(
    prefix: str, labels: Mapping[str, str], values: Mapping[str, Mapping[str, str] | Words] | None = None
) -> None:
    """Name fields of the actions that begin with `prefix`: ("files.", {"role": "用途"}).

    `values` puts the values of a field into words, by a table or a function; what a table lacks stays as it is. A
    field "requirement:income" takes the label of "requirement" and the words of the value "income".
    """
    _LABELS.setdefault(prefix, {}).update(labels)
    for name, words in (values or {}).items():
        told = words if callable(words) else (lambda value, table=words: str(table.get(value, value)))
        _VALUES.setdefault(prefix, {})[name] = told


def label(action: str, name: str) -> str:
    """The label of a field in the changes of an action; "" when nobody named it."""
    head, colon, tail = name.partition(":")
    found = _found(_LABELS, action, head)
    return f"{found}：{value(action, head, tail) or tail}" if found and colon else found or ""


def value(action: str, name: str, of: Any) -> str:
    """A value of that field in words; "" when nobody said how."""
    words = _found(_VALUES, action, name)
    return words(of) if words else ""


def _found(table, action: str, name: str):
    fitting = [prefix for prefix, names in table.items() if action.startswith(prefix) and name in names]
    return table[max(fitting, key=len)][name] if fitting else None
