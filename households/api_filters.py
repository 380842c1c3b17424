"""Which rows the API lists beside households, whose filters are shared with the page (filters.py)."""

import django_filters as filters
from django import forms

from households.check_filters import FindingFilter
from households.disclosure import is_limited, limited_somewhere, own_indicators, sees_indicator, whole_to
from households.filters import HouseholdFilter
from households.indicators import INDICATORS
from households.models import (
    INDICATOR_COLUMNS,
    Assessment,
    AssessmentRun,
    EntryCase,
    ExitCase,
    Household,
    Member,
    MemberSurvey,
    RequestPart,
    RequestRow,
    Survey,
    TableRequest,
)
from households.options.exit_options import EXIT_STATES
from poverty.areas.filters import CodeFilter
from poverty.fields.states import State
from poverty.sql.prefix import within

FIRST_YEAR, LAST_YEAR = 2013, 2100
_STATES = [(str(state.value), state.label) for state in State]


class WholeNumberFilter(filters.NumberFilter):
    """A filter by a whole number (an id, a year)."""

    field_class = forms.IntegerField


def id_filter(name: str, label: str) -> WholeNumberFilter:
    return WholeNumberFilter(field_name=name, label=label, min_value=1, max_value=2**63 - 1)


def _year_filter() -> WholeNumberFilter:
    return WholeNumberFilter(field_name="year", label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)


def _state_filter(code: str) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(label=INDICATORS[code].label, choices=_STATES)


class HouseholdApiFilter(HouseholdFilter):
    """The filters of the page, with the indicators said at once, so that the OpenAPI document names them."""

    indicator = filters.ChoiceFilter(
        label="指标", choices=[(one.code, one.label) for one in INDICATORS.values()], method="by_indicator"
    )


class MemberFilter(filters.FilterSet):
    """Persons by household and place."""

    household = id_filter("household_id", "户")
    area = CodeFilter(label="区划代码（含以下）", method="at")

    class Meta:
        model = Member
        fields = ()

    def at(self, rows, name, value):
        """In households now standing there."""
        return rows.filter(within("household__area_id", [value]))


class SurveyFilter(filters.FilterSet):
    """Facts of households by household, year and place."""

    household = id_filter("household_id", "户")
    year = _year_filter()
    area = CodeFilter(label="区划代码（含以下）", method="at")

    class Meta:
        model = Survey
        fields = ()

    def at(self, rows, name, value):
        """Of households now standing there."""
        return rows.filter(within("household__area_id", [value]))


class MemberSurveyFilter(filters.FilterSet):
    """Facts of persons by person, present household, year and place."""

    member = id_filter("member_id", "人")
    household = id_filter("member__household_id", "户")
    year = _year_filter()
    area = CodeFilter(label="区划代码（含以下）", method="at")

    class Meta:
        model = MemberSurvey
        fields = ()

    def at(self, rows, name, value):
        """Of persons in households now standing there."""
        return rows.filter(within("member__household__area_id", [value]))


class RunFilter(filters.FilterSet):
    """Runs by area and year."""

    area = CodeFilter(label="区划代码（含以下）", method="at")
    year = _year_filter()

    class Meta:
        model = AssessmentRun
        fields = ()

    def at(self, rows, name, value):
        """Over this area or one inside it."""
        return rows.filter(within("area_code", [value]))


class AssessmentFilter(SurveyFilter):
    """Results by household, year, place, verdict and the state of each indicator.

    Who sees households only by his sector may ask for his own indicators only; where he sees some of them
    whole, other questions are answered from those.
    """

    verdict = filters.ChoiceFilter(label="结论", choices=_STATES)
    income = _state_filter("income")
    food = _state_filter("food")
    clothing = _state_filter("clothing")
    education = _state_filter("education")
    medical = _state_filter("medical")
    housing = _state_filter("housing")
    water = _state_filter("water")
    power = _state_filter("power")
    broadcasting = _state_filter("broadcasting")
    road = _state_filter("road")
    stable_income = _state_filter("stable_income")

    class Meta:
        model = Assessment
        fields = ()

    def __init__(self, data=None, queryset=None, *, request, prefix=None):
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.user = request.user
        if is_limited(self.user):
            for name in {"verdict", *INDICATOR_COLUMNS} - own_indicators(self.user):
                del self.form.fields[name]

    def filter_queryset(self, queryset):
        """The rows that fit; nobody finds out by filtering what he is not told."""
        if limited_somewhere(self.user):
            asked = {name for name, value in self.form.cleaned_data.items() if value not in (None, "")}
            for code in asked.intersection(INDICATOR_COLUMNS):
                queryset = _of(queryset, sees_indicator(self.user, code))
            if "verdict" in asked:
                queryset = _of(queryset, whole_to(self.user))
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset


def _of(rows, condition):
    return rows.filter(household__in=Household.objects.filter(condition))


class FindingApiFilter(FindingFilter):
    """The filters of the page, by household and year besides."""

    household = id_filter("household_id", "户")
    year = _year_filter()
    area = CodeFilter(label="区划代码（含以下）", method="by_place")


class EntryFilter(filters.FilterSet):
    """Cases of identification, 返贫 and 户清退 by household, kind, state, place and year of application."""

    household = id_filter("household_id", "户")
    kind = filters.ChoiceFilter(label="事项", choices=EntryCase.Kind.choices)
    state = filters.ChoiceFilter(label="状态", choices=EntryCase.State.choices)
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    year = WholeNumberFilter(
        field_name="applied_on",
        lookup_expr="year",
        label="申请年度",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
    )

    class Meta:
        model = EntryCase
        fields = ()

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))


class TableFilter(filters.FilterSet):
    """Tables from above by kind and state."""

    kind = filters.ChoiceFilter(label="种类", choices=TableRequest.Kind.choices)
    state = filters.ChoiceFilter(label="状态", choices=TableRequest.State.choices)

    class Meta:
        model = TableRequest
        fields = ()


class ExitFilter(filters.FilterSet):
    """Household exits by place, state, and whether they are held."""

    area = CodeFilter(label="区划代码（含以下）", method="at")
    state = filters.ChoiceFilter(label="状态", choices=EXIT_STATES.choices)
    held = filters.BooleanFilter(label="暂缓", field_name="held_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = ExitCase
        fields = ()

    def at(self, queryset, name, value):
        """The place and all below it."""
        return queryset.under(value)


class PartFilter(filters.FilterSet):
    """Villages' parts by table, place and state."""

    table = id_filter("request_id", "任务表")
    area = CodeFilter(label="区划代码（含以下）", method="at")
    state = filters.ChoiceFilter(label="状态", choices=RequestPart.State.choices)

    class Meta:
        model = RequestPart
        fields = ()

    def at(self, rows, name, value):
        """Of villages there."""
        return rows.filter(within("area_code", [value]))


class RowFilter(filters.FilterSet):
    """Rows by table, part, household, and whether they are filled."""

    table = id_filter("request_id", "任务表")
    part = id_filter("part_id", "村的任务表")
    household = id_filter("household_id", "户")
    complete = filters.BooleanFilter(label="已填完")

    class Meta:
        model = RequestRow
        fields = ()
