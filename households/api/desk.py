"""The county review desk: what waits, one case side by side, decided alone or as one of a drawn list."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RegisterView, RowsView
from households.desk.acts import why_not
from households.desk.exceptions import OF_CASES, with_exceptions
from households.desk.side import side_of
from households.desk.stages import CASE, REVIEW, RIGHT, STAGES, desk_cases
from households.models import ExitCase
from households.serializers import desk as told
from households.services.desk.cases import approve_case, return_case
from households.services.desk.lists import decide_list, draw_list
from households.services.desk.looking import open_case, stay
from poverty.review.models import Draw, Look
from poverty.sql.prefix import within
from poverty.web.refusals import BadQuery
from poverty.web.rights import requires


@extend_schema_view(
    list=extend_schema(
        summary="等县里办理的户，按区划",
        parameters=[
            OpenApiParameter("stage", str, description=told.STAGE_HELP, enum=list(STAGES)),
            OpenApiParameter("area", str, description="区划代码。"),
            OpenApiParameter("exception", str, description="只要有这种异常的户。", enum=list(OF_CASES)),
        ],
    ),
    retrieve=extend_schema(summary="一户逐项对照", responses=told.DeskCaseWholeSerializer),
)
@requires(RIGHT)
class DeskCaseViewSet(RegisterView):
    """县级审核的户。"""

    queryset = ExitCase.objects.none()
    serializer_class = told.DeskCaseSerializer
    order = (("area_code", "asc"), ("id", "asc"))
    parameters = {"list": ("stage", "area", "exception")}

    def get_queryset(self):
        rows = desk_cases(self.request.user).select_related("household__area", "household__settlement")
        return with_exceptions(rows, timezone.localdate())

    def list(self, request):
        """What waits at one step of the county (stage, review unless given)."""
        asked = request.query_params
        stage, area, kind = asked.get("stage", REVIEW.key), asked.get("area", ""), asked.get("exception", "")
        errors = {}
        if stage not in STAGES:
            errors["stage"] = "没有这个环节。"
        if area and not (area.isascii() and area.isdigit() and len(area) <= 12):
            errors["area"] = "须为区划代码。"
        if kind and kind not in OF_CASES:
            errors["exception"] = "没有这种异常。"
        if errors:
            raise BadQuery(errors)
        rows = self.get_queryset().filter(state=STAGES[stage].state)
        if area:
            rows = rows.filter(within("area_code", [area]))
        return self.page_of(rows.filter(**{OF_CASES[kind]: True}) if kind else rows)

    def retrieve(self, request, pk):
        """Everything of a case; to decide it, note first that it was opened."""
        return Response(self._whole(self.one(pk)))

    @extend_schema(summary="记录打开", request=None, responses={201: told.LookSerializer})
    @action(detail=True, methods=["post"])
    def open(self, request, pk):
        """Note that the person has the case open. Who has not opened it does not decide it."""
        look = open_case(self.one(pk), actor=request.user)
        return Response({"look": look.pk}, status=status.HTTP_201_CREATED)

    @extend_schema(summary="记录查看时长", request=told.SecondsSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def stay(self, request, pk):
        """Note for how long an own look has lasted by now."""
        case, asked = self.one(pk), self._read(told.SecondsSerializer)
        look = Look.objects.filter(
            pk=asked["look"], case_type=CASE, case_id=case.pk, user=request.user
        ).first()
        if look is None:
            raise ValidationError({"look": "没有您的这次查看。"})
        stay(look, asked["seconds"], actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="审核通过", request=told.ApproveSerializer, responses=told.DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request, pk):
        """县级审核通过。"""
        case, asked = self.one(pk), self._read(told.ApproveSerializer)
        approve_case(case, actor=request.user, **asked)
        return Response(self._whole(self.one(pk)))

    @extend_schema(summary="退回", request=told.ReturnSerializer, responses=told.DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request, pk):
        """Send the case back to the plan, with the reason."""
        case, asked = self.one(pk), self._read(told.ReturnSerializer)
        return_case(case, actor=request.user, **asked)
        return Response(self._whole(self.one(pk)))

    def _read(self, serializer) -> dict:
        asked = serializer(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return asked.validated_data

    def _whole(self, case: ExitCase) -> dict:
        side = side_of(case, self.request.user)
        case.lines, case.differences = side.rows, side.differences
        case.why_not = why_not(case, self.request.user)
        return told.DeskCaseWholeSerializer(case, context=self.get_serializer_context()).data


@extend_schema_view(
    list=extend_schema(summary="抽取过的名单，新的在前"), retrieve=extend_schema(summary="一份名单")
)
@requires(RIGHT)
class DeskListViewSet(RowsView):
    """按名单审核。"""

    queryset = Draw.objects.none()
    serializer_class = told.DeskListSerializer
    order = (("id", "desc"),)

    def get_queryset(self):
        places = self.request.user.scope(RIGHT).areas
        rows = Draw.objects.filter(within("area_code", places), case_type=CASE, transition=REVIEW.transition)
        return rows.prefetch_related("cases")

    def list(self, request):
        """Of the places where one decides."""
        return self.page_of(self.get_queryset())

    @extend_schema(summary="抽取", request=told.DrawSerializer, responses={201: told.DeskListSerializer})
    def create(self, request):
        """Draw a sample from the clean cases of a place; the list and its seed are kept."""
        asked = told.DrawSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = draw_list(asked.validated_data["area_code"], actor=request.user)
        return Response(self.told(made), status=status.HTTP_201_CREATED)

    @extend_schema(summary="按名单办理", request=told.ApproveSerializer, responses=told.DeskListSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request, pk):
        """Review every case of the list that is still clean; 422 while a drawn case or an exception is unopened."""
        draw = self.one(pk)
        if draw.drawn_by_id != request.user.pk:
            raise PermissionDenied("名单由抽取样本、查看过的人办理。")
        asked = told.ApproveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        decide_list(draw, actor=request.user, **asked.validated_data)
        return Response(self.told(self.one(pk)))
