"""Tables from above, villages' parts of them, and rows to fill. Numbers of persons come masked, whoever asks."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.models import RequestPart, RequestRow, TableRequest
from households.requests.columns import KINDS, ROLES
from households.services.request_filling import shown_answers, shown_row
from poverty.web.strict_bodies import StrictSerializer


class TableColumnSerializer(serializers.Serializer):
    """One column; `name` is what answers are sent under."""

    name = serializers.CharField(read_only=True)
    heading = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(ROLES, read_only=True)
    kind = serializers.ChoiceField(KINDS, read_only=True)
    options = serializers.ListField(child=serializers.CharField(), read_only=True)
    needed = serializers.BooleanField(read_only=True)
    updates = serializers.BooleanField(read_only=True, help_text="通过后同时更新年度信息。")


class TableSerializer(serializers.ModelSerializer):
    """A table, with the columns as it was issued."""

    columns = TableColumnSerializer(source="asked", many=True, read_only=True)
    late = serializers.BooleanField(source="is_late", read_only=True)

    class Meta:
        model = TableRequest
        fields = (
            "id",
            "area_code",
            "kind",
            "title",
            "sender",
            "instructions",
            "deadline",
            "late",
            "year",
            "state",
            "issued_at",
            "columns",
        )
        read_only_fields = fields


class PartSerializer(serializers.ModelSerializer):
    """A village's part: how far it is."""

    table = serializers.IntegerField(source="request_id", read_only=True)
    late = serializers.BooleanField(source="is_late", read_only=True, help_text="逾期未交，或逾期才交。")
    rows = serializers.IntegerField(source="rows_in_all", read_only=True)
    filled = serializers.IntegerField(source="rows_filled", read_only=True)

    class Meta:
        model = RequestPart
        fields = ("id", "table", "area_code", "state", "reason", "submitted_at", "late", "rows", "filled")
        read_only_fields = fields


class RowSerializer(serializers.ModelSerializer):
    """A row to fill: `cells` as the sender's sheet and the register have it, `answers` what was filled, both by column."""

    table = serializers.IntegerField(source="request_id", read_only=True)
    cells = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()

    class Meta:
        model = RequestRow
        fields = (
            "id",
            "table",
            "part",
            "number",
            "area_code",
            "household",
            "member",
            "cells",
            "answers",
            "complete",
            "filled_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_cells(self, row):
        """What stands beside the columns to fill."""
        return shown_row(row, [one for one in row.part.request.asked if one.role != "fill" and one.heading])

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_answers(self, row):
        """Every column to fill; "" where nothing was answered."""
        answers = shown_answers(row)
        return {one.name: answers.get(one.name, "") for one in row.part.request.to_fill}


class _Answers(serializers.DictField):
    child = serializers.CharField(max_length=500, allow_blank=True)


class FillSerializer(StrictSerializer):
    """Answers by column name, and in `base` what the sender saw there."""

    answers = _Answers(allow_empty=False, help_text="列名: 填的内容，空串为清除。")
    base = _Answers(help_text="填写时看到的 answers。")


class SubmitSerializer(StrictSerializer):
    """Why rows are left unfilled."""

    comment = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="还有没填完的行时必须写明原因。"
    )


class SendBackSerializer(StrictSerializer):
    """Why it is sent back."""

    reason = serializers.CharField(max_length=200, help_text="村里会看到。")
