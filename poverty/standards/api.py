"""Exit standards, read only: drafting and publishing are done on the pages, by two people."""

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from poverty.areas.filters import CodeField
from poverty.areas.models import Area
from poverty.standards.filters import StandardFilter
from poverty.standards.in_force import in_force
from poverty.standards.models import FIRST_YEAR, LAST_YEAR, Requirement, Standard
from poverty.standards.serializers import StandardSerializer
from poverty.standards.subjects import Subject
from poverty.web.api_views import ApiView
from poverty.web.refusals import BadQuery
from poverty.web.rights import requires


class InForceQuestion(serializers.Serializer):
    """What is asked: which standard applies to a place in a year."""

    area = serializers.CharField(max_length=12, help_text="区划代码。")
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text="年度。")
    subject = serializers.ChoiceField(Subject.choices, default=Subject.HOUSEHOLD.value, help_text="对象。")

    def validate_area(self, value):
        return CodeField().clean(value)


@extend_schema_view(
    list=extend_schema(summary="退出标准列表"), retrieve=extend_schema(summary="一个退出标准")
)
@requires("standard.view")
class StandardViewSet(ApiView):
    """退出标准，含各项要求。"""

    queryset = Standard.objects.none()
    serializer_class = StandardSerializer
    filterset_class = StandardFilter
    lookup_value_regex = "[0-9]{1,18}"
    order = (("year", "desc"), ("area_code", "asc"), ("subject", "asc"), ("version", "desc"), ("id", "desc"))
    parameters = {"in_force": ("area", "year", "subject")}

    def get_queryset(self):
        rows = Requirement.objects.select_related("standard").order_by("order", "id")
        return Standard.objects.visible_to(self.request.user).prefetch_related(
            Prefetch("requirements", queryset=rows)
        )

    def list(self, request):
        """Those of one's own area, and what has been published above it."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request, pk):
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @extend_schema(
        summary="某地某年适用的标准",
        parameters=[
            OpenApiParameter("area", str, required=True, description="区划代码。"),
            OpenApiParameter("year", int, required=True, description="年度。"),
            OpenApiParameter("subject", str, enum=Subject.values, description="对象，默认为户。"),
        ],
    )
    @action(detail=False, filterset_class=None)
    def in_force(self, request):
        """The standard that applies to a place in a year, whole; 404 where none has been published."""
        asked = InForceQuestion(data=request.query_params)
        if not asked.is_valid():
            raise BadQuery(asked.errors)
        values = asked.validated_data
        if not Area.objects.visible_to(request.user).filter(code=values["area"]).exists():
            raise Http404
        standard = in_force(values["subject"], values["year"], values["area"])
        if standard is None:
            raise Http404
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=standard.pk)).data)
