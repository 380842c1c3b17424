"""公示台账: which list hung where, from which day to which, what was objected, and whether its photo is there."""

import django_filters as filters
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from poverty.files.models import FileLink
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.ledgers.procedures.places import RIGHT, place_columns, place_names, procedure_column
from poverty.review.models import Notice, Objection

CASE = "review.notice"
_KINDS = dict(Notice.Kind.choices)
PHOTOS = [("yes", "有张贴照片"), ("no", "没有张贴照片")]


class NoticeLedgerFilter(filters.FilterSet):
    """By kind, and those whose wall nobody has photographed."""

    kind = filters.ChoiceFilter(label="类别", choices=Notice.Kind.choices, empty_label="全部")
    photo = filters.ChoiceFilter(label="张贴照片", choices=PHOTOS, method="by_photo", empty_label="全部")

    class Meta:
        model = Notice
        fields = ()

    def by_photo(self, rows, name, value):
        """With a photo of the wall, or without."""
        return rows.filter(has_photo=value == "yes")


def _objections(**condition) -> Coalesce:
    """How many objections of a row's notice there are."""
    found = Objection.objects.filter(notice=OuterRef("pk"), **condition).order_by().values("notice")
    return Coalesce(Subquery(found.values(n=Count("pk"))[:1], output_field=IntegerField()), 0)


def _rows(user, area_code, year, values):
    photos = FileLink.objects.open().filter(case_type=CASE, case_id=OuterRef("pk"), role="wall")
    seen = Notice.objects.visible_to(user, RIGHT).under(area_code).filter(posted_on__year=year)
    return seen.annotate(
        **place_names(),
        objected=_objections(),
        upheld=_objections(state=Objection.State.UPHELD),
        waiting=_objections(state=Objection.State.RECEIVED),
        has_photo=Exists(photos),
    )


def _state(withdrawn_on, taken_down_on) -> str:
    if withdrawn_on:
        return "已撤回"
    return "已撤下" if taken_down_on else "未登记撤下"


NOTICES = Ledger(
    name="notices",
    title="公示台账",
    columns=(
        *place_columns(),
        procedure_column("roster__case_type"),
        Column("roster", "名单", source="roster__title", width=24),
        Column("number", "批次", Kind.INTEGER, source="roster__number", width=8),
        Column("kind", "类别", source=Derived(("kind",), _KINDS.get)),
        Column("title", "标题", width=30),
        Column("place", "张贴地点", width=16),
        Column("publisher", "公示单位", width=20),
        Column("posted_on", "公示起", Kind.DATE),
        Column("last_day", "公示止", Kind.DATE),
        Column("days", "公示天数", Kind.INTEGER),
        Column("households", "公示户数", Kind.INTEGER, total=True),
        Column("objected", "收到异议", Kind.INTEGER, group="异议", total=True),
        Column("upheld", "成立", Kind.INTEGER, group="异议", total=True),
        Column("waiting", "未答复", Kind.INTEGER, group="异议", total=True),
        Column("posted_by_name", "张贴人"),
        Column("photo", "张贴照片", Kind.YES_NO, source="has_photo"),
        Column("taken_down_on", "撤下日期", Kind.DATE),
        Column("state", "状态", source=Derived(("withdrawn_on", "taken_down_on"), _state)),
        Column("withdrawn_reason", "撤回原因", width=20),
        Column("recorded_by", "录入人", source="recorded_by__name"),
        Column("recorded_at", "录入时间", Kind.MOMENT, width=18),
        Column("late_reason", "补录原因", width=18),
    ),
    right=RIGHT,
    rows=_rows,
    order=("posted_on", "id"),
    per="次",
    filters=NoticeLedgerFilter,
    note="张贴日期在所选年份内；张贴当日为第一日",
    full_numbers=False,
)
