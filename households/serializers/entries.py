"""Cases of identification, 返贫 and 户清退."""

from rest_framework import serializers

from households.entries.models import EntryCase, EntryComparison, EntryRefusal


class EntryComparisonSerializer(serializers.ModelSerializer):
    """What one bureau answered."""

    class Meta:
        model = EntryComparison
        fields = ("round", "bureau", "result", "note", "compared_on", "document")
        read_only_fields = fields


class EntryRefusalSerializer(serializers.ModelSerializer):
    """告知书: the figures, the line, the clause, and its delivery; `delivered_on` null: not handed over yet."""

    title = serializers.CharField(read_only=True, help_text="编号，例如：告知〔2018〕3号。")

    class Meta:
        model = EntryRefusal
        fields = (
            "title",
            "refused_on",
            "stage",
            "reason",
            "income",
            "line",
            "clause",
            "contact",
            "objection_days",
            "issued_by",
            "delivered_on",
            "receiver",
            "relation",
            "receipt",
            "receipt_note",
            "delivered_by",
        )
        read_only_fields = fields


class EntrySerializer(serializers.ModelSerializer):
    """A case and where it stands; null in what the household stated: it said nothing."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)
    refusal = EntryRefusalSerializer(read_only=True, allow_null=True)
    comparisons = EntryComparisonSerializer(many=True, read_only=True)

    class Meta:
        model = EntryCase
        fields = (
            "id",
            "household",
            "area_code",
            "kind",
            "state",
            "round",
            "applied_by",
            "applicant",
            "applied_on",
            "reason",
            "cause",
            "ground",
            "authorised_on",
            "size",
            "stated_income",
            "house_safe",
            "at_school",
            "insured",
            "water_safe",
            "decided_on",
            "document",
            "comparisons",
            "refusal",
        )
        read_only_fields = fields
