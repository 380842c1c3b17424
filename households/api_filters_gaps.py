"""Which gaps, measures and needs the API lists."""

import django_filters as filters

from households.api_filters import FIRST_YEAR, LAST_YEAR, WholeNumberFilter
from households.gaps.models_gaps import LACKS
from households.gaps.options import GAP_SUBJECTS
from households.models import Gap, Measure, Need
from households.options.measure_groups import MEASURE_GROUPS
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within


def _household() -> WholeNumberFilter:
    return WholeNumberFilter(field_name="household_id", label="户", min_value=1, max_value=2**63 - 1)


class GapFilter(filters.FilterSet):
    """By household, year, place, what lacks, how, who closes it, and whether it is still open."""

    household = _household()
    year = WholeNumberFilter(field_name="year", label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    area = CodeFilter(label="区划代码（含以下）", method="at")
    indicator = filters.ChoiceFilter(label="缺项", choices=GAP_SUBJECTS.choices)
    state = filters.ChoiceFilter(label="情形", choices=LACKS)
    party = filters.ChoiceFilter(label="由谁补", choices=NEED_PARTIES.choices)
    open = filters.BooleanFilter(label="还没有补上", field_name="closed_on", lookup_expr="isnull")

    class Meta:
        model = Gap
        fields = ()

    def at(self, rows, name, value):
        """Gaps there."""
        return rows.filter(within("area_code", [value]))


class MeasureFilter(filters.FilterSet):
    """By household, place, group and state."""

    household = _household()
    area = CodeFilter(label="区划代码（含以下）", method="at")
    group = filters.ChoiceFilter(label="措施类别", choices=MEASURE_GROUPS.choices)
    state = filters.ChoiceFilter(label="状态", choices=Measure.State.choices)

    class Meta:
        model = Measure
        fields = ()

    def at(self, rows, name, value):
        """Measures there."""
        return rows.filter(within("household__area_id", [value]))


class NeedFilter(filters.FilterSet):
    """By household, place, kind, who answers and state."""

    household = _household()
    area = CodeFilter(label="区划代码（含以下）", method="at")
    kind = filters.ChoiceFilter(label="诉求类别", choices=NEED_KINDS.choices)
    whom = filters.ChoiceFilter(label="由谁答复", choices=NEED_PARTIES.choices)
    state = filters.ChoiceFilter(label="状态", choices=Need.State.choices)

    class Meta:
        model = Need
        fields = ()

    def at(self, rows, name, value):
        """Needs there."""
        return rows.filter(within("area_code", [value]))
