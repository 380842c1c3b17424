"""Which visits to list. The scope comes from the queryset, not from here."""

from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone

from households.models import Visit, VisitFact, VisitPhoto, VisitRecheck
from households.options.visits import VISIT_WAYS
from households.visits.querysets import VisitQuerySet, paper_lost
from poverty.parameters.services import value_for

INBOX, PHOTOS_LACK, UNSENT, FLAGGED = "inbox", "photos", "unsent", "flagged"
UNSIGNED, RECHECKED = "unsigned", "rechecked"
PROBLEMS, WITHDRAWN = "problems", "withdrawn"
UNSENT_DAYS = "duty.unsent_days"
STATES = [
    (INBOX, "有待核对"),
    (PHOTOS_LACK, "照片未到齐"),
    (UNSENT, "照片久未到齐"),
    (FLAGGED, "照片有提示未复核"),
    (UNSIGNED, "没有签字待复核"),
    (RECHECKED, "没有签字已复核"),
    (PROBLEMS, "发现问题"),
    (WITHDRAWN, "已撤回"),
]
_DAY = forms.DateInput(attrs={"type": "date"})


class VisitFilter(filters.FilterSet):
    """By place, visitor, way, days and what is still to be done; the places are those offered."""

    area = filters.ChoiceFilter(label="区划", choices=(), method="by_place", empty_label="全部")
    q = filters.CharFilter(label="走访人", method="by_visitor", max_length=20)
    way = filters.ChoiceFilter(label="方式", choices=VISIT_WAYS.choices, empty_label="全部")
    first = filters.DateFilter(label="从", field_name="happened_on", lookup_expr="gte", widget=_DAY)
    last = filters.DateFilter(label="到", field_name="happened_on", lookup_expr="lte", widget=_DAY)
    state = filters.ChoiceFilter(label="状态", choices=STATES, method="by_state", empty_label="全部")

    class Meta:
        model = Visit
        fields = ()

    def __init__(self, data=None, queryset=None, *, places=(), **kwargs):
        super().__init__(data, queryset, **kwargs)
        if isinstance(self.filters["area"], filters.ChoiceFilter):
            self.filters["area"].extra["choices"] = list(places)

    def by_place(self, rows, name, value):
        """Of households that stand in the place or below it now, wherever they stood on the day."""
        return rows.under(value)

    def by_visitor(self, rows, name, value):
        """By name, or the first letters of it."""
        text = value.strip()
        return rows.filter(Q(visitor__name__startswith=text) | Q(visitor__pinyin__startswith=text.lower()))

    def by_state(self, rows, name, value):
        """What is still to be done, or was taken back."""
        return in_state(rows, value, self.data.get("area") or "")


def marked(rows) -> VisitQuerySet:
    """With what the badge of a visit says: `waits` for a decision, `lost_paper`, `rechecked` though not signed."""
    return rows.annotate(
        waits=_waits(),
        lost_paper=ExpressionWrapper(paper_lost(), output_field=BooleanField()),
        rechecked=Exists(VisitRecheck.objects.filter(visit=OuterRef("pk"))),
    )


def _waits() -> Exists:
    return Exists(VisitFact.objects.undecided().filter(visit=OuterRef("pk")))


def unsent_since(area_code: str) -> date:
    """What was made or begun before this day and has not all come is late (duty.unsent_days of the place)."""
    today = timezone.localdate()
    return today - timedelta(days=value_for(UNSENT_DAYS, area_code, today))


def in_state(rows, state: str, area_code: str = "") -> VisitQuerySet:
    """The visits of a STATES key. `area_code`: whose patience counts (parameter duty.unsent_days), "" the country's."""
    if state == WITHDRAWN:
        return rows.filter(withdrawn_at__isnull=False)
    rows = rows.standing()
    if state == INBOX:
        return rows.filter(_waits() | (~Q(held="") & Q(held_decided_at__isnull=True)))
    if state == PHOTOS_LACK:
        return rows.lacking_photos()
    if state == UNSENT:
        return rows.lacking_photos().filter(received_at__date__lt=unsent_since(area_code))
    if state == UNSIGNED:
        return rows.to_recheck()
    if state == RECHECKED:
        return rows.unsigned().filter(recheck__isnull=False)
    if state == FLAGGED:
        return rows.filter(Exists(VisitPhoto.objects.flagged().filter(visit=OuterRef("pk"))))
    return rows.exclude(problems="")
