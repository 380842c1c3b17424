"""How a list of villages stands on a wall and on the open web (procedures.md 3: hung in the township, announced)."""

from django.db.models import QuerySet

from poverty.notices.sheets import Cell, Column, Sheet
from villages.rounds import CASE_TYPE


def village_cells(cases: QuerySet) -> dict[int, tuple[Cell, ...]]:
    """乡镇, 村, 出列年度 of village exits."""
    rows = cases.values_list("pk", "village__area__parent__name", "village__area__name", "year")
    return {pk: tuple(cells) for pk, *cells in rows}


SHEET = Sheet(
    CASE_TYPE,
    columns=(Column("乡镇"), Column("村"), Column("出列年度", number=True)),
    rows=village_cells,
    unit="个村",
    on_web=True,
    says_place=True,
)
