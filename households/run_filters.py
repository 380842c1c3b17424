"""Filters of the list of runs and of what one run changed. The scope comes from the queryset, not from here."""

import django_filters as filters
from django.db.models import F, Q

from households.models import AssessmentChange, AssessmentRun, LeftOut
from poverty.fields.states import State
from poverty.sql.prefix import within

WITHDRAWN = "withdrawn"
# What became of a household: its verdict now, or that it has none any more.
OUTCOMES = [(str(one.value), one.label) for one in (State.UNMET, State.UNKNOWN, State.MET)]
OUTCOMES.append((WITHDRAWN, "撤销判定"))
SCOPES = [("verdict", "结论变化的")]


class RunFilter(filters.FilterSet):
    """Runs by year and trigger, or only those nights that found a difference."""

    year = filters.ChoiceFilter(label="年度", choices=(), empty_label="全部年度")
    trigger = filters.ChoiceFilter(label="起因", choices=AssessmentRun.Trigger.choices, empty_label="全部")
    found = filters.ChoiceFilter(
        label="结果",
        choices=[("changed", "有变化的"), ("alarm", "夜间发现不一致的")],
        method="by_found",
        empty_label="全部",
    )

    class Meta:
        model = AssessmentRun
        fields = ()

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        years = queryset.order_by("-year").values_list("year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年度") for year in years]

    def by_found(self, rows, name, value):
        """With changes, or nightly with anything written."""
        if value == "alarm":
            return rows.filter(trigger=AssessmentRun.Trigger.NIGHTLY, written__gt=0)
        return rows.filter(changed__gt=0)


class _PlaceFilter(filters.FilterSet):
    """By a place of the run; the choices are those offered."""

    area = filters.ChoiceFilter(label="区划", choices=(), method="by_place", empty_label="全部")

    def __init__(self, data=None, queryset=None, *, places=(), **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.filters["area"].extra["choices"] = list(places)

    def by_place(self, rows, name, value):
        """In the place or below it."""
        return rows.filter(within("area_id", [value]))


class ChangeFilter(_PlaceFilter):
    """What a run changed: by place, by what became of it, or changed verdicts only."""

    after = filters.ChoiceFilter(label="现结论", choices=OUTCOMES, method="by_outcome", empty_label="全部")
    what = filters.ChoiceFilter(
        label="变化", choices=SCOPES, method="by_scope", empty_label="结论或指标变化的"
    )

    class Meta:
        model = AssessmentChange
        fields = ()

    def by_outcome(self, rows, name, value):
        """The verdict afterwards, or none any more."""
        if value == WITHDRAWN:
            return rows.filter(verdict_after__isnull=True)
        return rows.filter(verdict_after=int(value))

    def by_scope(self, rows, name, value):
        """Without those whose verdict stayed."""
        return rows.exclude(Q(verdict_after__isnull=False) & Q(verdict_after=F("verdict_before")))


class LeftOutFilter(_PlaceFilter):
    """Whom a run could not judge: by place and reason."""

    reason = filters.ChoiceFilter(label="原因", choices=LeftOut.Reason.choices, empty_label="全部")

    class Meta:
        model = LeftOut
        fields = ()
