"""Which rows of a ledger: the few filters that can be said in words and stand in an address."""

import django_filters as filters
from django.db.models import Q

from households.models import Household, Membership
from households.options.causes import CAUSES
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from poverty.fields.states import MET, UNKNOWN, UNMET

ALL = "all"
KINDS = [(ALL, "全部在册户"), *HOUSEHOLD_KINDS.choices]
VERDICTS = [(str(MET), "达标"), (str(UNMET), "未达标"), (str(UNKNOWN), "待核实"), ("none", "未判定")]


class HouseholdLedgerFilter(filters.FilterSet):
    """By kind (without one: the households on the poverty register), status, verdict of the year, and cause.

    `household`: where the household stands, seen from the row.
    """

    household = ""

    kind = filters.ChoiceFilter(
        label="户类型", choices=KINDS, method="by_kind", empty_label="建档立卡户（含已脱贫）"
    )
    status = filters.ChoiceFilter(
        label="脱贫属性", choices=POVERTY_STATUSES.choices, method="by_column", empty_label="全部"
    )
    verdict = filters.ChoiceFilter(
        label="判定结论", choices=VERDICTS, method="by_verdict", empty_label="全部"
    )
    main_cause = filters.ChoiceFilter(
        label="主要致贫原因", choices=CAUSES.choices, method="by_column", empty_label="全部"
    )

    class Meta:
        model = Household
        fields = ()

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("kind"):
            queryset = queryset.exclude(**{f"{self.household}kind": GENERAL_RURAL})
        return super().filter_queryset(queryset)

    def by_kind(self, rows, name, value):
        """One kind, or every registered household."""
        return rows if value == ALL else rows.filter(**{f"{self.household}kind": value})

    def by_column(self, rows, name, value):
        """A column of the household."""
        return rows.filter(**{f"{self.household}{name}": value})

    def by_verdict(self, rows, name, value):
        """The verdict of the year."""
        return rows.filter(Q(result__isnull=True) if value == "none" else Q(result__verdict=int(value)))


class PersonLedgerFilter(HouseholdLedgerFilter):
    """The same over persons."""

    household = "household__"

    class Meta:
        model = Membership
        fields = ()
