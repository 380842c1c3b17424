"""What of a row is told depends on who asks: a bureau officer gets name, masked number, village, own indicator.

What a person may not see is left out of the answer, not null: null means "not answered" here.
"""

from rest_framework import serializers

from poverty.fields.sealed import Sealed


class MaskField(serializers.CharField):
    """A personal number as its mask, never in clear."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: Sealed) -> str:
        return value.masked


class SeenSerializer(serializers.ModelSerializer):
    """A row of a household. The context holds `sight` (households.sight.Sight).

    `to_bureaus`: names of the fields that are told also to who sees the household by his sector only.
    """

    limited = serializers.SerializerMethodField(help_text="只看到本行业的内容（行业部门人员）。")
    to_bureaus: tuple[str, ...] = ()

    def build_standard_field(self, field_name, model_field):
        """An option list whose answer may be missing says so in the document: "" is one of its values."""
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if field_class is serializers.ChoiceField and model_field.blank:
            kwargs["choices"] = [("", "未填"), *kwargs["choices"]]
        return field_class, kwargs

    def household_of(self, row):
        """The household that decides what is told."""
        return row.household

    def get_limited(self, row) -> bool:
        return not self.context["sight"].whole(self.household_of(row))

    def to_representation(self, row):
        told = super().to_representation(row)
        if told.get("limited"):
            kept = self.kept(row)
            told = {name: value for name, value in told.items() if name in kept}
        return told

    def kept(self, row) -> set[str]:
        """Names of what a bureau officer is told of a row."""
        return {*self.to_bureaus, "limited"}
