"""Staged rows in words: what a row would change, what stays ours, what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.kinds import ImportKind
from poverty.ledgers.models import Import, Level, Outcome, StagedRow
from poverty.ledgers.services.summing import cell_of

_COLOURS = {Outcome.NEW: "green", Outcome.CHANGED: "blue", Outcome.UNCHANGED: "grey", Outcome.WRONG: "red"}


@dataclass(frozen=True)
class Field:
    """One field: ours and theirs in words; since when ours and from where, where ours stays."""

    label: str
    ours: str
    theirs: str
    since: str = ""


@dataclass(frozen=True)
class Line:
    """A row as it is drawn."""

    row: StagedRow
    name: str
    changed: list[Field]
    kept: list[Field]
    faults: list[tuple[str, str]]  # (cell, sentence)
    colour: str
    applies: bool

    @property
    def may_be_accepted(self) -> bool:
        """Whether it can be taken over without its wrong cells."""
        return self.row.level == Level.CELL


def lines(imported: Import, kind: ImportKind, rows: Iterable[StagedRow]) -> list[Line]:
    """Rows with their cells, in words."""
    return [_line(imported, kind, row) for row in rows]


def _line(imported: Import, kind: ImportKind, row: StagedRow) -> Line:
    applies = row.accepted is not False and row.level < (Level.ROW if row.accepted else Level.CELL)
    return Line(
        row=row,
        name=row.cells.values.get("name", ""),
        changed=[
            Field(label_of(kind, key), words(kind.column(key), pair[0]), words(kind.column(key), pair[1]))
            for key, pair in row.differences.items()
        ],
        kept=[
            Field(
                label_of(kind, key),
                words(kind.column(key), told[0]),
                words(kind.column(key), told[1]),
                told[2] or "",
            )
            for key, told in row.kept.items()
        ],
        faults=[(cell_of(imported, one["c"], row.number), one["m"]) for one in row.faults],
        colour=_COLOURS.get(row.outcome, "grey"),
        applies=applies and row.outcome != Outcome.UNCHANGED,
    )


def label_of(kind: ImportKind | None, key: str) -> str:
    """The heading of a column; of a group's items the group's."""
    column = kind.column(key) if kind else None
    if column is not None:
        return column.heading
    group = kind.column(key.removesuffix("_items")) if kind else None
    return f"{group.heading}明细" if group else "另列款项"


def words(column: Column | None, value: Any) -> str:
    """A staged or stored value as people write it; "未填" for nothing."""
    if value is None or value == "":
        return "未填"
    if isinstance(value, bool) or (column is not None and column.kind == Kind.YES_NO):
        return "是" if value in (True, "true") else "否"
    if column is not None and column.options is not None:
        return column.options.labels(str(value).split(","))
    return str(value)
