"""帮扶措施 and 诉求台账: what was planned and done for each household, what each asked for and was told."""

from datetime import date

import django_filters as filters
from django.db.models import Q

from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT, helper_names
from households.models import Measure, Need
from households.options.measure_groups import MEASURE_GROUPS
from households.options.measure_subtypes import MEASURE_SUBTYPES
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from households.options.poverty_status import POVERTY_STATUSES
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import SERIAL, Derived, Ledger
from poverty.sql.prefix import within

_MEASURE_STATES, _NEED_STATES = dict(Measure.State.choices), dict(Need.State.choices)


class MeasureLedgerFilter(filters.FilterSet):
    """By group and by how far they are."""

    group = filters.ChoiceFilter(label="措施类别", choices=MEASURE_GROUPS.choices, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=Measure.State.choices, empty_label="全部")

    class Meta:
        model = Measure
        fields = ()


class NeedLedgerFilter(filters.FilterSet):
    """By kind, by who answers, and by what came of them."""

    kind = filters.ChoiceFilter(label="诉求类别", choices=NEED_KINDS.choices, empty_label="全部")
    whom = filters.ChoiceFilter(label="由谁答复", choices=NEED_PARTIES.choices, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=Need.State.choices, empty_label="全部")

    class Meta:
        model = Need
        fields = ()


def _measures(user, area_code, year, values):
    first, next_year = date(year, 1, 1), date(year + 1, 1, 1)
    # Whatever touched the year: planned for it, under way in it, done or cancelled in it.
    rows = Measure.objects.visible_to(user, RIGHT).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first),
        Q(cancelled_on__isnull=True) | Q(cancelled_on__gte=first),
        Q(begins_on__lt=next_year) | Q(begins_on__isnull=True, planned_until__lt=next_year),
        within("household__area_id", [area_code]),
    )
    return rows.annotate(helpers=helper_names("household"))


def _needs(user, area_code, year, values):
    rows = Need.objects.visible_to(user, RIGHT).filter(
        within("area_code", [area_code]), raised_on__gte=date(year, 1, 1), raised_on__lt=date(year + 1, 1, 1)
    )
    return rows.annotate(helpers=helper_names("household"))


MEASURES = Ledger(
    name="measures",
    title="帮扶措施台账",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=8),
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("status", "脱贫属性", Kind.OPTION, source="household__status", options=POVERTY_STATUSES),
        Column("group", "措施类别", Kind.OPTION, options=MEASURE_GROUPS, width=18),
        Column("subtype", "措施小类", Kind.OPTION, options=MEASURE_SUBTYPES, width=16),
        Column("content", "帮扶内容", width=36),
        Column("project", "项目或政策名称", width=24),
        Column("planned_amount", "计划资金", Kind.MONEY),
        Column("actual_amount", "实际资金", Kind.MONEY),
        Column("planned_from", "计划开始", Kind.DATE),
        Column("planned_until", "计划完成", Kind.DATE),
        Column("begins_on", "开始日期", Kind.DATE),
        Column("ends_on", "完成日期", Kind.DATE),
        Column("responsible", "责任单位或责任人", width=20),
        Column("helpers", "帮扶责任人", source=Derived(("helpers",), "、".join), width=16),
        Column("state", "状态", source=Derived(("state",), _MEASURE_STATES.get), width=12),
        Column("result", "帮扶成效", width=36),
        Column("cancel_reason", "取消原因", width=24),
    ),
    right=RIGHT,
    rows=_measures,
    order=("household__area_id", "household_id", "id"),
    per="条",
    filters=MeasureLedgerFilter,
    unit="金额单位：元",
    note="所选年份内计划、实施、完成或取消的措施",
    full_numbers=False,
)

NEEDS = Ledger(
    name="needs",
    title="诉求台账",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=8),
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("kind", "诉求类别", Kind.OPTION, options=NEED_KINDS, width=16),
        Column("text", "诉求内容", width=36),
        Column("raised_on", "提出日期", Kind.DATE),
        Column("whom", "由谁答复", Kind.OPTION, options=NEED_PARTIES, width=14),
        Column("due_on", "答复期限", Kind.DATE),
        Column("replied_on", "答复日期", Kind.DATE),
        Column("reply", "答复", width=36),
        Column("told_on", "告知农户日期", Kind.DATE),
        Column("settled_on", "办结日期", Kind.DATE),
        Column("state", "状态", source=Derived(("state",), _NEED_STATES.get), width=16),
        Column("helpers", "帮扶责任人", source=Derived(("helpers",), "、".join), width=16),
    ),
    right=RIGHT,
    rows=_needs,
    order=("raised_on", "id"),
    per="条",
    filters=NeedLedgerFilter,
    note="提出日期在所选年份内的诉求",
    full_numbers=False,
)
