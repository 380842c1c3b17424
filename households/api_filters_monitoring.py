"""Which clues, cases and objects of monitoring the API lists."""

import django_filters as filters

from households.api_filters import WholeNumberFilter
from households.models import Clue, Monitoring, MonitoringCase
from households.options.clue_kinds import CLUE_KINDS
from households.options.clue_sources import CLUE_SOURCES
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.risk_removal import RISK_STATES
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within


def _household() -> WholeNumberFilter:
    return WholeNumberFilter(field_name="household_id", label="户", min_value=1, max_value=2**63 - 1)


class ClueFilter(filters.FilterSet):
    """By household, place, source, kind and state."""

    household = _household()
    area = CodeFilter(label="区划代码（含以下）", method="at")
    source = filters.ChoiceFilter(label="来源", choices=CLUE_SOURCES.choices)
    kind = filters.ChoiceFilter(label="内容", choices=CLUE_KINDS.choices)
    state = filters.ChoiceFilter(label="状态", choices=Clue.State.choices)

    class Meta:
        model = Clue
        fields = ()

    def at(self, rows, name, value):
        """Clues there."""
        return rows.filter(within("area_code", [value]))


class CaseFilter(filters.FilterSet):
    """By household, place, purpose and state."""

    household = _household()
    area = CodeFilter(label="区划代码（含以下）", method="at")
    purpose = filters.ChoiceFilter(label="事项", choices=MonitoringCase.Purpose.choices)
    state = filters.ChoiceFilter(label="状态", choices=MonitoringCase.State.choices)

    class Meta:
        model = MonitoringCase
        fields = ()

    def at(self, rows, name, value):
        """Of households there."""
        return rows.filter(within("household__area_id", [value]))


class WatchedFilter(filters.FilterSet):
    """By household, place, category and state of the risk."""

    household = _household()
    area = CodeFilter(label="区划代码（含以下）", method="at")
    category = filters.ChoiceFilter(label="监测对象类别", choices=MONITORING_CATEGORIES.choices)
    risk_state = filters.ChoiceFilter(label="风险状态", choices=RISK_STATES.choices)

    class Meta:
        model = Monitoring
        fields = ()

    def at(self, rows, name, value):
        """Of households there."""
        return rows.filter(within("household__area_id", [value]))
