"""Workrooms, evaluations and agreements of enterprises, as the API tells them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from villages.models import AgreementResult, EnterpriseAgreement, Evaluation, Workroom
from villages.options.enterprise_kinds import ENTERPRISE_KINDS
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS


class WorkroomSerializer(serializers.ModelSerializer):
    """The workroom of a village. Its telephone is not told here."""

    area = serializers.CharField(source="village.area_id", read_only=True)

    class Meta:
        model = Workroom
        fields = (
            "id",
            "village",
            "area",
            "place",
            "remark",
            "document",
            "valid_from",
            "valid_to",
            "end_reason",
        )
        read_only_fields = fields


class EvaluationSerializer(serializers.ModelSerializer):
    """How a member of a team (`person` null: the team) was assessed; `facts`: what was recorded of him then.

    `is_current` false: corrected by a further version, or withdrawn.
    """

    area = serializers.CharField(source="village.area_id", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True, default=None)
    assessor_name = serializers.CharField(source="assessor.name", read_only=True)
    period = serializers.ChoiceField(choices=EVALUATION_PERIODS.choices, read_only=True)
    result = serializers.ChoiceField(choices=EVALUATION_RESULTS.choices, read_only=True)
    facts = serializers.DictField(read_only=True)

    class Meta:
        model = Evaluation
        fields = (
            "id",
            "village",
            "area",
            "person",
            "person_name",
            "year",
            "period",
            "result",
            "score",
            "assessor",
            "assessor_name",
            "assessed_by",
            "happened_on",
            "document",
            "remark",
            "facts",
            "version",
            "replaces",
            "correction",
            "is_current",
            "withdrawn_on",
            "withdrawn_reason",
        )
        read_only_fields = fields


class AgreementResultSerializer(serializers.ModelSerializer):
    """What came of an agreement in a year; `amount` in yuan."""

    class Meta:
        model = AgreementResult
        fields = ("year", "amount", "households", "persons", "remark", "version", "correction")
        read_only_fields = fields


class AgreementSerializer(serializers.ModelSerializer):
    """What an enterprise agreed with a village; `promised` in yuan, null: no sum. `results`: the valid ones by year."""

    village = serializers.IntegerField(source="post.village_id", read_only=True)
    area = serializers.CharField(source="post.village.area_id", read_only=True)
    enterprise = serializers.IntegerField(source="post.unit_id", read_only=True)
    enterprise_name = serializers.CharField(source="post.unit.name", read_only=True)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ENTERPRISE_KINDS.choices), read_only=True
    )
    results = serializers.SerializerMethodField()

    class Meta:
        model = EnterpriseAgreement
        fields = (
            "id",
            "village",
            "area",
            "enterprise",
            "enterprise_name",
            "kinds",
            "document",
            "number",
            "signed_on",
            "period_from",
            "period_to",
            "promised",
            "content",
            "ended_on",
            "end_reason",
            "results",
        )
        read_only_fields = fields

    @extend_schema_field(AgreementResultSerializer(many=True))
    def get_results(self, row):
        """The valid ones of years in which it held, the newest first."""
        held = row.years_held(timezone.localdate())
        valid = sorted(
            (one for one in row.results.all() if one.is_current and one.year in held),
            key=lambda one: -one.year,
        )
        return AgreementResultSerializer(valid, many=True).data
