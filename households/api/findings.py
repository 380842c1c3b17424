"""Findings of the data checks: read them, and answer."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RowsView
from households.api_filters import FindingApiFilter
from households.check_sight import seen_by
from households.models import Finding
from households.serializers.findings import AnswerSerializer, FindingSerializer
from households.services.checks import answer, may_answer
from poverty.web.rights import requires


@extend_schema_view(
    list=extend_schema(summary="数据检查的发现，默认最近可办理的年度"),
    retrieve=extend_schema(summary="一条发现"),
)
@requires("household.view")
class FindingViewSet(RowsView):
    """数据检查的发现。"""

    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    filterset_class = FindingApiFilter
    order = (("area_code", "asc"), ("id", "asc"))

    def get_queryset(self):
        rows = seen_by(self.request.user).current()
        return rows.select_related("household", "answer__answered_by")

    def list(self, request):
        """Of one year; of every year when a household is named and no year."""
        return self.page_of(self.of_year(self.filter_queryset(self.get_queryset())))

    @extend_schema(
        summary="答复一条发现",
        request=AnswerSerializer,
        responses={
            200: FindingSerializer,
            204: OpenApiResponse(description="再次检查，这一条已经不存在，不需要答复。"),
        },
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def answer(self, request, pk):
        """The finding with its answer; nothing when a new check shows that it is gone and needs none."""
        finding = self.one(pk)
        if not may_answer(finding, request.user):
            raise PermissionDenied("您没有答复该户数据检查的权限。")
        asked = AnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = answer(
            finding,
            asked.validated_data["kind"],
            note=asked.validated_data.get("note", ""),
            actor=request.user,
        )
        if given is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(self.told(self.one(pk)))
