"""Verdicts (read only), and the runs that judge whole counties."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import NewestView, RowsView
from households.api_filters import AssessmentFilter, RunFilter
from households.disclosure import whole_to
from households.models import Assessment, AssessmentChange, AssessmentRun, Household, LeftOut
from households.serializers.assessments import (
    AssessmentSerializer,
    ChangeSerializer,
    LeftOutSerializer,
    RunRequestSerializer,
    RunSerializer,
)
from households.services.running import request_assessment
from poverty.areas.filters import CodeField
from poverty.areas.models import Area
from poverty.jobs.serializers import JobSerializer
from poverty.web.rights import requires


@extend_schema_view(
    list=extend_schema(summary="判定结果列表，默认最近可办理的年度"),
    retrieve=extend_schema(summary="一条判定结果"),
)
@requires("household.view")
class AssessmentViewSet(RowsView):
    """判定结果。"""

    queryset = Assessment.objects.none()
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    order = (("household__area_id", "asc"), ("household_id", "asc"), ("year", "desc"))

    def get_queryset(self):
        return Assessment.objects.visible_to(self.request.user).select_related("household")

    def list(self, request):
        """Of one year; of every year when a household is named and no year."""
        return self.page_of(self.of_year(self.filter_queryset(self.get_queryset())))


@extend_schema_view(
    list=extend_schema(summary="判定运行列表"), retrieve=extend_schema(summary="一次判定运行")
)
@requires("run.view")
class RunViewSet(NewestView):
    """全量判定的运行。"""

    queryset = AssessmentRun.objects.none()
    serializer_class = RunSerializer
    filterset_class = RunFilter
    action_rights = {"create": ("assess.run",)}
    paged_actions = ("changes", "left_out")

    def get_queryset(self):
        return AssessmentRun.objects.visible_to(self.request.user)

    def order_of(self, request):
        return self.order if self.action == "list" else (("area_id", "asc"), ("id", "asc"))

    @extend_schema(
        summary="发起判定", request=RunRequestSerializer, responses={202: JobSerializer(many=True)}
    )
    def create(self, request):
        """One job per county; a county already in line keeps its job. The jobs tell how far they are."""
        asked = RunRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        area, year = CodeField().clean(asked.validated_data["area"]), asked.validated_data["year"]
        if not Area.objects.visible_to(request.user).filter(code=area).exists():
            raise Http404
        if not request.user.has_right_at("assess.run", area):
            raise PermissionDenied("您没有在该地区发起判定的权限。")
        jobs = request_assessment(area, year, actor=request.user)
        return Response(JobSerializer(jobs, many=True).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(summary="这次运行使哪些户的结论或指标变化", responses=ChangeSerializer(many=True))
    @action(detail=True, serializer_class=ChangeSerializer, filterset_class=None)
    def changes(self, request, pk):
        """Of the households that one sees."""
        return self.page_of(self._rows(AssessmentChange.objects, pk))

    @extend_schema(summary="这次运行未能判定的户和原因", responses=LeftOutSerializer(many=True))
    @action(detail=True, serializer_class=LeftOutSerializer, filterset_class=None, url_path="left-out")
    def left_out(self, request, pk):
        """Of the households that one sees."""
        return self.page_of(self._rows(LeftOut.objects, pk))

    def _rows(self, rows, pk) -> QuerySet:
        run = self.one(pk)
        seen = Household.objects.filter(whole_to(self.request.user))
        rows = rows.visible_to(self.request.user, "run.view").filter(run=run, household__in=seen)
        return rows.select_related("household")
