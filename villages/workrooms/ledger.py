"""村级扶贫工作室: one row per village with its workroom, staff and the funds of the year (seed-facts.md F7)."""

import django_filters as filters
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, DecimalField, Exists, FilteredRelation, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from households.ledgers.places import place_columns
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within
from villages.models import Village, VillagePost, WorkroomFund, WorkroomStaff
from villages.options.posts import IN_TEAM, SECRETARY
from villages.options.statuses import VILLAGE_STATUSES

RIGHT = "household.export"
ALL = "all"


class WorkroomLedgerFilter(filters.FilterSet):
    """Poor villages (those that have exited too) or all; with a workroom, or without."""

    of = filters.ChoiceFilter(
        label="范围", choices=[(ALL, "全部村")], method="by_all", empty_label="贫困村（含已出列）"
    )
    room = filters.ChoiceFilter(
        label="工作室", choices=[("yes", "有"), ("no", "没有")], method="by_room", empty_label="全部"
    )

    class Meta:
        model = Village
        fields = ()

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("of"):
            queryset = queryset.exclude(status="")
        return super().filter_queryset(queryset)

    def by_all(self, rows, name, value):
        """All villages."""
        return rows

    def by_room(self, rows, name, value):
        """With a workroom today, or without."""
        return rows.filter(room__isnull=value == "no")


def _posted(posts, today):
    """How many persons hold one of these posts in the village, each once."""
    held = VillagePost.objects.open_on(today).filter(village=OuterRef("pk"), post__in=posts).order_by()
    if posts == IN_TEAM:
        # 第一书记兼任队长 counts as first secretary.
        first = VillagePost.objects.open_on(today).filter(
            village=OuterRef("village"), person=OuterRef("person"), post=SECRETARY
        )
        held = held.filter(~Exists(first))
    counted = held.values("village").annotate(n=Count("person", distinct=True)).values("n")
    return Coalesce(Subquery(counted), Value(0))


def _rows(user, area_code, year, values):
    today = timezone.localdate()
    staff = WorkroomStaff.objects.standing(today).filter(workroom__village=OuterRef("pk"))
    names = (
        staff.order_by()
        .values("workroom__village")
        .annotate(names=StringAgg("post__person__name", "、", distinct=True, order_by="post__person__name"))
    )
    funds = WorkroomFund.objects.standing().filter(workroom__village=OuterRef("pk"), year=year)
    money = DecimalField(max_digits=14, decimal_places=2)
    return (
        Village.objects.visible_to(user, RIGHT)
        .standing()
        .filter(within("area_id", [area_code]))
        .annotate(
            room=FilteredRelation("workrooms", condition=valid_at(today, "workrooms__")),
            staff_names=Subquery(names.values("names")),
            funds=Subquery(
                funds.order_by().values("workroom__village").annotate(total=Sum("amount")).values("total"),
                output_field=money,
            ),
            secretaries=_posted((SECRETARY,), today),
            team=_posted(IN_TEAM, today),
        )
    )


def _has(key):
    return key is not None


WORKROOMS_LEDGER = Ledger(
    name="village_workrooms",
    title="村级扶贫工作室",
    columns=(
        *place_columns("area"),
        Column("status", "出列状态", Kind.OPTION, options=VILLAGE_STATUSES),
        Column("has_room", "是否设立工作室", Kind.YES_NO, source=Derived(("room__id",), _has)),
        Column("place", "地点", source="room__place", width=24),
        Column("since", "设立日期", Kind.DATE, source="room__valid_from"),
        Column("staff", "工作人员", source="staff_names", width=24),
        Column("phone", "联系电话", Kind.PHONE, source="room__phone"),
        Column("funds", "本年度经费（元）", Kind.MONEY, source="funds", width=14, total=True),
        Column("secretaries", "第一书记（人）", Kind.INTEGER, source="secretaries", total=True),
        Column("team", "驻村队员（人）", Kind.INTEGER, source="team", total=True),
        Column("document", "设立文件", source="room__document", width=24),
        Column("remark", "备注", source="room__remark", width=20),
    ),
    right=RIGHT,
    rows=_rows,
    order=("area_id", "id"),
    per="村",
    filters=WorkroomLedgerFilter,
    note="一村一行；队员不含兼任队长的第一书记；经费为所选年度，空白为没有",
)
