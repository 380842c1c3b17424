"""What is wrong with an import, summed up by kind of fault with example cells."""

from dataclasses import dataclass
from itertools import chain

from poverty.ledgers.incoming.scanning import column_letters
from poverty.ledgers.models import Import, Level, StagedRow

EXAMPLES = 5


@dataclass
class FaultKind:
    """One kind of fault in one column: how many rows, its first sentence, example cells ("H12")."""

    kind: str
    column: str
    heading: str
    message: str
    level: int
    rows: int
    cells: list[str]

    @property
    def level_label(self) -> str:
        return Level(self.level).label


def faults_by_kind(imported: Import) -> list[FaultKind]:
    """The faults of an import by kind and column, the most frequent of the worst first."""
    found: dict[tuple[str, str], FaultKind] = {}
    rows = StagedRow.objects.filter(imported=imported, level__gt=Level.NONE).order_by("number")
    may_go: set[tuple[str, str]] = set()
    values = rows.values_list("number", "level", "cell_faults", "row_faults")
    for number, level, cells, others in values.iterator():
        for one in chain(cells, others):
            key = (one["k"], one["c"])
            known = found.get(key)
            if known is None:
                heading = _heading(imported, one["c"])
                known = found[key] = FaultKind(one["k"], one["c"], heading, one["m"], one["l"], 0, [])
            known.rows += 1
            if level < Level.ROW:
                may_go.add(key)
            if len(known.cells) < EXAMPLES:
                known.cells.append(cell_of(imported, one["c"], number))
    for key, known in found.items():
        if known.level == Level.CELL and key not in may_go:
            known.level = Level.ROW  # no row of these can be taken without the cell
    return sorted(found.values(), key=lambda one: (-one.level, -one.rows, one.kind))


def _heading(imported: Import, column: str) -> str:
    position = imported.found.get(column)
    return imported.headings[position] if position is not None else ""


def cell_of(imported: Import, column: str, number: int) -> str:
    """Where a fault is, as Excel names it: "H12", or "第12行" for a whole row."""
    position = imported.found.get(column)
    return f"第{number}行" if position is None else f"{column_letters(position)}{number}"
