"""Places as the API tells them."""

from rest_framework import serializers

from poverty.areas.models import Area, Settlement


class AreaSerializer(serializers.ModelSerializer):
    """A place. The code is the path: what lies below 220503 begins with 220503."""

    class Meta:
        model = Area
        fields = ("code", "name", "level", "parent", "valid_from", "valid_to")
        read_only_fields = fields


class SettlementSerializer(serializers.ModelSerializer):
    """A natural village or group of a village."""

    class Meta:
        model = Settlement
        fields = ("id", "name", "kind", "valid_from", "valid_to")
        read_only_fields = fields


class AreaDetailSerializer(AreaSerializer):
    """A place with its whole name and, for a village in one's own area, its settlements."""

    full_name = serializers.CharField(read_only=True, help_text="自省起的全称。")
    settlements = SettlementSerializer(many=True, read_only=True, source="own_settlements")

    class Meta(AreaSerializer.Meta):
        fields = (*AreaSerializer.Meta.fields, "full_name", "settlements")
        read_only_fields = fields
