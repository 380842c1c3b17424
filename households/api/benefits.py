"""Policies, benefits, loans, training and jobs, to be read: they are recorded on their pages and by workbook."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from households.api.asking import NewestView
from households.api_filters_benefits import (
    BenefitApiFilter,
    JobApiFilter,
    LoanApiFilter,
    PolicyApiFilter,
    TraineeApiFilter,
)
from households.benefits.models import Benefit, Job, Loan, Policy, Trainee
from households.benefits.querysets import VIEW
from households.serializers.benefits import (
    BenefitSerializer,
    EmploymentSerializer,
    LoanSerializer,
    PolicySerializer,
    TraineeSerializer,
)
from poverty.web.rights import requires


@extend_schema_view(list=extend_schema(summary="政策目录"), retrieve=extend_schema(summary="一项政策"))
@requires("policy.view")
class PolicyViewSet(NewestView):
    """政策目录。"""

    queryset = Policy.objects.none()
    serializer_class = PolicySerializer
    filterset_class = PolicyApiFilter

    def get_queryset(self):
        return Policy.objects.visible_to(self.request.user)


@extend_schema_view(list=extend_schema(summary="政策享受记录"), retrieve=extend_schema(summary="一笔享受"))
@requires(VIEW)
class BenefitViewSet(NewestView):
    """政策享受。"""

    queryset = Benefit.objects.none()
    serializer_class = BenefitSerializer
    filterset_class = BenefitApiFilter

    def get_queryset(self):
        return Benefit.objects.visible_to(self.request.user).select_related("household", "policy")


@extend_schema_view(list=extend_schema(summary="扶贫小额信贷"), retrieve=extend_schema(summary="一笔贷款"))
@requires(VIEW)
class LoanViewSet(NewestView):
    """扶贫小额信贷。"""

    queryset = Loan.objects.none()
    serializer_class = LoanSerializer
    filterset_class = LoanApiFilter

    def get_queryset(self):
        rows = Loan.objects.visible_to(self.request.user).standing()
        return rows.select_related("household").prefetch_related("repayments")


@extend_schema_view(list=extend_schema(summary="培训人员"), retrieve=extend_schema(summary="一人次培训"))
@requires(VIEW)
class TraineeViewSet(NewestView):
    """培训。"""

    queryset = Trainee.objects.none()
    serializer_class = TraineeSerializer
    filterset_class = TraineeApiFilter

    def get_queryset(self):
        return (
            Trainee.objects.visible_to(self.request.user).standing().select_related("household", "training")
        )


@extend_schema_view(list=extend_schema(summary="登记的就业"), retrieve=extend_schema(summary="一个岗位"))
@requires(VIEW)
class EmploymentViewSet(NewestView):
    """就业。"""

    queryset = Job.objects.none()
    serializer_class = EmploymentSerializer
    filterset_class = JobApiFilter

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user).standing().select_related("household")
