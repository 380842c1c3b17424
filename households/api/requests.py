"""Tables from above: read them, fill rows, hand a part in, send it back, accept it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RowsView
from households.api_filters import PartFilter, RowFilter, TableFilter
from households.models import RequestPart, RequestRow, TableRequest
from households.querysets_requests import CHECK, FILL, ISSUE
from households.requests.answers import read_answer
from households.requests.rows import masked
from households.search import holds_number
from households.serializers.requests import (
    FillSerializer,
    PartSerializer,
    RowSerializer,
    SendBackSerializer,
    SubmitSerializer,
    TableSerializer,
)
from households.services import request_filling as service
from poverty.web.conflicts import MergeConflict
from poverty.web.rights import requires

ANY = (ISSUE, FILL, CHECK)


@extend_schema_view(
    list=extend_schema(summary="任务表，新的在前"), retrieve=extend_schema(summary="一个任务表和它的各列")
)
@requires(*ANY)
class TableViewSet(RowsView):
    """任务表。"""

    queryset = TableRequest.objects.none()
    serializer_class = TableSerializer
    filterset_class = TableFilter
    order = (("id", "desc"),)

    def get_queryset(self):
        rows = TableRequest.objects.visible_to(self.request.user)
        return rows.exclude(state=TableRequest.State.DISCARDED)

    def list(self, request):
        """What one may issue, fill or look through."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


@extend_schema_view(
    list=extend_schema(summary="各村的任务表"), retrieve=extend_schema(summary="一个村的任务表")
)
@requires(*ANY)
class TablePartViewSet(RowsView):
    """一个村的任务表。"""

    queryset = RequestPart.objects.none()
    serializer_class = PartSerializer
    filterset_class = PartFilter
    order = (("id", "asc"),)

    def get_queryset(self):
        return RequestPart.objects.visible_to(self.request.user).counted().select_related("request")

    def list(self, request):
        """In the order in which they were issued."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    @extend_schema(summary="上交", request=SubmitSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def submit(self, request, pk):
        """Hand a village's part in; afterwards nothing is changed in it unless it is sent back."""
        part = self._mine(pk, FILL)
        service.submit(part, actor=request.user, comment=self._read(SubmitSerializer).get("comment", ""))
        return Response(self.told(self.one(pk)))

    @extend_schema(summary="退回", request=SendBackSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], filterset_class=None, url_path="send-back")
    def send_back(self, request, pk):
        """Send a part back to its village, with the reason."""
        part = self._mine(pk, CHECK)
        service.send_back(part, actor=request.user, reason=self._read(SendBackSerializer)["reason"])
        return Response(self.told(self.one(pk)))

    @extend_schema(summary="通过", request=None, responses=PartSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def accept(self, request, pk):
        """Accept it; columns that update the register do so now. Who handed it in does not accept it."""
        service.accept(self._mine(pk, CHECK), actor=request.user)
        return Response(self.told(self.one(pk)))

    def _read(self, serializer) -> dict:
        asked = serializer(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return asked.validated_data

    def _mine(self, pk, right: str) -> RequestPart:
        """The visible part, or 404; PermissionDenied when it is not for the person to do this there."""
        part = self.one(pk)
        if not self.request.user.has_right_at(right, part.area_code):
            raise PermissionDenied("您没有在该村办理的权限。")
        return part


@extend_schema_view(
    list=extend_schema(summary="要填的行"), retrieve=extend_schema(summary="一行：带出的和填报的内容")
)
@requires(*ANY)
class TableRowViewSet(RowsView):
    """任务表的一行。"""

    queryset = RequestRow.objects.none()
    serializer_class = RowSerializer
    filterset_class = RowFilter
    order = (("id", "asc"),)

    def get_queryset(self):
        rows = RequestRow.objects.visible_to(self.request.user).filter(part__isnull=False)
        return rows.select_related("part__request")

    def list(self, request):
        """Rows of matched households and persons; those that match nobody are on the county's page."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    @extend_schema(summary="填一行", request=FillSerializer, responses=RowSerializer)
    def partial_update(self, request, pk):
        """Merged by column with what others have filled meanwhile; 409 where both filled the same differently."""
        row = self.one(pk)
        asked = FillSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        answers, base = asked.validated_data["answers"], asked.validated_data["base"]
        mine = service.unmasked(row, _read(row, service.unmasked(row, answers)))
        saved = service.save_row(row.pk, mine, service.unmasked(row, base), actor=request.user)
        if saved.conflicts:
            raise MergeConflict(_told(saved.conflicts))
        return Response(self.told(self.one(pk)))


def _read(row: RequestRow, answers: dict[str, str]) -> dict[str, str]:
    """Answers as they are kept. ValidationError by column."""
    columns = {one.name: one for one in row.part.request.to_fill}
    kept, errors = {}, {}
    for name, text in answers.items():
        if name not in columns:
            errors[name] = "没有这个待填列。"
            continue
        kept[name], fault = read_answer(columns[name], text, today=timezone.localdate())
        if fault:
            errors[name] = str(fault)
    if errors:
        raise ValidationError(errors)
    return kept


def _told(conflicts: dict[str, tuple]) -> dict[str, dict]:
    """Numbers of persons in a conflict are masked."""
    sides = ("base", "mine", "theirs")
    return {
        name: dict(zip(sides, (_masked(one) for one in values), strict=True))
        for name, values in conflicts.items()
    }


def _masked(text: str | None) -> str | None:
    return masked({"": text})[""] if text and holds_number(text) else text
