"""Villages, facts, results and exits. Steps of an exit are taken on the pages, by different people."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.response import Response

from households.api.conflicts import facts_in
from households.options.sources import BUREAU, ENTERED
from households.serializers.surveys import read_patch
from poverty.web.api_views import ApiView
from poverty.web.rights import requires
from villages.api_filters import (
    VillageApiFilter,
    VillageAssessmentFilter,
    VillageExitFilter,
    VillagePostFilter,
    VillageYearFilter,
)
from villages.facts import FACTS, fields_of
from villages.models import ExitCase, Village, VillageAssessment, VillagePost, VillageYear
from villages.serializers.villages import (
    VillageAssessmentSerializer,
    VillageExitSerializer,
    VillageFactsSerializer,
    VillagePostSerializer,
    VillageSerializer,
    VillageYearPatchSerializer,
    VillageYearSerializer,
)
from villages.services.merged import merge_village_year


class VillageRowsView(ApiView):
    """Rows that are read: a list by village, and one."""

    lookup_value_regex = "[0-9]{1,18}"

    def list(self, request):
        """By village."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request, pk):
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)


@extend_schema_view(list=extend_schema(summary="村列表"), retrieve=extend_schema(summary="一个村"))
@requires("village.view")
class VillageViewSet(VillageRowsView):
    """村。"""

    queryset = Village.objects.none()
    serializer_class = VillageSerializer
    filterset_class = VillageApiFilter
    order = (("area_id", "asc"),)

    def get_queryset(self):
        return Village.objects.visible_to(self.request.user).select_related("area")


@extend_schema_view(
    list=extend_schema(summary="村年度信息列表"), retrieve=extend_schema(summary="一个村某年度的信息")
)
@requires("village.view")
class VillageYearViewSet(VillageRowsView):
    """村的年度信息。"""

    queryset = VillageYear.objects.none()
    serializer_class = VillageYearSerializer
    filterset_class = VillageYearFilter
    order = (("village__area_id", "asc"), ("year", "desc"))
    action_rights = {"partial_update": ("village.edit", "sector.edit")}

    def get_queryset(self):
        return VillageYear.objects.visible_to(self.request.user).select_related("village")

    @extend_schema(
        summary="修改村年度信息", request=VillageYearPatchSerializer, responses=VillageYearSerializer
    )
    def partial_update(self, request, pk):
        """Merged by field with what others have saved meanwhile; 409 where both changed the same. Judged at once."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        allowed, source = self._may_fill(row.village.area_id)
        paper, changes, base = read_patch(VillageYearPatchSerializer, request.data)
        if set(changes) - allowed:
            raise PermissionDenied("其中有不由您填写的内容，只能填写本行业或本岗位负责的项目。")
        names = ("happened_on", "decided_by_name", "late_reason")
        told = {name: paper[name] for name in names if paper.get(name)}
        with facts_in(VillageFactsSerializer):
            merge_village_year(row, changes, base, actor=request.user, source=source, **told)
        return self.retrieve(request, pk)

    def _may_fill(self, place: str) -> tuple[frozenset[str], str]:
        """The facts that the person may change here, and what they are marked as."""
        user = self.request.user
        if user.has_right_at("village.edit", place):
            return frozenset(FACTS), ENTERED
        allowed = fields_of(user.scope("sector.edit").sectors_at(place) or ())
        if not allowed:
            raise PermissionDenied("您没有填写该村年度信息的权限。")
        return allowed, BUREAU


@extend_schema_view(
    list=extend_schema(summary="村判定列表"), retrieve=extend_schema(summary="一个村某年度的判定")
)
@requires("village.view")
class VillageAssessmentViewSet(VillageRowsView):
    """村的判定。"""

    queryset = VillageAssessment.objects.none()
    serializer_class = VillageAssessmentSerializer
    filterset_class = VillageAssessmentFilter
    order = (("village__area_id", "asc"), ("year", "desc"))

    def get_queryset(self):
        return VillageAssessment.objects.visible_to(self.request.user).select_related("village")


@extend_schema_view(
    list=extend_schema(summary="村出列事项列表"), retrieve=extend_schema(summary="一个村出列事项")
)
@requires("village.view")
class VillageExitViewSet(VillageRowsView):
    """村出列。"""

    queryset = ExitCase.objects.none()
    serializer_class = VillageExitSerializer
    filterset_class = VillageExitFilter
    order = (("village__area_id", "asc"), ("year", "desc"))

    def get_queryset(self):
        return ExitCase.objects.visible_to(self.request.user).select_related("village")


@extend_schema_view(
    list=extend_schema(summary="村级帮扶力量列表"), retrieve=extend_schema(summary="一条村级帮扶力量")
)
@requires("post.view")
class VillagePostViewSet(VillageRowsView):
    """村级帮扶力量（五个一等）。"""

    queryset = VillagePost.objects.none()
    serializer_class = VillagePostSerializer
    filterset_class = VillagePostFilter
    order = (("village__area_id", "asc"),)

    def get_queryset(self):
        return VillagePost.objects.visible_to(self.request.user).select_related("village", "person", "unit")
