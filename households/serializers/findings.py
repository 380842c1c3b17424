"""Findings of the data checks."""

from rest_framework import serializers

from households.checks.check import Severity, Subject
from households.checks.registry import CHECKS
from households.models import Finding, FindingAnswer
from households.serializers.seen import SeenSerializer
from poverty.web.strict_bodies import StrictSerializer


class FindingAnswerSerializer(serializers.ModelSerializer):
    """An answer and who gave it."""

    answered_by = serializers.CharField(source="answered_by.name", read_only=True)

    class Meta:
        model = FindingAnswer
        fields = ("id", "kind", "note", "answered_by", "answered_at", "ended_at")
        read_only_fields = fields


class FindingSerializer(SeenSerializer):
    """A check that holds for a household, or one of its members; `answer` null: it waits."""

    to_bureaus = (
        "id",
        "code",
        "message",
        "severity",
        "subject",
        "household",
        "area_code",
        "year",
        "found_at",
    )

    message = serializers.SerializerMethodField(help_text="检查的内容。")
    severity = serializers.SerializerMethodField(
        help_text="、".join(f"{key} {word}" for key, word in Severity.choices)
    )
    subject = serializers.SerializerMethodField(
        help_text="、".join(f"{key} {word}" for key, word in Subject.choices)
    )
    answer = FindingAnswerSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Finding
        fields = (
            "id",
            "code",
            "message",
            "severity",
            "subject",
            "household",
            "member",
            "area_code",
            "year",
            "found_at",
            "answer",
            "limited",
        )
        read_only_fields = fields

    def get_message(self, row) -> str:
        check = CHECKS.get(row.code)
        return check.message if check else ""

    def get_severity(self, row) -> str:
        check = CHECKS.get(row.code)
        return check.severity.value if check else ""

    def get_subject(self, row) -> str:
        check = CHECKS.get(row.code)
        return check.subject.value if check else ""


class AnswerSerializer(StrictSerializer):
    """属实已改, or 不属实 with why."""

    kind = serializers.ChoiceField(choices=FindingAnswer.Kind.choices)
    note = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="答“不属实”须写明原因；不写个人信息。"
    )
