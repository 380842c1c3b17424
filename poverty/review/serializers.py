"""Lists, meetings, notices and objections as the API tells and takes them."""

from rest_framework import serializers

from poverty.review.models import Meeting, MeetingItem, Notice, Objection, Roster, RosterEntry
from poverty.web.strict_bodies import StrictSerializer


class RosterEntrySerializer(serializers.ModelSerializer):
    """A case on a list; `left_on` null: it stands on it."""

    class Meta:
        model = RosterEntry
        fields = ("case_id", "position", "left_on", "left_reason")
        read_only_fields = fields


class RosterSerializer(serializers.ModelSerializer):
    """A list and who is on it."""

    made_by = serializers.CharField(source="made_by.name", read_only=True)
    entries = RosterEntrySerializer(many=True, read_only=True)

    class Meta:
        model = Roster
        fields = (
            "id",
            "case_type",
            "area_code",
            "year",
            "number",
            "title",
            "made_on",
            "made_by",
            "recorded_at",
            "entries",
        )
        read_only_fields = fields


class MeetingItemSerializer(serializers.ModelSerializer):
    """What a meeting said of a case; votes null: nobody counted."""

    class Meta:
        model = MeetingItem
        fields = (
            "case_type",
            "case_id",
            "agreed",
            "votes_for",
            "votes_against",
            "abstained",
            "recused",
            "note",
        )
        read_only_fields = fields


class MeetingSerializer(serializers.ModelSerializer):
    """A meeting with its items; `closed_at` null: it may still be corrected."""

    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True)
    items = MeetingItemSerializer(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields = (
            "id",
            "kind",
            "area_code",
            "held_on",
            "place",
            "chair",
            "due",
            "present",
            "summary",
            "document_number",
            "recorded_by",
            "recorded_at",
            "late_reason",
            "closed_at",
            "warnings",
            "items",
        )
        read_only_fields = fields


class SaidSerializer(StrictSerializer):
    """What was said of one case of the list."""

    case_id = serializers.IntegerField(min_value=1, max_value=2**62)
    agreed = serializers.BooleanField()
    votes_for = serializers.IntegerField(min_value=0, max_value=9999, allow_null=True, default=None)
    votes_against = serializers.IntegerField(min_value=0, max_value=9999, allow_null=True, default=None)
    abstained = serializers.IntegerField(min_value=0, max_value=9999, allow_null=True, default=None)
    recused = serializers.CharField(max_length=200, allow_blank=True, default="")
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class EnterMeetingSerializer(StrictSerializer):
    """A meeting about the cases that stand on a list."""

    roster = serializers.IntegerField(min_value=1, max_value=2**62, help_text="名单编号。")
    kind = serializers.ChoiceField(choices=Meeting.Kind.choices)
    held_on = serializers.DateField()
    place = serializers.CharField(max_length=100)
    chair = serializers.CharField(max_length=60)
    due = serializers.IntegerField(min_value=1, max_value=9999)
    present = serializers.IntegerField(min_value=1, max_value=9999)
    summary = serializers.CharField(max_length=5000, allow_blank=True, default="")
    document_number = serializers.CharField(max_length=60, allow_blank=True, default="")
    late_reason = serializers.CharField(max_length=200, allow_blank=True, default="")
    items = SaidSerializer(many=True, allow_empty=False)


class NoticeSerializer(serializers.ModelSerializer):
    """A notice: which list hangs where, from when to when. The code of the sheet is told nowhere."""

    class Meta:
        model = Notice
        fields = (
            "id",
            "kind",
            "roster",
            "area_code",
            "title",
            "place",
            "publisher",
            "contact",
            "posted_on",
            "days",
            "minimum_days",
            "last_day",
            "households",
            "posted_by_name",
            "late_reason",
            "corrects",
            "taken_down_on",
            "withdrawn_on",
            "withdrawn_reason",
            "recorded_at",
        )
        read_only_fields = fields


class ObjectionSerializer(serializers.ModelSerializer):
    """An objection without the name and number of who objects: those stand on the page."""

    class Meta:
        model = Objection
        fields = (
            "id",
            "notice",
            "case_type",
            "case_id",
            "area_code",
            "channel",
            "text",
            "received_on",
            "receipt_due_on",
            "receipt_on",
            "due_on",
            "state",
            "answered_on",
            "answer",
            "recorded_at",
        )
        read_only_fields = fields
