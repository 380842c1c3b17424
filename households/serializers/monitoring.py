"""Clues, monitoring cases and objects of monitoring, for programs. No informant, no telephone, no illness in words."""

from rest_framework import serializers

from households.models import Clue, Monitoring, MonitoringCase
from households.monitoring.clues import OUTCOMES
from households.monitoring.explaining import why
from households.options.clue_kinds import CLUE_KINDS
from households.options.clue_sources import CLUE_SOURCES
from households.options.monitoring_categories import MONITORING_CATEGORIES
from households.options.risk_removal import RISK_REMOVALS, RISK_STATES
from households.options.sources import SOURCES
from poverty.web.strict_bodies import StrictSerializer


def _option(options, *, blank: bool = False) -> serializers.ChoiceField:
    """A key of an option list, told only; `blank`: "" where it is not filled in yet."""
    choices = [("", "未填"), *options.choices] if blank else options.choices
    return serializers.ChoiceField(choices=choices, read_only=True)


class ClueSerializer(serializers.ModelSerializer):
    """A clue; `household` null: whom it means is not found yet. `why`: on which figures judging raised it."""

    source = _option(CLUE_SOURCES)
    kind = _option(CLUE_KINDS)
    why = serializers.SerializerMethodField(help_text="系统提出的原因，别人提出的为空。")

    class Meta:
        model = Clue
        fields = (
            "id",
            "household",
            "area_code",
            "source",
            "kind",
            "about",
            "text",
            "received_on",
            "due_on",
            "year",
            "why",
            "state",
            "answer",
            "answered_on",
            "case",
        )
        read_only_fields = fields

    def get_why(self, row) -> str:
        return why(row)


class ClueAnswerSerializer(StrictSerializer):
    """What came of a clue that leads to no case."""

    outcome = serializers.ChoiceField(
        choices=[(key, Clue.State(key).label) for key in OUTCOMES], help_text="核实结果。"
    )
    answer = serializers.CharField(max_length=1000, help_text="核实情况：什么时候、谁去的、看到什么。")
    answered_on = serializers.DateField(required=False, help_text="核实日期，不填为今天。")
    late_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class MonitoringCaseSerializer(serializers.ModelSerializer):
    """A case with where it stands and by when it is to be decided."""

    category = _option(MONITORING_CATEGORIES, blank=True)
    removal_method = _option(RISK_REMOVALS, blank=True)
    risks = serializers.SerializerMethodField(help_text="致贫返贫风险，最多五项。")

    class Meta:
        model = MonitoringCase
        fields = (
            "id",
            "household",
            "purpose",
            "state",
            "category",
            "risks",
            "opened_on",
            "due_on",
            "visited_on",
            "authorized_on",
            "net_income_per_head",
            "income_reference",
            "removal_method",
            "monitoring",
        )
        read_only_fields = fields

    def get_risks(self, row) -> list[str]:
        return [one.risk for one in row.risks.all()]


class MonitoringSerializer(serializers.ModelSerializer):
    """An object of monitoring, past or present."""

    category = _option(MONITORING_CATEGORIES)
    risk_state = _option(RISK_STATES)
    removal_method = _option(RISK_REMOVALS, blank=True)
    source = _option(SOURCES)

    class Meta:
        model = Monitoring
        fields = (
            "id",
            "household",
            "category",
            "identified_on",
            "risks",
            "risk_state",
            "removal_method",
            "removed_on",
            "whole_household_without_labour",
            "income_reference",
            "source",
        )
        read_only_fields = fields
