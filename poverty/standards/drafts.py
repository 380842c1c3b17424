"""A draft as plain values: what a form sends along as its base, and how two people's changes to one draft
meet.

Requirement rows are merged as wholes, by indicator: two people who change the same row must look at it
together, two who change different rows do not get in each other's way.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from poverty.standards.models import Standard
from poverty.standards.rules import FIELDS, ROW_FIELDS
from poverty.web.merge import Merge, merge

ROW = "requirement:"
_NUMBERS = ("threshold", "weight")

Flat = dict[str, Any]


def values_of(standard: Standard) -> dict[str, Any]:
    """Return what a person typed of a standard: its fields and, under "requirements", its rows in order."""
    values: dict[str, Any] = {field: getattr(standard, field) for field in FIELDS}
    values["requirements"] = [
        {field: getattr(row, field) for field in ROW_FIELDS} for row in standard.requirements.all()
    ]
    return values


def flatten(values: Mapping[str, Any]) -> Flat:
    """Return JSON-able values by field and by `requirement:<indicator>`, written in one way so that equal
    is equal.
    """
    flat: Flat = {field: _text(values.get(field)) for field in FIELDS}
    for row in values.get("requirements", ()):
        flat[ROW + row["indicator"]] = {field: _text(row.get(field)) for field in ROW_FIELDS}
    return flat


def order_of(values: Mapping[str, Any]) -> list[str]:
    """Return the indicators of the rows in their order."""
    return [row["indicator"] for row in values.get("requirements", ())]


def unflatten(flat: Flat, order: Iterable[str]) -> dict[str, Any]:
    """Return values again; rows in `order`, the others after them, removed rows (None) left out."""
    values: dict[str, Any] = {field: flat.get(field) or "" for field in FIELDS}
    issued = flat.get("document_date")
    values["document_date"] = date.fromisoformat(issued) if issued else None
    codes = list(dict.fromkeys([*order, *(name.removeprefix(ROW) for name in flat if name.startswith(ROW))]))
    values["requirements"] = [_row(flat[ROW + code]) for code in codes if flat.get(ROW + code)]
    return values


def _row(flat: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = dict(flat)
    for field in _NUMBERS:
        row[field] = Decimal(flat[field]) if flat[field] else None
    row["veto"] = bool(flat["veto"])
    return row


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


@dataclass(frozen=True)
class Settled:
    """Outcome of a merge: `flat` to save (or, with `open`, to show), and `base` for the form's next round.

    `open` holds the names that a person has still to decide, with (base, mine, theirs).
    """

    flat: Flat
    base: Flat
    open: dict[str, tuple[Any, Any, Any]]
    kept: frozenset[str]


def settle(
    base: Flat,
    mine: Flat,
    theirs: Flat,
    *,
    asked: Collection[str] = (),
    choices: Mapping[str, str] | None = None,
) -> Settled:
    """Merge what I made of `base` with what stands there now.

    `asked` are the names of an earlier conflict, `choices` the answers ("mine" or "theirs") by name; a
    conflict without an answer stays open. A row that one of the two removed is None on his side.
    """
    choices = choices or {}
    names = list(dict.fromkeys([*mine, *theirs, *base]))
    seen: Flat = {name: base.get(name) for name in names}
    own: Flat = {name: mine.get(name) for name in names}
    for name in names:
        if name in asked and choices.get(name) == "theirs":
            own[name] = seen[name] = theirs.get(name)
    result: Merge = merge(seen, own, theirs)
    still = {name for name in asked if name in result.changed and choices.get(name) != "mine"}
    open_now = {
        name: result.conflicts.get(name, (seen[name], own[name], theirs.get(name)))
        for name in names
        if name in result.conflicts or name in still
    }
    # What is asked is asked against what stands there now; the next round starts from that.
    return Settled(
        result.values,
        {name: theirs.get(name) if name in open_now or name in result.kept else seen[name] for name in names},
        open_now,
        result.kept,
    )
