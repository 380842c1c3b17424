"""Workrooms, evaluations and agreements of enterprises for programs, to be read; they are entered on their pages."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from poverty.web.rights import requires
from villages.api.villages import VillageRowsView
from villages.api_filters import AgreementFilter, EvaluationFilter, WorkroomFilter
from villages.models import EnterpriseAgreement, Evaluation, Workroom
from villages.serializers.teams import AgreementSerializer, EvaluationSerializer, WorkroomSerializer


@extend_schema_view(
    list=extend_schema(summary="村级扶贫工作室列表"), retrieve=extend_schema(summary="一个村级扶贫工作室")
)
@requires("post.view")
class WorkroomViewSet(VillageRowsView):
    """村级扶贫工作室。"""

    queryset = Workroom.objects.none()
    serializer_class = WorkroomSerializer
    filterset_class = WorkroomFilter
    order = (("village__area_id", "asc"), ("id", "asc"))

    def get_queryset(self):
        return Workroom.objects.visible_to(self.request.user).ever().select_related("village")


@extend_schema_view(
    list=extend_schema(summary="驻村考评列表"), retrieve=extend_schema(summary="一条驻村考评")
)
@requires("evaluation.view", "duty.view")
class EvaluationViewSet(VillageRowsView):
    """驻村考评；没有查看权限的只有本人的。"""

    queryset = Evaluation.objects.none()
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    order = (("village__area_id", "asc"), ("id", "asc"))

    def get_queryset(self):
        return Evaluation.objects.visible_to(self.request.user).select_related(
            "village", "person", "assessor"
        )


@extend_schema_view(
    list=extend_schema(summary="企业帮扶协议列表"), retrieve=extend_schema(summary="一份企业帮扶协议")
)
@requires("post.view")
class AgreementViewSet(VillageRowsView):
    """企业帮扶协议（万企帮万村）和每年的成效。"""

    queryset = EnterpriseAgreement.objects.none()
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilter
    order = (("post__village__area_id", "asc"), ("id", "asc"))

    def get_queryset(self):
        rows = EnterpriseAgreement.objects.visible_to(self.request.user).ever()
        return rows.select_related("post__village", "post__unit").prefetch_related("results")
