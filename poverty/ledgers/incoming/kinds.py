"""What can be imported: a kind is a list of columns and a target. A further kind is a further list.

    register(ImportKind("persons", "贫困人口信息", COLUMNS, target=Register(...)))

The app whose data it is registers its kinds when everything is loaded (its `registrations.py`).
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from poverty.ledgers.columns import Column


@dataclass(frozen=True)
class Found:
    """A fault of a row: in which column ("" for the whole row), its kind, its sentence, how bad (models.Level)."""

    column: str
    kind: str
    message: str
    level: int

    def as_json(self) -> dict[str, Any]:
        return {"c": self.column, "k": self.kind, "m": self.message, "l": self.level}


class Target(Protocol):
    """Where rows go. All of it set-based; only `read` sees one row at a time."""

    def admit(self, area_code: str, year: int | None, *, actor) -> None:
        """Raise ValidationError where nothing can be imported (a closed year), before anything is read."""

    def read(
        self, values: dict[str, Any], *, asked: Set[str], wrong: Set[str], year: int | None, today: date
    ) -> Iterator[Found]:
        """Complete and check the values of one row among themselves; changes `values` in place.

        `asked`: keys of the columns that the file has; `wrong`: of those whose cell could not be read.
        """

    def check(self, imported, *, actor, wait: bool = True) -> None:
        """Match the staged rows with the register as `actor` may, write faults, outcome and differences.

        Not `wait`: where another import holds the planner's figures, the last ones do.
        """

    def apply(self, imported, *, actor) -> dict[str, int]:
        """Write the rows that are to be applied; counts by what was written, all 0 when nothing differed."""

    def missing(self, imported) -> Any:
        """What the register has and the file does not: a queryset, asked about and never removed."""

    def missing_households(self, imported) -> Any:
        """Households of the area that the file does not name at all: a queryset, asked about and never removed."""

    def missing_lines(self, imported, limit: int) -> list[tuple[str, str]]:
        """The first of them in words, each with an address."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of workbook. `expects`: what the upload page says of it. `places_needed`: every row says in which
    village it is; else only those that name one are looked up. `accepts`: what accepting a row that is left out does;
    `day_label`: what the day of the file is called.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    target: Target
    expects: str = ""
    year_needed: bool = True
    right: str = "register.import"
    places_needed: bool = True
    accepts: str = "去掉出错单元格，其余导入"
    day_label: str = "国网导出日期"
    compared: frozenset[str] = (
        frozenset()
    )  # columns that are only compared with others: a fault there is a question

    def column(self, key: str) -> Column | None:
        return next((one for one in self.columns if one.key == key), None)


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Make a kind known by its name. ValueError when the name is taken by another one."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"Two kinds of import named {kind.name!r}.")
    return kind


def get(name: str) -> ImportKind | None:
    """The kind of a name; None when there is none (any more)."""
    return _kinds.get(name)


def all_kinds() -> list[ImportKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())
