"""Results: verdicts, runs, and what runs changed."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.models import INDICATOR_COLUMNS, Assessment, AssessmentChange, AssessmentRun, LeftOut
from households.serializers.seen import SeenSerializer
from poverty.fields.states import State
from poverty.web.strict_bodies import StrictSerializer

STATES = "、".join(f"{state.value} {state.label}" for state in State)


class AssessmentSerializer(SeenSerializer):
    """The verdict of a household for a year: 0 未达标, 1 待核实, 2 达标, 3 不考核; null: not in the standard."""

    to_bureaus = ("id", "household", "area", "year", "standard", "judged_at")

    class Meta:
        model = Assessment
        fields = (
            "id",
            "household",
            "area",
            "year",
            "standard",
            "verdict",
            "net_income_per_head",
            "members",
            *INDICATOR_COLUMNS,
            "facts_version",
            "judged_at",
            "limited",
        )
        read_only_fields = fields

    def kept(self, row):
        return super().kept(row) | self.context["sight"].indicators(row.household)


class RunSerializer(serializers.ModelSerializer):
    """One judging of all households of an area for a year, with its counts."""

    class Meta:
        model = AssessmentRun
        fields = (
            "id",
            "area_code",
            "year",
            "trigger",
            "job",
            "started_at",
            "finished_at",
            "assessed",
            "met",
            "unmet",
            "unknown",
            "left_out",
            "no_standard",
            "changed",
            "written",
            "seconds",
        )
        read_only_fields = fields


class IndicatorChangeSerializer(serializers.Serializer):
    """An indicator of a household before and after; null: not judged, or not in the standard."""

    indicator = serializers.CharField()
    before = serializers.IntegerField(allow_null=True, help_text=STATES)
    after = serializers.IntegerField(allow_null=True, help_text=STATES)


class ChangeSerializer(serializers.ModelSerializer):
    """A household whose verdict or indicator a run changed."""

    head_name = serializers.CharField(source="household.head_name", read_only=True)
    indicators = serializers.SerializerMethodField(help_text="有变化的指标。")

    class Meta:
        model = AssessmentChange
        fields = (
            "id",
            "household",
            "head_name",
            "area",
            "year",
            "at",
            "verdict_before",
            "verdict_after",
            "income_before",
            "income_after",
            "indicators",
        )
        read_only_fields = fields

    @extend_schema_field(IndicatorChangeSerializer(many=True))
    def get_indicators(self, row):
        nothing = [None] * len(INDICATOR_COLUMNS)
        pairs = zip(row.states_before or nothing, row.states_after or nothing, strict=True)
        return [
            {"indicator": code, "before": before, "after": after}
            for code, (before, after) in zip(INDICATOR_COLUMNS, pairs, strict=True)
            if before != after
        ]


class LeftOutSerializer(serializers.ModelSerializer):
    """A household that a run could not judge, and why."""

    head_name = serializers.CharField(source="household.head_name", read_only=True)
    reason_text = serializers.CharField(source="get_reason_display", read_only=True)

    class Meta:
        model = LeftOut
        fields = ("id", "household", "head_name", "area", "reason", "reason_text")
        read_only_fields = fields


class RunRequestSerializer(StrictSerializer):
    """Judge all households of an area for a year, in the background: one job per county."""

    area = serializers.CharField(max_length=12, help_text="区划代码。")
    year = serializers.IntegerField(min_value=2013, max_value=2100, help_text="年度。")
