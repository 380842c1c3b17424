"""The facts of a year: what is told, and what is read before a service sees it."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.income_sheet import GROUP_FIELDS
from households.models import MemberSurvey, Survey
from households.options.health_states import HEALTH_STATES
from households.options.income_items import INCOME_ITEMS
from households.options.sources import ENTERED, SOURCES, VISIT
from households.serializers.seen import SeenSerializer
from households.services.income_jumps import QUESTIONED
from households.sight import MEMBER_FIELDS, SURVEY_FIELDS
from poverty.fields.option_field import OptionField
from poverty.web.strict_bodies import StrictSerializer, refuse_unknown

_TYPED = [(key, SOURCES.label(key)) for key in (ENTERED, VISIT)]


def _in_order(model, names: Collection[str]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.concrete_fields if field.name in names)


class HealthStates(serializers.ListField):
    """健康状况: a multiple choice, stored as keys joined by commas in official order."""

    child = serializers.ChoiceField(HEALTH_STATES.choices)

    def to_representation(self, value):
        return [key for key in value.split(",") if key]

    def to_internal_value(self, data):
        chosen = super().to_internal_value(data)
        known = [key for key in HEALTH_STATES.keys if key in chosen]
        return ",".join([*known, *sorted(set(chosen).difference(known))])


class FactsSerializer(serializers.ModelSerializer):
    """Facts by field: null and "" are "not answered"; option lists by key. Unknown names are refused."""

    def to_internal_value(self, data):
        refuse_unknown(self, data)
        return super().to_internal_value(data)


class SurveyFactsSerializer(FactsSerializer):
    """Facts of a household for a year."""

    class Meta:
        model = Survey
        fields = _in_order(Survey, SURVEY_FIELDS)
        extra_kwargs = {name: {"required": False} for name in fields}


class MemberFactsSerializer(FactsSerializer):
    """Facts of a person for a year."""

    health_states = HealthStates(required=False, help_text="健康状况，可多选。")

    class Meta:
        model = MemberSurvey
        fields = _in_order(MemberSurvey, MEMBER_FIELDS)
        extra_kwargs = {name: {"required": False} for name in fields}


class _AsSeen:
    """Reads what somebody saw: keys of option lists as they are, also those that no list has any more."""

    def build_standard_field(self, field_name, model_field):
        """Of an option list only that it is a short text."""
        if isinstance(model_field, OptionField):
            return serializers.CharField, {"max_length": model_field.max_length, "allow_blank": True}
        return super().build_standard_field(field_name, model_field)


class SurveySeenSerializer(_AsSeen, SurveyFactsSerializer):
    """Facts of a household as they were read."""


class MemberSeenSerializer(_AsSeen, MemberFactsSerializer):
    """Facts of a person as they were read."""

    health_states = HealthStates(child=serializers.CharField(max_length=40), required=False)


def written_facts(kind: type[FactsSerializer], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the API tells them, for the three sides of a conflict."""
    fields = kind().fields
    return {
        name: None if value is None else fields[name].to_representation(value)
        for name, value in values.items()
    }


class SourceSerializer(serializers.Serializer):
    """Where one fact comes from when that differs from the row's own source and day."""

    source = serializers.ChoiceField(SOURCES.choices)
    on = serializers.CharField(required=False, help_text="日期，可能为空。")


_SOURCES_BY_FIELD = serializers.DictField(child=SourceSerializer())


class SurveySerializer(SeenSerializer):
    """The facts of a household for a year. `sources`: by field, where that differs from the row's own."""

    to_bureaus = ("id", "household", "year", "area", "facts", "sources", "version")

    facts = serializers.SerializerMethodField()
    sources = serializers.SerializerMethodField()

    class Meta:
        model = Survey
        fields = (
            "id",
            "household",
            "year",
            "area",
            "settlement",
            "source",
            "happened_on",
            "decided_by_name",
            "recorded_at",
            "late_reason",
            "version",
            "facts",
            "sources",
            "limited",
        )
        read_only_fields = fields

    @cached_property
    def _facts(self):
        return SurveyFactsSerializer()  # one for all rows of a list: making it costs more than using it

    def seen(self, row):
        """Names of the facts that are told of this row."""
        return self.context["sight"].survey_fields(row.household)

    @extend_schema_field(SurveyFactsSerializer)
    def get_facts(self, row):
        return _seen(self._facts.to_representation(row), self.seen(row))

    @extend_schema_field(_SOURCES_BY_FIELD)
    def get_sources(self, row):
        return _seen(row.sources, self.seen(row))


