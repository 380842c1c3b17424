"""Household exits: read them, take the steps that need nothing but their sheet."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RowsView
from households.api_filters import ExitFilter
from households.exits.workflow import EXIT
from households.models import ExitCase
from households.serializers.exits import ExitSerializer, ExitStepSerializer
from households.services.exits.stepping import take_step
from poverty.web.rights import requires

VIEW = "exit.view"


@extend_schema_view(
    list=extend_schema(summary="贫困户退出"), retrieve=extend_schema(summary="一户的退出办理")
)
@requires(VIEW)
class ExitViewSet(RowsView):
    """贫困户退出。"""

    queryset = ExitCase.objects.none()
    serializer_class = ExitSerializer
    filterset_class = ExitFilter
    order = (("area_code", "asc"), ("id", "asc"))

    def get_queryset(self):
        return ExitCase.objects.visible_to(self.request.user, VIEW).select_related("household")

    def list(self, request):
        """Of the year asked for (year=), else the latest that can be worked in."""
        rows = self.get_queryset().filter(year=self.year())
        return self.page_of(self.filter_queryset(rows))

    @extend_schema(summary="办理一步", request=ExitStepSerializer, responses=ExitSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def steps(self, request, pk):
        """Take one step of a case; refused with the same words as on the page."""
        case = self.one(pk)
        asked = ExitStepSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        name = values.pop("name")
        if not request.user.has_right_at(EXIT.get(name).right, case.area_code):
            raise PermissionDenied("您没有在该村办理这一步的权限。")
        take_step(name, case, actor=request.user, **values)
        return Response(self.told(self.one(pk)))
