"""Which rows of a ledger: the few filters that can be said in words and stand in an address."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from households.indicators import INDICATORS
from households.models import Assessment, Household, Membership, Pairing, RegisterChange
from households.options.causes import CAUSES
from households.options.change_kinds import CHANGE_KINDS
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from poverty.fields.states import MET, UNKNOWN, UNMET

ALL = "all"
KINDS = [(ALL, "全部在册户"), *HOUSEHOLD_KINDS.choices]
INDICATOR_CHOICES = [(code, one.label) for code, one in INDICATORS.items()]
GAP_STATES = [(str(UNMET), "未达标"), (str(UNKNOWN), "待核实")]
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


class ExitedPersonFilter(filters.FilterSet):
    """Of those who have exited: by kind, year of exit, and cause."""

    kind = filters.ChoiceFilter(
        label="户类型", choices=HOUSEHOLD_KINDS.choices, field_name="household__kind", empty_label="全部"
    )
    exit_year = filters.NumberFilter(
        label="脱贫年度", field_name="household__exit_year", min_value=2014, max_value=2100
    )
    main_cause = filters.ChoiceFilter(
        label="主要致贫原因", choices=CAUSES.choices, field_name="household__main_cause", empty_label="全部"
    )

    class Meta:
        model = Membership
        fields = ()


class GapFilter(filters.FilterSet):
    """Of what is missing: which indicator, whether not reached or not known, and of which kind of household."""

    indicator = filters.ChoiceFilter(
        label="指标", choices=INDICATOR_CHOICES, field_name="indicator", empty_label="全部"
    )
    # Asked where the rows are made: a comparison afterwards leads the planner astray (households/ledgers/gaps.py).
    state = filters.ChoiceFilter(
        label="情况", choices=GAP_STATES, method="in_the_rows", empty_label="未达标和待核实"
    )
    kind = filters.ChoiceFilter(
        label="户类型", choices=KINDS, method="by_kind", empty_label="建档立卡户（含已脱贫）"
    )

    class Meta:
        model = Assessment
        fields = ()

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("kind"):
            queryset = queryset.exclude(household__kind=GENERAL_RURAL)
        return super().filter_queryset(queryset)

    def in_the_rows(self, rows, name, value):
        """Nothing more: the ledger's rows were made for this value."""
        return rows

    def by_kind(self, rows, name, value):
        """One kind, or every registered household."""
        return rows if value == ALL else rows.filter(household__kind=value)


class HelperFilter(filters.FilterSet):
    """Pairings that hold today, those that have ended, or all."""

    now = filters.ChoiceFilter(
        label="结对状态", choices=[("ended", "已终止"), (ALL, "全部")], method="by_state", empty_label="在帮"
    )
    resident = filters.BooleanFilter(
        label="是否驻村队员", field_name="helper__is_resident_team", widget=forms.NullBooleanSelect
    )

    class Meta:
        model = Pairing
        fields = ()

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("now"):
            queryset = queryset.open_on(timezone.localdate())
        return super().filter_queryset(queryset)

    def by_state(self, rows, name, value):
        """Ended by today, or all."""
        return rows if value == ALL else rows.filter(valid_to__lte=timezone.localdate())


class ChangeLedgerFilter(filters.FilterSet):
    """Register changes by kind and by where they stand."""

    kind = filters.ChoiceFilter(label="变动类型", choices=CHANGE_KINDS.choices, empty_label="全部")
    state = filters.ChoiceFilter(label="状态", choices=RegisterChange.State.choices, empty_label="全部")

    class Meta:
        model = RegisterChange
        fields = ()
