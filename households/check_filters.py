"""Which findings to list. The scope comes from the queryset, not from here."""

import django_filters as filters

from households.checks.check import Severity
from households.checks.registry import ALL, codes_of
from households.models import Finding, FindingAnswer
from poverty.sql.prefix import within

OPEN, ANSWERED = "open", "answered"
STATES = [(OPEN, "待处理"), (ANSWERED, "已答复"), *FindingAnswer.Kind.choices]


class FindingFilter(filters.FilterSet):
    """By check, severity, whether answered and how, and place; the places are those offered."""

    code = filters.ChoiceFilter(
        label="检查", choices=[(check.code, check.message) for check in ALL], empty_label="全部检查"
    )
    severity = filters.ChoiceFilter(
        label="程度", choices=Severity.choices, method="by_severity", empty_label="全部"
    )
    state = filters.ChoiceFilter(label="答复", choices=STATES, method="by_state", empty_label="全部")
    area = filters.ChoiceFilter(label="区划", choices=(), method="by_place", empty_label="全部")

    class Meta:
        model = Finding
        fields = ()

    def __init__(self, data=None, queryset=None, *, places=(), **kwargs):
        super().__init__(data, queryset, **kwargs)
        if isinstance(self.filters["area"], filters.ChoiceFilter):
            self.filters["area"].extra["choices"] = list(places)

    def by_severity(self, rows, name, value):
        """Of the checks of a severity."""
        return rows.filter(code__in=codes_of(value))

    def by_state(self, rows, name, value):
        """Waiting, answered at all, or answered in one way."""
        if value == OPEN:
            return rows.filter(answer=None)
        if value == ANSWERED:
            return rows.filter(answer__isnull=False)
        return rows.filter(answer__kind=value)

    def by_place(self, rows, name, value):
        """In the place or below it."""
        return rows.filter(within("area_code", [value]))
