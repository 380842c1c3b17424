"""Background jobs, read only: those that one has started, and those of places where one holds job.view."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.response import Response

from poverty.jobs.filters import JobFilter
from poverty.jobs.models import Job
from poverty.jobs.serializers import JobSerializer
from poverty.web.api_views import ApiView
from poverty.web.rights import signed_in


@extend_schema_view(
    list=extend_schema(summary="后台任务列表"), retrieve=extend_schema(summary="一个后台任务")
)
@signed_in
class JobViewSet(ApiView):
    """后台任务：自己发起的，和本地区的。"""

    queryset = Job.objects.none()
    serializer_class = JobSerializer
    filterset_class = JobFilter
    lookup_value_regex = "[0-9]{1,18}"
    order = (("id", "desc"),)

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user)

    def filter_arguments(self, request):
        return {"user": request.user}

    def list(self, request):
        """The newest first."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request, pk):
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)
