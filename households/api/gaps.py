"""Gaps and measures: read them. Needs: read them, take one in, answer one."""

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RowsView
from households.api_filters_gaps import GapFilter, MeasureFilter, NeedFilter
from households.disclosure import whole_to
from households.gaps.needs import answer_need, raise_need
from households.models import Gap, Household, Measure, Need
from households.serializers.gaps import (
    GapSerializer,
    MeasureSerializer,
    NeedAnswerSerializer,
    NeedSerializer,
    RaiseNeedSerializer,
)
from poverty.web.rights import MissingRight, requires


@extend_schema_view(
    list=extend_schema(summary="缺项，期限近的在前"), retrieve=extend_schema(summary="一个缺项")
)
@requires("household.view")
class GapViewSet(RowsView):
    """缺项（缺什么补什么）。"""

    queryset = Gap.objects.none()
    serializer_class = GapSerializer
    filterset_class = GapFilter
    order = (("due_on", "asc"), ("id", "asc"))

    def get_queryset(self):
        return Gap.objects.visible_to(self.request.user)

    def list(self, request):
        """What one sees of a year, open and closed."""
        return self.page_of(self.filter_queryset(self.of_year(self.get_queryset())))


@extend_schema_view(
    list=extend_schema(summary="帮扶措施，新的在前"), retrieve=extend_schema(summary="一项帮扶措施")
)
@requires("measure.view")
class MeasureViewSet(RowsView):
    """帮扶措施。"""

    queryset = Measure.objects.none()
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    order = (("id", "desc"),)

    def get_queryset(self):
        return Measure.objects.visible_to(self.request.user)

    def list(self, request):
        """What one sees, planned, under way, done and cancelled."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


@extend_schema_view(
    list=extend_schema(summary="诉求，期限近的在前"), retrieve=extend_schema(summary="一条诉求")
)
@requires("need.view")
class NeedViewSet(RowsView):
    """诉求。"""

    queryset = Need.objects.none()
    serializer_class = NeedSerializer
    filterset_class = NeedFilter
    order = (("due_on", "asc"), ("id", "asc"))

    def get_queryset(self):
        return Need.objects.visible_to(self.request.user)

    def list(self, request):
        """What one sees, waiting and settled."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    @extend_schema(summary="登记一条诉求", request=RaiseNeedSerializer, responses={201: NeedSerializer})
    def create(self, request):
        """Take a need in; the same identity again answers the one that stands."""
        if not request.user.has_right("need.raise"):
            raise MissingRight(("need.raise",))
        asked = RaiseNeedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        seen = Household.objects.visible_to(request.user, "need.raise") & Household.objects.visible_to(
            request.user
        )
        household = seen.filter(whole_to(request.user), pk=values.pop("household")).first()
        if household is None:
            raise Http404
        made = raise_need(household, actor=request.user, **values)
        return Response(self.told(made), status=status.HTTP_201_CREATED)

    @extend_schema(summary="办理一条诉求", request=NeedAnswerSerializer, responses=NeedSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def answer(self, request, pk):
        """Answer, pass on, settle, decline or send back a need."""
        need = self.one(pk)
        if not request.user.has_right("need.answer"):
            raise MissingRight(("need.answer",))
        asked = NeedAnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        done = answer_need(need, actor=request.user, **asked.validated_data)
        return Response(self.told(done))
