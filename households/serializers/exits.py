"""Household exits: where a case stands, and what is sent to take a step."""

from rest_framework import serializers

from households.models import ExitCase
from poverty.web.strict_bodies import StrictSerializer

# Steps that need nothing but their sheet; those that bring meetings, visits, signatures or notices go by the pages.
BY_API = ("prepare", "review", "approve", "send_back", "return", "drop", "file")


class ExitSerializer(serializers.ModelSerializer):
    """A case of exit. `refusals`: why it could not be prepared, checked or approved today (one case only)."""

    household_id = serializers.IntegerField(read_only=True)
    head_name = serializers.CharField(source="household.head_name", read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    held = serializers.BooleanField(source="is_held", read_only=True)
    hold_reason = serializers.CharField(read_only=True)

    class Meta:
        model = ExitCase
        fields = (
            "id",
            "household_id",
            "head_name",
            "year",
            "area_code",
            "state",
            "state_label",
            "state_since",
            "round",
            "held",
            "held_at",
            "hold_reason",
            "confirmed_at",
        )
        read_only_fields = fields


class ExitStepSerializer(StrictSerializer):
    """One step of a case, as on its sheet."""

    name = serializers.ChoiceField(choices=BY_API, help_text="办理事项。")
    happened_on = serializers.DateField(required=False, help_text="纸质材料上的日期，不填为今天。")
    document_name = serializers.CharField(required=False, max_length=200, help_text="依据材料。")
    decided_by_name = serializers.CharField(required=False, max_length=60, help_text="代录时的签字人。")
    comment = serializers.CharField(required=False, max_length=500, help_text="意见或原因。")
    late_reason = serializers.CharField(required=False, max_length=200, help_text="补录原因。")
