"""Filters of the list of jobs."""

import django_filters as filters

from poverty.jobs import runners
from poverty.jobs.models import Job, State


class JobFilter(filters.FilterSet):
    """Jobs by kind, state and who started them."""

    kind = filters.ChoiceFilter(label="任务", choices=(), empty_label="全部任务")
    state = filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部状态")
    mine = filters.ChoiceFilter(
        label="发起人", choices=[("yes", "我发起的")], method="by_starter", empty_label="全部"
    )

    class Meta:
        model = Job
        fields = ()

    def __init__(self, data=None, queryset=None, *, user, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.filters["kind"].extra["choices"] = runners.labels()  # known when all apps are ready
        self.user = user

    def by_starter(self, rows, name, value):
        """Started by whoever looks."""
        return rows.filter(created_by=self.user)
