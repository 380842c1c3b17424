"""审计日志: what was done in an area in a calendar year, as the log page tells it; personal values masked as logged."""

from datetime import datetime

import django_filters as filters
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from poverty.areas.models import Area
from poverty.audit import actions, naming
from poverty.audit.models import Entry
from poverty.audit.presentation import changes_of
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.prefix import within

RIGHT = "audit.view"


class AuditLogFilter(filters.FilterSet):
    """From a day to a day (both counted), one kind of case, one action."""

    since = filters.DateFilter(label="自", field_name="at", lookup_expr="date__gte")
    until = filters.DateFilter(label="至", field_name="at", lookup_expr="date__lte")
    case_type = filters.ChoiceFilter(label="对象类型", choices=naming.case_types, empty_label="全部")
    action = filters.ChoiceFilter(label="动作", choices=actions.choices, empty_label="全部")

    class Meta:
        model = Entry
        fields = ()


def _rows(user, area_code, year, values):
    begin = timezone.make_aware(datetime(year, 1, 1))
    end = timezone.make_aware(datetime(year + 1, 1, 1))
    rows = Entry.objects.visible_to(user).filter(within("area_code", [area_code]), at__gte=begin, at__lt=end)
    names = Area.objects.filter(code=OuterRef("area_code")).values("name")
    return rows.annotate(place=Subquery(names))


def _changes(action: str, case_type: str, changes: dict) -> str:
    return "；".join(
        f"{one.label}：{one.before} → {one.after}" if one.before else f"{one.label}：{one.after}"
        for one in changes_of(action, case_type, changes)
    )


AUDIT_LOG = Ledger(
    name="audit_log",
    title="审计日志",
    columns=(
        Column("number", "记录号", Kind.INTEGER, source="id", width=12),
        Column("at", "时间", Kind.MOMENT, width=18),
        Column("actor", "操作人", source=Derived(("actor__name",), lambda name: name or "系统")),
        Column("unit", "单位", source="actor__unit__name", width=20),
        Column("action", "动作", source=Derived(("action",), actions.label), width=18),
        Column("area_code", "区划代码", Kind.CODE, width=14),
        Column("place", "区划", width=14),
        Column(
            "case_type", "对象类型", source=Derived(("case_type",), lambda code: naming.case_type(code).label)
        ),
        Column("case_id", "对象编号", Kind.INTEGER),
        Column("summary", "摘要", width=36),
        Column("changes", "变更", source=Derived(("action", "case_type", "changes"), _changes), width=40),
        Column("purpose", "用途", width=20),
        Column("address", "来源地址", width=16),
        Column("request_id", "请求号", Kind.CODE, width=36),
    ),
    right=RIGHT,
    rows=_rows,
    order=("at", "id"),
    per="条",
    filters=AuditLogFilter,
    note="按时间在所选年份内；号码在写入日志时已打码",
    full_numbers=False,
)
