"""The county review desk over the API."""

from rest_framework import serializers

from households.desk.exceptions import kinds_of
from households.desk.stages import STAGES
from households.models import DeskDecision, DeskOpened, ExitCase
from households.options.desk_options import DESK_EXCEPTIONS
from poverty.review.models import Draw
from poverty.web.strict_bodies import StrictSerializer

_KINDS = "、".join(f"{one.key} {one.label}" for one in DESK_EXCEPTIONS if one.of_case)


class DeskCaseSerializer(serializers.ModelSerializer):
    """A case that waits at the county, with what stands out at it."""

    head = serializers.CharField(source="household.head_name", read_only=True)
    exceptions = serializers.SerializerMethodField(help_text=_KINDS)
    due_on = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = ExitCase
        fields = (
            "id",
            "household",
            "head",
            "area_code",
            "year",
            "state",
            "round",
            "held_at",
            "hold_kinds",
            "last_step_on",
            "due_on",
            "exceptions",
        )
        read_only_fields = fields

    def get_exceptions(self, row) -> list[str]:
        return list(kinds_of(row))


class DeskLineSerializer(serializers.Serializer):
    """One indicator: required, measured, from where; its state when it was appraised and last year."""

    indicator = serializers.CharField(source="line.code")
    label = serializers.CharField(source="line.label")
    required = serializers.CharField(source="line.required")
    actual = serializers.CharField(source="line.actual")
    state = serializers.IntegerField(source="line.state")
    appraised_state = serializers.IntegerField(source="then", allow_null=True)
    last_year_state = serializers.IntegerField(source="last_year", allow_null=True)
    source = serializers.CharField(source="line.source")
    on = serializers.DateField(source="line.on", allow_null=True)
    evidence = serializers.CharField(source="line.evidence")


class DeskDifferenceSerializer(serializers.Serializer):
    """One fact that is no longer what was appraised; `whose`: the member, "" the household."""

    label = serializers.CharField()
    whose = serializers.CharField(allow_blank=True)
    before = serializers.CharField()
    after = serializers.CharField()


class DeskCaseWholeSerializer(DeskCaseSerializer):
    """A case side by side, and what may be done with it now."""

    lines = DeskLineSerializer(many=True, read_only=True)
    differences = DeskDifferenceSerializer(many=True, read_only=True)
    why_not = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        read_only=True,
        help_text="approve、return：现在不能办理的原因，空的可以办理；县里不能办理的没有。",
    )

    class Meta(DeskCaseSerializer.Meta):
        fields = (*DeskCaseSerializer.Meta.fields, "lines", "differences", "why_not")
        read_only_fields = fields


class LookSerializer(serializers.Serializer):
    """A look that was noted."""

    look = serializers.IntegerField()


class SecondsSerializer(StrictSerializer):
    """For how long a look has lasted by now; never kept longer than has passed."""

    look = serializers.IntegerField(min_value=1, max_value=9_223_372_036_854_775_807)
    seconds = serializers.IntegerField(min_value=0, max_value=86_400)


class ApproveSerializer(StrictSerializer):
    """A review; nothing has to be said."""

    comment = serializers.CharField(max_length=500, required=False, allow_blank=True)
    happened_on = serializers.DateField(required=False, help_text="审核日期，不填为今天。")
    late_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ReturnSerializer(StrictSerializer):
    """Why a case is sent back, and on which day."""

    comment = serializers.CharField(max_length=500)
    happened_on = serializers.DateField(required=False, help_text="退回日期，不填为今天。")
    late_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DrawSerializer(StrictSerializer):
    """From which place a list is drawn."""

    area_code = serializers.RegexField(r"\A[0-9]{6}(?:[0-9]{3}){0,2}\Z", help_text="县、乡镇或村的区划代码。")


class OpenedSerializer(serializers.ModelSerializer):
    """A case that had been opened before its list was decided."""

    class Meta:
        model = DeskOpened
        fields = ("case", "drawn", "exceptions", "times", "seconds")
        read_only_fields = fields


class DecisionSerializer(serializers.ModelSerializer):
    """How a list was decided, and what had been opened."""

    opened = OpenedSerializer(many=True, read_only=True)

    class Meta:
        model = DeskDecision
        fields = ("decided_by", "decided_at", "happened_on", "households", "left_out", "opened")
        read_only_fields = fields


class DeskListSerializer(serializers.ModelSerializer):
    """A drawn list; `decision` null: not decided. `drawn`: the cases of the sample; the same seed draws them again."""

    drawn = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()

    class Meta:
        model = Draw
        fields = (
            "id",
            "area_code",
            "seed",
            "population",
            "size",
            "drawn_by",
            "drawn_at",
            "drawn",
            "decision",
        )
        read_only_fields = fields

    def get_drawn(self, row) -> list[int]:
        return sorted(one.case_id for one in row.cases.all() if one.drawn)

    def get_decision(self, row) -> DecisionSerializer(allow_null=True):
        found = DeskDecision.objects.filter(draw=row).first()
        return DecisionSerializer(found).data if found else None


STAGE_HELP = "、".join(f"{key} {one.label}" for key, one in STAGES.items())
