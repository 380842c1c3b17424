"""搬迁包扶 for programs, to be read; what is done with it is done on its pages."""

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from households.api.asking import NewestView
from households.api_filters import WholeNumberFilter
from households.disclosure import whole_to
from households.models import Household, RelocationCharge
from households.options.relocation_tasks import RELOCATION_TASKS
from households.relocation.querysets import VIEW
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.rights import requires


class RelocationChargeFilter(filters.FilterSet):
    """By household, cadre, place, and whether in force today."""

    household = WholeNumberFilter(field_name="household_id", label="户", min_value=1, max_value=2**63 - 1)
    cadre = WholeNumberFilter(field_name="cadre_id", label="包扶干部", min_value=1, max_value=2**63 - 1)
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    open = filters.BooleanFilter(label="在包扶", method="by_open")

    class Meta:
        model = RelocationCharge
        fields = ()

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))

    def by_open(self, rows, name, value):
        """In force today, or not."""
        held = rows.open_on(timezone.localdate())
        return held if value else rows.exclude(pk__in=held.values("pk"))


class RelocationChargeSerializer(serializers.ModelSerializer):
    """Who answers for the move of a household, and for what; `valid_to` null: still; `withdrawn` true: a mistake."""

    cadre_name = serializers.CharField(source="cadre.name", read_only=True)
    unit_name = serializers.CharField(source="cadre.unit.name", read_only=True, default=None)
    tasks = serializers.ListField(
        child=serializers.ChoiceField(choices=RELOCATION_TASKS.choices), read_only=True
    )
    withdrawn = serializers.SerializerMethodField()

    class Meta:
        model = RelocationCharge
        fields = (
            "id",
            "household",
            "cadre",
            "cadre_name",
            "unit_name",
            "tasks",
            "valid_from",
            "valid_to",
            "document",
            "end_reason",
            "withdrawn",
        )
        read_only_fields = fields

    def get_withdrawn(self, row) -> bool:
        """Whether it was taken back as wrongly entered."""
        return row.withdrawn_at is not None


@extend_schema_view(
    list=extend_schema(summary="搬迁包扶列表"), retrieve=extend_schema(summary="一次搬迁包扶")
)
@requires(VIEW)
class RelocationChargeViewSet(NewestView):
    """搬迁包扶（包扶制）。"""

    queryset = RelocationCharge.objects.none()
    serializer_class = RelocationChargeSerializer
    filterset_class = RelocationChargeFilter

    def get_queryset(self):
        user = self.request.user
        whole = Household.objects.visible_to(user, VIEW).filter(whole_to(user))
        rows = RelocationCharge.objects.visible_to(user).filter(household__in=whole.values("pk"))
        return rows.select_related("cadre__unit", "household")
