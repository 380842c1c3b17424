"""Clues, monitoring cases and objects of monitoring: read them; answer a clue."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RowsView
from households.api_filters_monitoring import CaseFilter, ClueFilter, WatchedFilter
from households.models import Clue, Monitoring, MonitoringCase
from households.monitoring.clues import answer_clue
from households.serializers.monitoring import (
    ClueAnswerSerializer,
    ClueSerializer,
    MonitoringCaseSerializer,
    MonitoringSerializer,
)
from poverty.web.rights import MissingRight, requires


@extend_schema_view(
    list=extend_schema(summary="线索，期限近的在前"), retrieve=extend_schema(summary="一条线索")
)
@requires("clue.view")
class ClueViewSet(RowsView):
    """线索。"""

    queryset = Clue.objects.none()
    serializer_class = ClueSerializer
    filterset_class = ClueFilter
    order = (("due_on", "asc"), ("id", "asc"))

    def get_queryset(self):
        return Clue.objects.visible_to(self.request.user)

    def list(self, request):
        """What one sees, waiting and done."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    @extend_schema(summary="答复一条线索", request=ClueAnswerSerializer, responses=ClueSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def answer(self, request, pk):
        """Answer a clue that leads to no case."""
        clue = self.one(pk)
        if not request.user.has_right_at("clue.answer", clue.area_code):
            raise MissingRight(("clue.answer",))
        asked = ClueAnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        answer_clue(clue, actor=request.user, **asked.validated_data)
        return Response(self.told(self.one(pk)))


@extend_schema_view(
    list=extend_schema(summary="监测事项，期限近的在前"), retrieve=extend_schema(summary="一件监测事项")
)
@requires("monitoring.view")
class MonitoringCaseViewSet(RowsView):
    """监测事项：纳入监测和风险消除。"""

    queryset = MonitoringCase.objects.none()
    serializer_class = MonitoringCaseSerializer
    filterset_class = CaseFilter
    order = (("due_on", "asc"), ("id", "asc"))

    def get_queryset(self):
        return MonitoringCase.objects.visible_to(self.request.user).prefetch_related("risks")

    def list(self, request):
        """What one sees, on the way and over."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


@extend_schema_view(
    list=extend_schema(summary="监测对象，新识别的在前"), retrieve=extend_schema(summary="一个监测对象")
)
@requires("monitoring.view")
class MonitoringViewSet(RowsView):
    """监测对象。"""

    queryset = Monitoring.objects.none()
    serializer_class = MonitoringSerializer
    filterset_class = WatchedFilter
    order = (("identified_on", "desc"), ("id", "desc"))

    def get_queryset(self):
        return Monitoring.objects.visible_to(self.request.user)

    def list(self, request):
        """Past and present; filter by state for those under watch."""
        return self.page_of(self.filter_queryset(self.get_queryset()))
