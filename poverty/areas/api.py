"""Places, read only: those of one's own area and, so that paths can be read, those above."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.response import Response

from poverty.areas.filters import AreaFilter
from poverty.areas.models import Area, Settlement
from poverty.areas.names import full_names
from poverty.areas.serializers import AreaDetailSerializer, AreaSerializer
from poverty.web.api_views import ApiView
from poverty.web.rights import requires


@extend_schema_view(
    list=extend_schema(summary="区划列表（现行）"),
    retrieve=extend_schema(summary="一个区划，村含自然村和村民小组"),
)
@requires("area.view")
class AreaViewSet(ApiView):
    """行政区划。"""

    queryset = Area.objects.none()
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_field = "code"
    lookup_value_regex = "[0-9]{2,12}"
    order = (("code", "asc"),)

    def get_queryset(self):
        return Area.objects.visible_to(self.request.user)

    def list(self, request):
        """Places in force today."""
        rows = self.get_queryset().in_force(timezone.localdate())
        return self.page_of(self.filter_queryset(rows))

    @extend_schema(responses=AreaDetailSerializer)
    def retrieve(self, request, code):
        """A place, also one that is no more."""
        area = get_object_or_404(self.get_queryset(), code=code)
        area.full_name = full_names([code])[code]
        area.own_settlements = list(
            Settlement.objects.visible_to(request.user).filter(village=area).order_by("name", "id")
        )
        return Response(AreaDetailSerializer(area).data)
