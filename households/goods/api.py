"""四个好 for programs, to be read: what was ticked of a household."""

import django_filters as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from households.api.asking import NewestView
from households.api_filters import FIRST_YEAR, LAST_YEAR, WholeNumberFilter
from households.disclosure import whole_to
from households.goods.querysets import VIEW
from households.models import GoodsEntry, Household
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.rights import requires


class GoodsEntryFilter(filters.FilterSet):
    """By household, year, place, and whether it counts."""

    household = WholeNumberFilter(field_name="household_id", label="户", min_value=1, max_value=2**63 - 1)
    year = WholeNumberFilter(field_name="year", label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    current = filters.BooleanFilter(label="有效", field_name="is_current")

    class Meta:
        model = GoodsEntry
        fields = ()

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))


class GoodsEntrySerializer(serializers.ModelSerializer):
    """What was ticked of a household for a year. `answers`: item key to true or false; what is missing is not known."""

    answers = serializers.DictField(child=serializers.BooleanField(), read_only=True)

    class Meta:
        model = GoodsEntry
        fields = ("id", "household", "year", "happened_on", "answers", "remark", "is_current", "recorded_at")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(summary="四个好勾选列表"), retrieve=extend_schema(summary="一次四个好勾选")
)
@requires(VIEW)
class GoodsEntryViewSet(NewestView):
    """四个好：逐户勾选的内容；读取的项目见判定。"""

    queryset = GoodsEntry.objects.none()
    serializer_class = GoodsEntrySerializer
    filterset_class = GoodsEntryFilter

    def get_queryset(self):
        user = self.request.user
        whole = Household.objects.visible_to(user, VIEW).filter(whole_to(user))
        return GoodsEntry.objects.visible_to(user).filter(household__in=whole.values("pk"))
