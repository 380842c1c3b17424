"""监测对象台账 and 线索台账: who is under watch with risks, measures and removal; what was reported and what came of it."""

from datetime import date

import django_filters as filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from households.ledgers.places import household_columns, place_columns
from households.ledgers.rows import RIGHT, helper_names
from households.models import Clue, Measure, Monitoring
from households.monitoring.explaining import why_of
from households.options.clue_kinds import CLUE_KINDS
from households.options.clue_sources import CLUE_SOURCES
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.risk_removal import RISK_REMOVALS, RISK_STATES
from households.options.risk_types import RISK_TYPES
from poverty.areas.models import Area
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import SERIAL, Derived, Ledger
from poverty.sql.prefix import within

ALL = "all"
_CLUE_STATES = dict(Clue.State.choices)


class MonitoringLedgerFilter(filters.FilterSet):
    """By category and state; without one: who was under watch at any time of the year."""

    category = filters.ChoiceFilter(
        label="监测对象类别", choices=MONITORING_CATEGORIES.choices, empty_label="全部"
    )
    risk_state = filters.ChoiceFilter(label="风险状态", choices=RISK_STATES.choices, empty_label="全部")

    class Meta:
        model = Monitoring
        fields = ()


class ClueLedgerFilter(filters.FilterSet):
    """By source and by what came of it."""

    source = filters.ChoiceFilter(label="来源", choices=CLUE_SOURCES.choices, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=Clue.State.choices, empty_label="全部")

    class Meta:
        model = Clue
        fields = ()


def _watched(user, area_code, year, values):
    first, next_year = date(year, 1, 1), date(year + 1, 1, 1)
    rows = Monitoring.objects.visible_to(user, RIGHT).filter(
        Q(removed_on__isnull=True) | Q(removed_on__gte=first),
        within("household__area_id", [area_code]),
        identified_on__lt=next_year,
    )
    measures = Measure.objects.filter(household=OuterRef("household"), begins_on__lt=next_year).order_by(
        "begins_on", "pk"
    )
    words = Concat(F("begins_on"), Value(" "), F("content"), output_field=CharField())
    return rows.annotate(
        measured=ArraySubquery(measures.values(said=words)), helpers=helper_names("household")
    )


def _clues(user, area_code, year, values):
    place = Area.objects.filter(pk=OuterRef("area_code"))
    rows = Clue.objects.visible_to(user, RIGHT).filter(
        within("area_code", [area_code]),
        received_on__gte=date(year, 1, 1),
        received_on__lt=date(year + 1, 1, 1),
    )
    return rows.annotate(place=ArraySubquery(place.values("name")))


MONITORED = Ledger(
    name="monitored",
    title="监测对象台账",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=8),
        *place_columns("household__area"),
        *household_columns("household__"),
        Column("kind", "户类型", Kind.OPTION, source="household__kind", options=HOUSEHOLD_KINDS, width=16),
        Column("category", "监测对象类别", Kind.OPTION, options=MONITORING_CATEGORIES, width=16),
        Column("risks", "致贫返贫风险", Kind.OPTIONS, options=RISK_TYPES, width=24),
        Column("identified_on", "识别监测时间", Kind.DATE),
        Column("income_reference", "监测范围参考", Kind.MONEY),
        Column("whole_household_without_labour", "整户无劳动能力兜底保障户", Kind.YES_NO, width=14),
        Column("contact_name", "监测联系人"),
        Column("helpers", "帮扶责任人", source=Derived(("helpers",), "、".join), width=16),
        Column("measures", "帮扶措施", source=Derived(("measured",), "；".join), width=36),
        Column("risk_state", "风险状态", Kind.OPTION, options=RISK_STATES, width=18),
        Column("removal_method", "风险消除方式", Kind.OPTION, options=RISK_REMOVALS),
        Column("removed_on", "风险消除时间", Kind.DATE),
        Column("document", "依据", width=20),
    ),
    right=RIGHT,
    rows=_watched,
    order=("household__area_id", "household_id", "identified_on", "id"),
    per="户",
    filters=MonitoringLedgerFilter,
    unit="金额单位：元",
    note="所选年份内在监测的户，含当年消除风险的；监测范围只作参考",
    full_numbers=False,
)

CLUES = Ledger(
    name="clues",
    title="线索台账",
    columns=(
        Column("serial", "序号", Kind.INTEGER, source=SERIAL, width=8),
        Column("place", "区划", source=Derived(("place",), "".join), width=14),
        Column(
            "who",
            "所指的户",
            source=Derived(("household__head_name", "about"), lambda name, about: name or about),
        ),
        Column("household_no", "户编号", Kind.CODE, source="household__household_no", width=20),
        Column("source", "来源", Kind.OPTION, options=CLUE_SOURCES, width=16),
        Column("kind", "内容", Kind.OPTION, options=CLUE_KINDS, width=18),
        Column(
            "text",
            "情况",
            source=Derived(("text", "kind", "year", "basis"), lambda text, *rest: text or why_of(*rest)),
            width=36,
        ),
        Column("received_on", "收到日期", Kind.DATE),
        Column("due_on", "办结期限", Kind.DATE),
        Column("answered_on", "办结日期", Kind.DATE),
        Column("state", "状态", source=Derived(("state",), _CLUE_STATES.get), width=18),
        Column("answer", "核实结果", width=36),
    ),
    right=RIGHT,
    rows=_clues,
    order=("received_on", "id"),
    per="条",
    filters=ClueLedgerFilter,
    note="收到日期在所选年份内的；不列反映人",
    full_numbers=False,
)
