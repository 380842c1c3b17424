"""Pairings and papers of responsibility for programs, to be read; what is done with them is done on their pages."""

import django_filters as filters
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from households.api.asking import NewestView
from households.api_filters import FIRST_YEAR, LAST_YEAR, WholeNumberFilter
from households.disclosure import whole_to
from households.models import Household, Pairing, Responsibility
from households.options.responsibility_kinds import RESPONSIBILITY_KINDS
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.rights import requires

RIGHT = "responsibility.view"


def _number(name: str, label: str) -> WholeNumberFilter:
    return WholeNumberFilter(field_name=name, label=label, min_value=1, max_value=2**63 - 1)


class PairingFilter(filters.FilterSet):
    """By household, helper, place, and whether in force today."""

    household = _number("household_id", "户")
    helper = _number("helper_id", "帮扶责任人")
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    open = filters.BooleanFilter(label="在帮", method="by_open")

    class Meta:
        model = Pairing
        fields = ()

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))

    def by_open(self, rows, name, value):
        """In force today, or not."""
        held = rows.open_on(timezone.localdate())
        return held if value else rows.exclude(pk__in=held.values("pk"))


class ResponsibilityFilter(filters.FilterSet):
    """By kind, year, household, place, whether it counts and whether both sides have signed."""

    kind = filters.ChoiceFilter(label="种类", choices=RESPONSIBILITY_KINDS.choices)
    year = WholeNumberFilter(field_name="year", label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    household = _number("household_id", "户")
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    current = filters.BooleanFilter(label="有效", field_name="is_current")
    signed = filters.BooleanFilter(label="双方已签", method="by_signed")

    class Meta:
        model = Responsibility
        fields = ()

    def by_place(self, rows, name, value):
        """Where the paper lies."""
        return rows.filter(within("area_id", [value]))

    def by_signed(self, rows, name, value):
        """Signed by both sides, or not."""
        return rows.signed() if value else rows.unsigned()


class PairingSerializer(serializers.ModelSerializer):
    """Who helps a household from when until when; `valid_to` null: still. Numbers and phones are not told here."""

    helper_name = serializers.CharField(source="helper.name", read_only=True)
    unit_name = serializers.CharField(source="helper.unit.name", read_only=True, default=None)

    class Meta:
        model = Pairing
        fields = (
            "id",
            "household",
            "helper",
            "helper_name",
            "unit_name",
            "order",
            "valid_from",
            "valid_to",
            "goal",
            "reason",
            "document",
        )
        read_only_fields = fields


class ResponsibilitySerializer(serializers.ModelSerializer):
    """One paper of two sides; `signed_on` and `other_signed_on` null: not signed by that side yet."""

    kind = serializers.ChoiceField(choices=RESPONSIBILITY_KINDS.choices, read_only=True)
    kind_text = serializers.CharField(source="get_kind_display", read_only=True)
    standing = serializers.CharField(read_only=True, help_text="未签、一方已签、双方已签、已更正、已作废。")
    person_name = serializers.CharField(source="person.name", read_only=True, default=None)
    unit_name = serializers.CharField(source="unit.name", read_only=True, default=None)

    class Meta:
        model = Responsibility
        fields = (
            "id",
            "kind",
            "kind_text",
            "year",
            "area",
            "household",
            "person",
            "person_name",
            "unit",
            "unit_name",
            "other_side",
            "targets",
            "period_from",
            "period_to",
            "number",
            "signed_on",
            "other_signed_on",
            "standing",
            "version",
            "replaces",
            "is_current",
        )
        read_only_fields = fields


def _whole(user):
    return Household.objects.visible_to(user, RIGHT).filter(whole_to(user)).values("pk")


@extend_schema_view(list=extend_schema(summary="结对列表"), retrieve=extend_schema(summary="一次结对"))
@requires(RIGHT)
class PairingViewSet(NewestView):
    """结对帮扶。"""

    queryset = Pairing.objects.none()
    serializer_class = PairingSerializer
    filterset_class = PairingFilter

    def get_queryset(self):
        rows = Pairing.objects.visible_to(self.request.user, RIGHT)
        return rows.filter(household__in=_whole(self.request.user)).select_related(
            "helper__unit", "household"
        )


@extend_schema_view(
    list=extend_schema(summary="责任书和帮扶协议列表"), retrieve=extend_schema(summary="一份责任书或协议")
)
@requires(RIGHT)
class ResponsibilityViewSet(NewestView):
    """责任书、责任双签、责任状和结对帮扶协议。"""

    queryset = Responsibility.objects.none()
    serializer_class = ResponsibilitySerializer
    filterset_class = ResponsibilityFilter

    def get_queryset(self):
        rows = Responsibility.objects.visible_to(self.request.user)
        rows = rows.filter(Q(household__isnull=True) | Q(household__in=_whole(self.request.user)))
        return rows.select_related("person", "unit", "household")
