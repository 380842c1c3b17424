"""Exit standards as the API tells them."""

from rest_framework import serializers

from poverty.standards.models import Requirement, Standard


class RequirementSerializer(serializers.ModelSerializer):
    """One row of a standard. `asked` says the requirement in words."""

    label = serializers.CharField(read_only=True)
    asked = serializers.CharField(read_only=True, help_text="要求，例如“大于 3,747 元/人·年”。")

    class Meta:
        model = Requirement
        fields = (
            "indicator",
            "label",
            "comparison",
            "threshold",
            "unit",
            "asked",
            "evidence",
            "clause",
            "document",
            "weight",
            "veto",
            "order",
        )
        read_only_fields = fields


class StandardSerializer(serializers.ModelSerializer):
    """A standard with all its rows. `area_code` "" is the whole country."""

    requirements = RequirementSerializer(many=True, read_only=True)

    class Meta:
        model = Standard
        fields = (
            "id",
            "area_code",
            "year",
            "subject",
            "name",
            "document_name",
            "document_number",
            "document_date",
            "clause",
            "deviation_document",
            "version",
            "corrects",
            "status",
            "published_at",
            "requirements",
        )
        read_only_fields = fields
