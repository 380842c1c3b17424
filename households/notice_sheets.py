"""How lists of households stand on a wall and on the open web (procedures.md 2.1, forms found; practice.md, Privacy).

序号, 村民小组, 户主姓名, 家庭人口数 and the year; never identity number, phone, account, illness or cause.
"""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from households.entries.models import EntryCase
from households.models import Monitoring, RelocationApplication, RelocationMover
from households.options.relocation import RESETTLEMENT_METHODS
from poverty.notices.sheets import COLUMNS, Cell, Column, Sheet

_FULL_AGE = 18


def unnamed(cases: QuerySet) -> set[int]:
    """Cases of monitored households, and of those whose head is a minor: named on the wall, never on the web."""
    today = timezone.localdate()
    monitored = Monitoring.objects.filter(household=OuterRef("household"), removed_on__isnull=True)
    # 29 February is reached on 1 March.
    born_after = date(today.year - _FULL_AGE, today.month, min(today.day, 28))
    found = cases.filter(Q(Exists(monitored)) | Q(household__head__birth_date__gt=born_after))
    return set(found.values_list("pk", flat=True))


def exit_cells(cases: QuerySet) -> dict[int, tuple[Cell, ...]]:
    """村民小组, 户主姓名, 家庭人口数, 脱贫年度 of household exits."""
    rows = cases.values_list(
        "pk", "household__settlement__name", "household__head_name", "household__size", "year"
    )
    return {pk: tuple(cells) for pk, *cells in rows}


def entry_cells(cases: QuerySet) -> dict[int, tuple[Cell, ...]]:
    """村民小组, 户主姓名, 家庭人口数 as stated in the application, and what is applied for."""
    rows = cases.values_list("pk", "household__settlement__name", "household__head_name", "size", "kind")
    labels = dict(EntryCase.Kind.choices)
    return {pk: (*cells, labels[kind]) for pk, *cells, kind in rows}


def relocation_cells(cases: QuerySet) -> dict[int, tuple[Cell, ...]]:
    """村民小组, 户主姓名, 家庭人口数, 搬迁人口, 安置方式; neither why a household moves nor its new address."""
    movers = RelocationMover.objects.filter(application__in=cases.order_by().values("pk")).order_by()
    counted = dict(movers.values("application").annotate(n=Count("pk")).values_list("application", "n"))
    rows = cases.values_list(
        "pk", "household__settlement__name", "household__head_name", "household__size", "method"
    )
    return {
        pk: (*cells, counted.get(pk, 0), RESETTLEMENT_METHODS.label(method)) for pk, *cells, method in rows
    }


SHEETS = (
    Sheet(
        RelocationApplication._meta.label_lower,
        columns=(*COLUMNS, Column("搬迁人口", number=True, summed=True), Column("安置方式")),
        rows=relocation_cells,
        on_web=True,
        unnamed=unnamed,
    ),
    Sheet(
        "households.entrycase",
        columns=(*COLUMNS, Column("事项")),
        rows=entry_cells,
        on_web=True,
        unnamed=unnamed,
    ),
    Sheet(
        "households.exitcase",
        columns=(*COLUMNS, Column("脱贫年度", number=True)),
        rows=exit_cells,
        on_web=True,
        unnamed=unnamed,
    ),
)
