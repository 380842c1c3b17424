"""Households: list, one, why it has its verdict, and finding one by a number."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RegisterView
from households.api_filters import HouseholdApiFilter
from households.explain import explain
from households.models import Household
from households.search import search
from households.serializers.explanations import ExplanationSerializer
from households.serializers.households import FindSerializer, HouseholdSerializer
from poverty.web.refusals import BadQuery
from poverty.web.rights import requires
from poverty.web.strict_filters import StrictFilters

SORTS = ("area", "-area", "name", "-name", "income", "-income")
FOUND = 20
_YEAR = OpenApiParameter("year", int, description="判定的年度，默认最近可办理的年度。")


@requires("household.view")
class HouseholdViewSet(RegisterView):
    """户。"""

    queryset = Household.objects.none()
    serializer_class = HouseholdSerializer
    filterset_class = HouseholdApiFilter
    parameters = {
        "list": ("year", "sort"),
        "retrieve": ("year",),
        "explanation": ("year",),
        "find": ("year",),
    }

    def get_queryset(self):
        return Household.objects.visible_to(self.request.user).select_related("head")

    def order_of(self, request):
        return self.order

    @extend_schema(
        summary="户列表",
        parameters=[
            _YEAR,
            OpenApiParameter(
                "sort", str, enum=SORTS, description="排序，默认按区划。按收入时不含收入未知的户。"
            ),
        ],
    )
    def list(self, request):
        """The same filters as on the page; on the register unless `register` says otherwise."""
        year = self.year()
        sort = request.query_params.get("sort", "area")
        if sort not in SORTS:
            raise BadQuery({"sort": f"排序须为 {'、'.join(SORTS)} 之一。"})
        found = StrictFilters().checked(request, self.get_queryset(), self)
        if found.limited and sort.endswith("income"):
            raise BadQuery({"sort": "您不能按此项排序。"})
        rows, self.order = found.ordered(sort)
        self.keys = found.gathered(rows, sort)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self._told(page, year))

    @extend_schema(summary="一户", parameters=[_YEAR])
    def retrieve(self, request, pk):
        """One household, closed ones too."""
        return Response(self._told([self.one(pk)], self.year())[0])

    @extend_schema(
        summary="判定理由：每项指标的要求、实际、来源和缺口",
        parameters=[_YEAR],
        responses=ExplanationSerializer,
    )
    @action(detail=True, filterset_class=None)
    def explanation(self, request, pk):
        """Judged anew from the facts as they stand, nothing is stored."""
        found = explain(self.one(pk), self.year())
        return Response(ExplanationSerializer(found, context=self.get_serializer_context()).data)

    @extend_schema(
        summary="按证件号码、户编号或姓名查找（最多20户）",
        parameters=[_YEAR],
        request=FindSerializer,
        responses=HouseholdSerializer(many=True),
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def find(self, request):
        """A full number is sent in the body, since addresses are kept in logs and histories."""
        asked = FindSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rows = search(self.get_queryset(), asked.validated_data["number"]).order_by("area_id", "id")
        return Response(self._told(list(rows[:FOUND]), self.year()))

    def _told(self, households, year):
        context = self.with_results(households, year)
        return HouseholdSerializer(households, many=True, context=context).data
