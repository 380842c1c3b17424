"""Cases of identification, 返贫 and 户清退, to be read: what is done with them is done on their pages."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from households.api.asking import NewestView
from households.api_filters import EntryFilter
from households.disclosure import whole_to
from households.entries.models import EntryCase
from households.models import Household
from households.serializers.entries import EntrySerializer
from poverty.web.rights import requires


@extend_schema_view(
    list=extend_schema(summary="识别、返贫和清退的办件列表"), retrieve=extend_schema(summary="一件")
)
@requires("register.propose", "register.confirm", "register.decide", "run.view")
class EntryViewSet(NewestView):
    """识别、返贫和户清退。"""

    queryset = EntryCase.objects.none()
    serializer_class = EntrySerializer
    filterset_class = EntryFilter

    def get_queryset(self):
        seen = Household.objects.visible_to(self.request.user).filter(whole_to(self.request.user))
        rows = EntryCase.objects.filter(household__in=seen.values("pk"))
        return rows.select_related("household", "refusal").prefetch_related("comparisons")
