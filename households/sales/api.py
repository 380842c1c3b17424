"""电商带动 for programs, to be read; what is done with it is done on its pages."""

import django_filters as filters
from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from households.api.asking import NewestView
from households.api_filters import FIRST_YEAR, LAST_YEAR, WholeNumberFilter
from households.models import SaleAgreement, SaleResult
from households.options.business_kinds import BUSINESS_KINDS
from households.sales.querysets import VIEW
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.rights import requires


class SaleAgreementFilter(filters.FilterSet):
    """By household, kind of business, place, in force in a year or today."""

    household = WholeNumberFilter(field_name="household_id", label="户", min_value=1, max_value=2**63 - 1)
    kind = filters.ChoiceFilter(label="类型", choices=BUSINESS_KINDS.choices)
    area = CodeFilter(label="区划代码（含以下）", method="by_place")
    year = WholeNumberFilter(label="年度内有效", min_value=FIRST_YEAR, max_value=LAST_YEAR, method="by_year")
    open = filters.BooleanFilter(label="今天有效", method="by_open")

    class Meta:
        model = SaleAgreement
        fields = ()

    def by_place(self, rows, name, value):
        """Of households that stand there now."""
        return rows.filter(within("household__area_id", [value]))

    def by_year(self, rows, name, value):
        """In force on a day of the year."""
        return rows.in_year(int(value))

    def by_open(self, rows, name, value):
        """In force today, or not."""
        held = rows.open_on(timezone.localdate())
        return held if value else rows.exclude(pk__in=held.values("pk"))


class SaleResultSerializer(serializers.ModelSerializer):
    """What was bought in a year: in the agreement's units, and yuan. No part of the income beside the income sheet."""

    class Meta:
        model = SaleResult
        fields = ("year", "quantity", "paid", "remark")
        read_only_fields = fields


class SaleAgreementSerializer(serializers.ModelSerializer):
    """A business buys of a household at not less than `price` yuan a `unit`; `withdrawn` true: a mistake."""

    kind = serializers.ChoiceField(choices=BUSINESS_KINDS.choices, read_only=True)
    results = serializers.SerializerMethodField()
    withdrawn = serializers.SerializerMethodField()

    class Meta:
        model = SaleAgreement
        fields = (
            "id",
            "household",
            "business",
            "kind",
            "credit_code",
            "platform",
            "shop",
            "product",
            "unit",
            "price",
            "amount",
            "number",
            "signed_on",
            "period_from",
            "period_to",
            "ended_on",
            "end_reason",
            "withdrawn",
            "results",
        )
        read_only_fields = fields

    @extend_schema_field(SaleResultSerializer(many=True))
    def get_results(self, row) -> list:
        """The valid ones, by year."""
        return SaleResultSerializer(row.valid, many=True).data

    def get_withdrawn(self, row) -> bool:
        """Whether it was taken back as wrongly entered."""
        return row.withdrawn_at is not None


@extend_schema_view(
    list=extend_schema(summary="收购协议列表"), retrieve=extend_schema(summary="一份收购协议")
)
@requires(VIEW)
class SaleAgreementViewSet(NewestView):
    """电商带动：网店、企业与户签的保护价收购协议。"""

    queryset = SaleAgreement.objects.none()
    serializer_class = SaleAgreementSerializer
    filterset_class = SaleAgreementFilter

    def get_queryset(self):
        valid = Prefetch("results", SaleResult.objects.current().order_by("year"), to_attr="valid")
        rows = SaleAgreement.objects.visible_to(self.request.user)
        return rows.select_related("household").prefetch_related(valid)
