"""What was owed in a month, and days in a village, for programs: keys and days, no words of a visit."""

from rest_framework import serializers

from households.duties.months import STATES
from households.models import Pairing, Presence


class ObligationSerializer(serializers.ModelSerializer):
    """What one helper owes one household in the duty's period; `days_late` null: not late."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)
    helper_name = serializers.CharField(source="helper.name", read_only=True)
    unit = serializers.IntegerField(source="helper.unit_id", read_only=True, allow_null=True)
    every_months = serializers.IntegerField(source="duty_every", read_only=True)
    times = serializers.IntegerField(source="duty_times", read_only=True)
    first_day = serializers.DateField(read_only=True)
    last_day = serializers.DateField(read_only=True)
    made = serializers.IntegerField(read_only=True)
    done_on = serializers.DateField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=list(STATES.items()), source="duty_state", read_only=True)
    days_late = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Pairing
        fields = (
            "id",
            "household",
            "area_code",
            "helper",
            "helper_name",
            "unit",
            "every_months",
            "times",
            "first_day",
            "last_day",
            "made",
            "done_on",
            "state",
            "days_late",
        )
        read_only_fields = fields


class PresenceSerializer(serializers.ModelSerializer):
    """A day in a village with the work done."""

    area_code = serializers.CharField(source="area_id", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Presence
        fields = ("id", "person", "person_name", "area_code", "day", "work")
        read_only_fields = fields
