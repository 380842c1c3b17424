"""Villages, the facts of their years, results and exits, as the API tells them."""

from functools import cached_property

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.serializers.surveys import FactsSerializer, PatchSerializer, SourceSerializer
from villages.facts import FACTS
from villages.models import INDICATOR_COLUMNS, ExitCase, Village, VillageAssessment, VillagePost, VillageYear
from villages.options.posts import POSTS


class VillageSerializer(serializers.ModelSerializer):
    """A village of the register. Its head's phone is not told here."""

    name = serializers.CharField(source="area.name", read_only=True)

    class Meta:
        model = Village
        fields = (
            "id",
            "area",
            "name",
            "status",
            "list_level",
            "exit_year",
            "exited_on",
            "kind",
            "development",
            "terrain",
            "leader_name",
            "leader_position",
            "latitude",
            "longitude",
            "ended_on",
        )
        read_only_fields = fields


class VillageFactsSerializer(FactsSerializer):
    """Facts of a village for a year: null and "" are "not answered"; amounts in yuan."""

    class Meta:
        model = VillageYear
        fields = FACTS
        extra_kwargs = {name: {"required": False} for name in fields}


class VillageYearSerializer(serializers.ModelSerializer):
    """The facts of a village for a year. `sources`: by field, where that differs from the row's own."""

    facts = serializers.SerializerMethodField()
    sources = serializers.SerializerMethodField()

    class Meta:
        model = VillageYear
        fields = (
            "id",
            "village",
            "year",
            "area",
            "source",
            "happened_on",
            "decided_by_name",
            "recorded_at",
            "late_reason",
            "version",
            "facts",
            "sources",
        )
        read_only_fields = fields

    @cached_property
    def _facts(self):
        return VillageFactsSerializer()  # one for all rows of a list: making it costs more than using it

    @extend_schema_field(VillageFactsSerializer)
    def get_facts(self, row):
        return self._facts.to_representation(row)

    @extend_schema_field(serializers.DictField(child=SourceSerializer()))
    def get_sources(self, row):
        return row.sources


class VillageYearPatchSerializer(PatchSerializer):
    """A change of the facts of a village."""

    changes = VillageFactsSerializer()
    base = VillageFactsSerializer(help_text="填写时看到的值；可以是读到的整个 facts。")


class VillageAssessmentSerializer(serializers.ModelSerializer):
    """The verdict of a village for a year, now and after this batch.

    0 未达标, 1 待核实, 2 达标, 3 不考核; null: the standard does not have it.
    """

    class Meta:
        model = VillageAssessment
        fields = (
            "id",
            "village",
            "area",
            "year",
            "standard",
            "verdict",
            "verdict_after",
            "poor_persons",
            "leaving_persons",
            "incidence_now",
            "incidence_then",
            "score_now",
            "score_then",
            *INDICATOR_COLUMNS,
            "incidence_after",
            "score_after",
            "judged_at",
        )
        read_only_fields = fields


class VillageExitSerializer(serializers.ModelSerializer):
    """The exit of a village: which step it has come to."""

    state_text = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = ExitCase
        fields = ("id", "village", "year", "state", "state_text", "plan_document", "created_at")
        read_only_fields = fields


class VillagePostSerializer(serializers.ModelSerializer):
    """Who holds a post of a village, by name; numbers and phones are not told here."""

    post = serializers.ChoiceField(choices=POSTS.choices, read_only=True)
    post_text = serializers.CharField(source="get_post_display", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True, default=None)
    unit_name = serializers.CharField(source="unit.name", read_only=True, default=None)

    class Meta:
        model = VillagePost
        fields = (
            "id",
            "village",
            "post",
            "post_text",
            "person",
            "person_name",
            "unit",
            "unit_name",
            "title",
            "valid_from",
            "valid_to",
            "term_until",
            "document",
            "end_reason",
        )
        read_only_fields = fields
