"""补录台账: steps that were entered after their day on the paper, by the unit that entered them, with reason and days."""

from datetime import date

import django_filters as filters

from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.ledgers.procedures.places import RIGHT, place_columns, place_names, procedure_column
from poverty.review.late_entries import late_entries
from poverty.review.models import Step
from poverty.review.workflows import workflows


class LateEntryFilter(filters.FilterSet):
    """By unit, and from how many days on."""

    unit = filters.CharFilter(label="录入单位", field_name="unit", lookup_expr="contains")
    days = filters.NumberFilter(label="至少晚（天）", field_name="late_days", lookup_expr="gte", min_value=0)

    class Meta:
        model = Step
        fields = ()


def _rows(user, area_code, year, values):
    entered = late_entries(user, area_code=area_code, first=date(year, 1, 1), last=date(year, 12, 31))
    return entered.visible_to(user, RIGHT).annotate(**place_names())


def _step(case_type: str, transition: str) -> str:
    """The step in the words of its procedure; one that is no longer in the table by its name."""
    try:
        return workflows.get(case_type).get(transition).label
    except KeyError:
        return transition


LATE_ENTRIES = Ledger(
    name="late_entries",
    title="补录台账",
    columns=(
        Column("unit", "录入单位", width=20),
        Column("recorded_by", "录入人", source="recorded_by__name"),
        *place_columns(),
        procedure_column("case_type"),
        Column("case_id", "编号", Kind.INTEGER),
        Column("step", "环节", source=Derived(("case_type", "transition"), _step), width=16),
        Column("decided_by_name", "办理人"),
        Column("happened_on", "发生日期", Kind.DATE),
        Column("recorded_at", "录入时间", Kind.MOMENT, width=18),
        Column("late_days", "晚录天数", Kind.INTEGER),
        Column("late_reason", "补录原因", width=24),
        Column("document_name", "文件", width=24),
    ),
    right=RIGHT,
    rows=_rows,
    order=("unit", "recorded_at", "id"),
    per="条",
    filters=LateEntryFilter,
    note="录入时间在所选年份内；单位为录入人当日任职的单位",
    full_numbers=False,
)
