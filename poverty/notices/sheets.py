"""How the list of a procedure stands on a wall and on the open web; the app whose cases they are says so at start.

    sheets.register(
        Sheet(
            "households.exitcase",
            columns=(Column("村民小组"), Column("户主姓名"), Column("家庭人口数", number=True, summed=True)),
            rows=cells_of,
            on_web=True,
        )
    )

Without a registration a list can be printed (as `Workflow.lines` says) and is never on the open web.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from django.apps import apps
from django.db.models import QuerySet

from poverty.review.workflows import workflows

Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """A heading after 序号. `number`: stands to the right; `summed`: its total stands at the foot."""

    label: str
    number: bool = False
    summed: bool = False


@dataclass(frozen=True)
class Sheet:
    """The columns of the lists of one kind of case. Never identity number, phone, account, illness or cause.

    `rows(cases)`: the cells of each case by primary key, in the order of `columns`, in few queries whatever the number
    of cases. `unit`: what is counted (户, 个村). `on_web`: its notices are announced on the open web, and their names
    shown there to who comes by the code of the printed sheet; `unnamed(cases)`: cases whose names are left out even
    then (monitored households, heads who are minors). `says_place`: the columns say where each case lies; else a list of
    several villages gets a column that does.
    """

    case_type: str
    columns: tuple[Column, ...]
    rows: Callable[[QuerySet], Mapping[int, Sequence[Cell]]]
    unit: str = "户"
    on_web: bool = False
    unnamed: Callable[[QuerySet], Set[int]] | None = None
    says_place: bool = False


_sheets: dict[str, Sheet] = {}


def register(sheet: Sheet) -> Sheet:
    """Say how the lists of a kind of case stand on the wall. Registered twice, the last one counts."""
    _sheets[sheet.case_type] = sheet
    return sheet


def unregister(case_type: str) -> None:
    """Take a registration out again (tests register their own)."""
    del _sheets[case_type]


def sheet_of(case_type: str) -> Sheet:
    """How the lists of a kind of case stand on the wall: as registered, else 村民小组, 户主姓名, 家庭人口数."""
    return _sheets.get(case_type) or Sheet(
        case_type, COLUMNS, lambda cases: cells_from_lines(case_type, cases)
    )


def types_on_web() -> list[str]:
    """The kinds of case whose notices stand on the open web."""
    return sorted(case_type for case_type, sheet in _sheets.items() if sheet.on_web)


def cases_of_type(case_type: str, ids) -> QuerySet:
    """The cases with these numbers, whoever asks: what hangs on a wall, everybody passing by may read."""
    model = apps.get_model(workflows.get(case_type).model_label)
    return model._base_manager.filter(pk__in=list(ids))


COLUMNS = (Column("村民小组"), Column("户主姓名"), Column("家庭人口数", number=True, summed=True))


def cells_from_lines(case_type: str, cases: QuerySet) -> dict[int, tuple[Cell, ...]]:
    """The cells of COLUMNS, as the workflow says how its cases stand in lists."""
    lines = workflows.get(case_type).lines_of(cases)
    return {pk: (line.group, line.name, line.persons) for pk, line in lines.items()}
