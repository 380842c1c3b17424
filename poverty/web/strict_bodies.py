"""Bodies of the API: a name that nobody knows is refused, since a misspelt one would be lost without a word."""

from collections.abc import Mapping

from rest_framework import serializers


def refuse_unknown(serializer: serializers.Serializer, data) -> None:
    """ValidationError for names in `data` that the serializer has no field for."""
    if isinstance(data, Mapping) and (unknown := {str(name) for name in data} - set(serializer.fields)):
        raise serializers.ValidationError({key: ["没有这一项。"] for key in unknown})


class StrictSerializer(serializers.Serializer):
    """A serializer that refuses unknown names."""

    def to_internal_value(self, data):
        """The values, checked."""
        refuse_unknown(self, data)
        return super().to_internal_value(data)
