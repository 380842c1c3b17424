"""Filters live in the address: building queries, and the chips that take one filter away again."""

from dataclasses import dataclass

from django.http import QueryDict

from poverty.web.canonical import shown


def query_with(query: QueryDict, **changes) -> str:
    """`?a=1&b=2` with some names set (a list sets several values) or, with None or "", taken out."""
    changed = query.copy()
    for name, value in changes.items():
        if value in (None, "", []):
            changed.pop(name, None)
        elif isinstance(value, (list, tuple)):
            changed.setlist(name, [str(item) for item in value])
        else:
            changed[name] = str(value)
    return "?" + changed.urlencode()


def query_without(query: QueryDict, name: str, value: str | None = None) -> str:
    """The query without `name`, or without one of its values; the page token goes too."""
    changed = query.copy()
    left = [] if value is None else [item for item in changed.getlist(name) if item != str(value)]
    changed.pop("page", None)
    if left:
        changed.setlist(name, left)
    else:
        changed.pop(name, None)
    return "?" + changed.urlencode()


# The ends of a range by what django-filter appends to the field's name; "" is the field itself.
_ENDS = {"": "", "_min": " 起", "_max": " 止", "_after": " 起", "_before": " 止"}


@dataclass(frozen=True)
class Chip:
    """One filter in use: 致贫原因: 因病 and the address without it."""

    label: str
    value: str
    remove_url: str


def chips_of(form, query: QueryDict, skip=()) -> list[Chip]:
    """One chip per value in use; the label of a choice, not its key. Hidden fields and `skip` give none."""
    chips = []
    for bound in form:
        if bound.is_hidden or bound.name in skip:
            continue
        # Not by the beginning alone: indicator_state is a field of its own, not an end of indicator.
        own = bound.html_name
        names = [name for name in query if name.startswith(own) and name.removeprefix(own) in _ENDS]
        for name in names:
            for value in query.getlist(name):
                if value:
                    text = shown(bound.field, value) + _end_of_range(bound.html_name, name)
                    chips.append(Chip(str(bound.label), text, query_without(query, name, value)))
    return chips


def _end_of_range(html_name, name):
    return _ENDS[name.removeprefix(html_name)]
