"""Gaps, measures and needs, for programs."""

from rest_framework import serializers

from households.gaps.needs import ACTIONS
from households.gaps.options import GAP_CAUSES, GAP_OUTCOMES, GAP_SUBJECTS
from households.models import Gap, Measure, Need
from households.options.measure_groups import MEASURE_GROUPS
from households.options.measure_subtypes import MEASURE_SUBTYPES
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from poverty.web.strict_bodies import StrictSerializer

_LABELS = {
    "answer": "答复，还在办理",
    "pass_on": "转交",
    "finish": "办结",
    "decline": "办不了",
    "reopen": "退回重办",
}


def _option(options, *, blank: bool = False) -> serializers.ChoiceField:
    """A key of an option list, told only; `blank`: "" where there is none."""
    choices = [("", "未填"), *options.choices] if blank else options.choices
    return serializers.ChoiceField(choices=choices, read_only=True)


class GapSerializer(serializers.ModelSerializer):
    """What lacks; `closed_on` null: still. `state` 0 unmet, 1 unknown."""

    indicator = _option(GAP_SUBJECTS)
    party = _option(NEED_PARTIES)
    outcome = _option(GAP_OUTCOMES, blank=True)
    closed_by = _option(GAP_CAUSES, blank=True)

    class Meta:
        model = Gap
        fields = (
            "id",
            "household",
            "area_code",
            "year",
            "indicator",
            "state",
            "party",
            "opened_on",
            "due_on",
            "due_from",
            "reason",
            "assigned_to",
            "closed_on",
            "outcome",
            "closed_by",
        )
        read_only_fields = fields


class MeasureSerializer(serializers.ModelSerializer):
    """Help to a household; amounts in yuan, null: not known."""

    group = _option(MEASURE_GROUPS)
    subtype = _option(MEASURE_SUBTYPES, blank=True)

    class Meta:
        model = Measure
        fields = (
            "id",
            "household",
            "plan",
            "gap",
            "group",
            "subtype",
            "content",
            "project",
            "planned_amount",
            "actual_amount",
            "planned_from",
            "planned_until",
            "begins_on",
            "ends_on",
            "cancelled_on",
            "cancel_reason",
            "result",
            "responsible",
            "state",
        )
        read_only_fields = fields


class NeedSerializer(serializers.ModelSerializer):
    """What a household asks for, and what it was told."""

    kind = _option(NEED_KINDS)
    whom = _option(NEED_PARTIES)

    class Meta:
        model = Need
        fields = (
            "id",
            "identity",
            "household",
            "area_code",
            "visit",
            "kind",
            "text",
            "whom",
            "raised_on",
            "due_on",
            "state",
            "reply",
            "replied_on",
            "told_on",
            "settled_on",
        )
        read_only_fields = fields


class RaiseNeedSerializer(StrictSerializer):
    """A need to be taken in; sent again under the same identity it is the one that stands."""

    household = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="户。")
    kind = serializers.ChoiceField(choices=NEED_KINDS.choices, help_text="诉求类别。")
    text = serializers.CharField(max_length=500, help_text="诉求内容，按农户的原话。")
    whom = serializers.ChoiceField(choices=NEED_PARTIES.choices, help_text="由谁答复。")
    raised_on = serializers.DateField(required=False, help_text="提出日期，不填为今天。")
    identity = serializers.UUIDField(required=False, help_text="发送方编号，重发时不变。")
    late_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NeedAnswerSerializer(StrictSerializer):
    """What is done with a need."""

    action = serializers.ChoiceField(choices=[(key, _LABELS[key]) for key in ACTIONS], help_text="怎么办理。")
    reply = serializers.CharField(max_length=500, help_text="给农户的答复；转交和退回的写原因。")
    whom = serializers.ChoiceField(choices=NEED_PARTIES.choices, required=False, help_text="转交给谁。")
    on = serializers.DateField(required=False, help_text="办理日期，不填为今天。")
    late_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