class MemberSurveySerializer(SeenSerializer):
    """The facts of a person for a year. `id` null: nothing stored yet, what is shown is carried over."""

    to_bureaus = ("id", "member", "year", "area", "facts", "sources", "version")

    facts = serializers.SerializerMethodField()
    sources = serializers.SerializerMethodField()

    class Meta:
        model = MemberSurvey
        fields = (
            "id",
            "member",
            "year",
            "area",
            "source",
            "happened_on",
            "version",
            "facts",
            "sources",
            "limited",
        )
        read_only_fields = fields

    @cached_property
    def _facts(self):
        return MemberFactsSerializer()  # one for all rows of a list

    def household_of(self, row):
        return row.member.household

    @extend_schema_field(MemberFactsSerializer)
    def get_facts(self, row):
        return _seen(self._facts.to_representation(row), self._seen(row))

    @extend_schema_field(_SOURCES_BY_FIELD)
    def get_sources(self, row):
        return _seen(row.sources, self._seen(row))

    def _seen(self, row):
        return self.context["sight"].member_fields(row.member.household)


def _seen(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


class StartSurveySerializer(StrictSerializer):
    """Begin the year of a household."""

    household = serializers.IntegerField(min_value=1)
    year = serializers.IntegerField(min_value=2013, max_value=2100)


class PaperSerializer(StrictSerializer):
    """What stands on the paper: the day, whether it was a visit, who collected, why it is entered late."""

    happened_on = serializers.DateField(required=False, allow_null=True, help_text="采集日期，默认今天。")
    source = serializers.ChoiceField(
        _TYPED, required=False, help_text="信息来源；行业部门填报的一律记为“行业部门”。"
    )
    decided_by_name = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="采集人，默认本人。"
    )
    late_reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="补录原因。"
    )

    def validate_happened_on(self, value):
        if value and value > timezone.localdate():
            raise serializers.ValidationError("采集日期不能晚于今天。")
        return value


def read_patch(kind: type["PatchSerializer"], data: Any) -> tuple[dict, dict, dict]:
    """(paper, changes, base) of a change as Python values; ValidationError, about facts by their own names.

    Of the base only the fields of the changes are read: it may be the whole row as it was fetched.
    """
    if isinstance(data, Mapping):
        changes, base = data.get("changes"), data.get("base")
        if isinstance(changes, Mapping) and isinstance(base, Mapping):
            data = {**data, "base": {name: value for name, value in base.items() if name in changes}}
    reader = kind(data=data, partial=True)
    if not reader.is_valid():
        errors = dict(reader.errors)
        facts = errors.pop("changes", {})
        own = facts if isinstance(facts, Mapping) else {"changes": facts}
        raise serializers.ValidationError({**errors, **own})
    paper = dict(reader.validated_data)
    missing = [name for name in ("changes", "base") if name not in paper]
    if missing or not paper["changes"]:
        raise serializers.ValidationError({name: ["请填写。"] for name in missing or ["changes"]})
    return paper, dict(paper.pop("changes")), dict(paper.pop("base"))


class PatchSerializer(PaperSerializer):
    """`changes`: the facts to be changed; `base`: the same facts as the sender saw them."""


class JumpsSerializer(StrictSerializer):
    """Answers to what is questioned, not refused."""

    confirmed_jumps = serializers.ListField(
        child=serializers.ChoiceField(list(QUESTIONED)),
        required=False,
        help_text="比上年变化过大、已核对无误的合计（错误码 needs_confirmation 的 fields 里的名称）。",
    )


class SurveyPatchSerializer(PatchSerializer, JumpsSerializer):
    """A change of the facts of a household."""

    changes = SurveyFactsSerializer()
    base = SurveySeenSerializer(help_text="填写时看到的值；可以是读到的整个 facts。")


class MemberPatchSerializer(PatchSerializer):
    """A change of the facts of a person."""

    changes = MemberFactsSerializer()
    base = MemberSeenSerializer(help_text="填写时看到的值；可以是读到的整个 facts。")


class ItemSerializer(StrictSerializer):
    """One line of the income sheet, yuan."""

    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, help_text="元。")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class Items(serializers.DictField):
    """{"wage_work": {"amount": "8000.00", "note": ""}}: keys of the income catalogue."""

    child = ItemSerializer()

    def to_internal_value(self, data):
        if isinstance(data, Mapping) and (unknown := [str(key) for key in data if key not in INCOME_ITEMS]):
            raise serializers.ValidationError({key: ["没有这个收入项目。"] for key in unknown})
        return super().to_internal_value(data)


class SheetSerializer(StrictSerializer):
    """The items, and the groups that were answered "none" (0 yuan)."""

    items = Items(help_text="收入和支出项目，按项目键。")
    none_groups = serializers.ListField(
        child=serializers.ChoiceField(list(GROUP_FIELDS)), required=False, help_text="回答“没有”的类别。"
    )


class IncomeSerializer(SheetSerializer):
    """The income sheet of a survey with its totals; a total without items was imported or typed as a total."""

    survey = serializers.IntegerField()
    year = serializers.IntegerField()
    version = serializers.IntegerField()
    totals = serializers.DictField(
        child=serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True),
        help_text="各类合计（元）；空为未填，0 为没有。",
    )
    net_income = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="纯收入（元）；有一类未填即为空。"
    )


class IncomePutSerializer(PaperSerializer, SheetSerializer, JumpsSerializer):
    """The whole sheet as it is to be. An item of `base` that is not named is taken away."""

    base = SheetSerializer(help_text="填写时看到的项目和“没有”的类别。")
