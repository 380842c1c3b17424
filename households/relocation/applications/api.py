"""Applications to move for programs, to be read; what is done with them is done on their pages."""

import django_filters as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from households.api.asking import NewestView
from households.api_filters import WholeNumberFilter
from households.models import RelocationApplication
from households.readers import READERS
from households.relocation.applications.sight import visible
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.rights import requires


class RelocationApplicationFilter(filters.FilterSet):
    """By household, state, place and year of application."""

    household = WholeNumberFilter(field_name="household_id", label="户", min_value=1, max_value=2**63 - 1)
    state = filters.ChoiceFilter(label="状态", choices=RelocationApplication.State.choices)
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    year = WholeNumberFilter(
        field_name="applied_on", lookup_expr="year", label="申请年度", min_value=2014, max_value=2100
    )

    class Meta:
        model = RelocationApplication
        fields = ()

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))


class RelocationApplicationSerializer(serializers.ModelSerializer):
    """An application and where it stands; `moved_on`, `cleared_on`, `told_on` null: has not happened."""

    area_code = serializers.CharField(source="household.area_id", read_only=True)
    movers = serializers.SerializerMethodField()

    class Meta:
        model = RelocationApplication
        fields = (
            "id",
            "household",
            "area_code",
            "state",
            "round",
            "applicant",
            "applied_on",
            "movers",
            "reason",
            "situation",
            "method",
            "place",
            "destination",
            "old_house_goes",
            "promised_on",
            "house_stays_for",
            "moved_on",
            "moved_to",
            "cleared_on",
            "refused_reason",
            "told_on",
        )
        read_only_fields = fields

    def get_movers(self, row) -> list[int]:
        """Members who move, by key."""
        return [one.member_id for one in row.movers.all()]


@extend_schema_view(
    list=extend_schema(summary="搬迁申请列表"), retrieve=extend_schema(summary="一件搬迁申请")
)
@requires(*READERS)
class RelocationApplicationViewSet(NewestView):
    """易地扶贫搬迁申请。"""

    queryset = RelocationApplication.objects.none()
    serializer_class = RelocationApplicationSerializer
    filterset_class = RelocationApplicationFilter

    def get_queryset(self):
        rows = visible(self.request.user)
        return rows.select_related("household").prefetch_related("movers")
