"""会议台账: which meetings were held, who came, what they said of how many, and by which paper."""

import django_filters as filters
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from poverty.files.models import FileLink
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.ledger import Derived, Ledger
from poverty.ledgers.procedures.places import RIGHT, place_columns, place_names
from poverty.review.models import Meeting, MeetingItem

CASE = "review.meeting"
_KINDS = dict(Meeting.Kind.choices)


class MeetingLedgerFilter(filters.FilterSet):
    """By kind, and those at which something is odd (too few present, too few votes)."""

    kind = filters.ChoiceFilter(label="会议", choices=Meeting.Kind.choices, empty_label="全部")
    odd = filters.ChoiceFilter(
        label="提示", choices=[("yes", "有提示")], method="by_warning", empty_label="全部"
    )

    class Meta:
        model = Meeting
        fields = ()

    def by_warning(self, rows, name, value):
        """Only with a warning."""
        return rows.exclude(warnings=[])


def _items(**condition):
    return MeetingItem.objects.filter(meeting=OuterRef("pk"), **condition).order_by().values("meeting")


def _count(**condition) -> Coalesce:
    """Items of a row's meeting."""
    return Coalesce(Subquery(_items(**condition).values(n=Count("pk"))[:1], output_field=IntegerField()), 0)


def _votes(column: str) -> Subquery:
    """Votes over all items of a row's meeting; NULL where nobody counted."""
    return Subquery(_items().values(n=Sum(column))[:1], output_field=IntegerField())


def _rows(user, area_code, year, values):
    papers = FileLink.objects.open().filter(case_type=CASE, case_id=OuterRef("pk"))
    seen = Meeting.objects.visible_to(user, RIGHT).under(area_code).filter(held_on__year=year)
    return seen.annotate(
        **place_names(),
        items_count=_count(),
        agreed_count=_count(agreed=True),
        refused_count=_count(agreed=False),
        recused_count=_count(recused__gt=""),
        votes_for=_votes("votes_for"),
        votes_against=_votes("votes_against"),
        votes_abstained=_votes("abstained"),
        has_minutes=Exists(papers.filter(role="minutes")),
        has_photo=Exists(papers.filter(role="photo")),
    )


MEETINGS = Ledger(
    name="meetings",
    title="会议台账",
    columns=(
        *place_columns(),
        Column("kind", "会议", source=Derived(("kind",), _KINDS.get), width=20),
        Column("held_on", "召开日期", Kind.DATE),
        Column("meeting_place", "地点", source="place", width=16),
        Column("chair", "主持人"),
        Column("due", "应到人数", Kind.INTEGER),
        Column("present", "实到人数", Kind.INTEGER),
        Column("items", "审议件数", Kind.INTEGER, source="items_count", total=True),
        Column("agreed", "通过", Kind.INTEGER, source="agreed_count", group="结果", total=True),
        Column("refused", "未通过", Kind.INTEGER, source="refused_count", group="结果", total=True),
        Column("votes_for", "同意", Kind.INTEGER, group="票数合计"),
        Column("votes_against", "反对", Kind.INTEGER, group="票数合计"),
        Column("votes_abstained", "弃权", Kind.INTEGER, group="票数合计"),
        Column("recused", "有回避的件数", Kind.INTEGER, source="recused_count"),
        Column("document_number", "文号", width=18),
        Column("minutes", "会议记录扫描件", Kind.YES_NO, source="has_minutes"),
        Column("photo", "会议照片", Kind.YES_NO, source="has_photo"),
        Column("warnings", "提示", source=Derived(("warnings",), "；".join), width=30),
        Column("closed_at", "定稿时间", Kind.MOMENT, width=18),
        Column("recorded_by", "录入人", source="recorded_by__name"),
        Column("recorded_at", "录入时间", Kind.MOMENT, width=18),
        Column("late_reason", "补录原因", width=18),
    ),
    right=RIGHT,
    rows=_rows,
    order=("held_on", "id"),
    per="次",
    filters=MeetingLedgerFilter,
    note="召开日期在所选年份内；定稿时间空白的还没有定稿；票数空白的按名单通过，没有逐件计票",
    full_numbers=False,
)
