"""A ledger (台账): a title and a list of columns over rows that somebody may see.

A definition says what stands in the columns; how it is drawn, written, signed, checked and kept is the same for all
ledgers (poverty.ledgers.outgoing, poverty.ledgers.services.exporting). A further ledger is a further definition:

    register(
        Ledger(
            name="households",
            title="贫困户信息",
            columns=(Column("household_no", "户编号", Kind.CODE, width=20), ...),
            right="household.export",
            rows=lambda user, area_code, year, values: Household.objects.visible_to(user, "household.export")...,
            order=("area_id", "id"),
            per="户",
        )
    )

A column's `source` is one of

- a lookup ("head__identity", "area__parent__name"), default the key;
- an ORM expression or the name of an annotation that `rows` made;
- `Derived(("a", "b"), function)`: a value worked out in Python from several lookups or expressions;
- `SERIAL`: the running number of the row, from 1, over all sheets.

Among the lookups of a Derived may stand `AS_OF`, the day of the file. It is no change of a row that another day has come.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from poverty.ledgers.columns import Column


class _Word:
    def __init__(self, word: str):
        self.word = word

    def __repr__(self):
        return self.word


SERIAL: Any = _Word("SERIAL")
AS_OF: Any = _Word("AS_OF")


@dataclass(frozen=True)
class Derived:
    """A value worked out in Python: `function` gets the values of `lookups` in their order.

    It gives what the column's kind wants: a key for OPTION, True, False or None for YES_NO, text for TEXT. A Sealed
    stays Sealed, so that the engine masks it.
    """

    lookups: tuple[Any, ...]
    function: Callable[..., Any]


def is_dated(column: Column) -> bool:
    """Whether what a column says changes with the day of the file."""
    return isinstance(column.source, Derived) and any(one is AS_OF for one in column.source.lookups)


def _no_words(_year: int | None) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Ledger:
    """One ledger.

    `rows(user, area_code, year, values)`: the queryset, which begins with visible_to(user, right) and lies in the
    area ("": wherever the user may look); `values` are the cleaned values of `filters`, applied by the FilterSet
    afterwards, so that `rows` needs them only to annotate what they ask about. `year` None where `year_needed` is
    False.
    `order`: lookups that put the rows in one order only (the last is unique); they may be prefixed with "-".
    `per`: what one row is, for the count ("户", "人", "条").
    `filters`: a django_filters.FilterSet over the annotated rows, made with (data, queryset) alone; None: only area
    and year.
    `unit` is printed at the right of the heading ("金额单位：元"). `note` is printed under the title and on the page.
    `words(year)` gives the official wording of another regime by column key; "title" is the ledger's title, and
    "group:<name>" a merged heading.
    `full_numbers`: whether the sensitive columns may be had in full, with right (personal.reveal), purpose and expiry.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    right: str
    rows: Callable[[Any, str, int | None, Mapping[str, Any]], QuerySet]
    order: tuple[str, ...]
    per: str = "户"
    filters: type | None = None
    note: str = ""
    unit: str = ""
    year_needed: bool = True
    full_numbers: bool = True
    words: Callable[[int | None], Mapping[str, str]] = field(default=_no_words)

    def __post_init__(self):
        keys = [one.key for one in self.columns]
        doubled = sorted({key for key in keys if keys.count(key) > 1})
        if doubled or not keys:
            raise ValueError(f"{self.name}: columns {doubled or 'are missing'}.")
        if not self.order:
            raise ValueError(f"{self.name}: rows without an order cannot be compared.")

    def title_in(self, year: int | None) -> str:
        """The title in the words of the year."""
        return self.words(year).get("title", self.title)

    def heading(self, column: Column, year: int | None) -> str:
        """The official heading of a column in the words of the year."""
        return self.words(year).get(column.key, column.heading)

    def group(self, column: Column, year: int | None) -> str:
        """The merged heading above a column in the words of the year; "" for none."""
        return self.words(year).get(f"group:{column.group}", column.group)

    def chosen(self, keys) -> tuple[Column, ...]:
        """The columns with these keys in the ledger's own order; all of them when none is named."""
        wanted = set(keys or ())
        return tuple(one for one in self.columns if one.key in wanted) or self.columns
