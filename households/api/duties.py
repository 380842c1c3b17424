"""What helpers owed in a month, done, late or open, and days in villages: read."""

from datetime import date

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from households.api.asking import RegisterView
from households.api_filters import WholeNumberFilter
from households.disclosure import whole_to
from households.duties.months import STATES, obligations
from households.duties.periods import month_of
from households.models import Household, Pairing, Presence
from households.options.duty_bearers import HELPER, SECOND_HELPER
from households.serializers.duties import ObligationSerializer, PresenceSerializer
from poverty.areas.filters import CodeFilter
from poverty.sql.prefix import within
from poverty.web.refusals import BadQuery
from poverty.web.rights import requires

_KEYS = {"min_value": 1, "max_value": 2**63 - 1}


class ObligationFilter(filters.FilterSet):
    """By state, household, helper, unit and place."""

    state = filters.ChoiceFilter(label="情况", choices=list(STATES.items()), field_name="duty_state")
    household = WholeNumberFilter(field_name="household_id", label="户", **_KEYS)
    helper = WholeNumberFilter(field_name="helper_id", label="责任人", **_KEYS)
    unit = WholeNumberFilter(field_name="helper__unit_id", label="单位", **_KEYS)
    area = CodeFilter(label="区划代码（含以下）", method="at")

    class Meta:
        model = Pairing
        fields = ()

    def at(self, rows, name, value):
        """Of households there."""
        return rows.filter(within("household__area_id", [value]))


class PresenceFilter(filters.FilterSet):
    """By person, place and days."""

    person = WholeNumberFilter(field_name="person_id", label="驻村人员", **_KEYS)
    area = CodeFilter(label="区划代码（含以下）", method="at")
    since = filters.DateFilter(label="从这一天起", field_name="day", lookup_expr="gte")
    until = filters.DateFilter(label="到这一天（含）", field_name="day", lookup_expr="lte")

    class Meta:
        model = Presence
        fields = ()

    def at(self, rows, name, value):
        """In villages there."""
        return rows.filter(within("area", [value]))


@extend_schema_view(
    list=extend_schema(
        summary="某月应走访（联系）的户和完成情况",
        parameters=[
            OpenApiParameter("month", str, description="月份，如 2018-11；不填为本月。"),
            OpenApiParameter(
                "bearer", str, enum=[HELPER, SECOND_HELPER], description="第一或第二帮扶责任人。"
            ),
        ],
    )
)
@requires("duty.view")
class ObligationViewSet(RegisterView):
    """走访完成情况。"""

    queryset = Pairing.objects.none()
    serializer_class = ObligationSerializer
    filterset_class = ObligationFilter
    parameters = {"list": ("month", "bearer")}
    order = (("household_id", "asc"), ("id", "asc"))

    def get_queryset(self):
        user, asked = self.request.user, self.request.query_params
        bearer = asked.get("bearer") or HELPER
        if bearer not in (HELPER, SECOND_HELPER):
            raise BadQuery({"bearer": "须为 helper 或 second_helper。"})
        rows = Pairing.objects.visible_to(user, "duty.view").filter(
            household__in=Household.objects.filter(whole_to(user)).values("pk")
        )
        rows = obligations(rows, self._month(asked.get("month", "")), timezone.localdate(), bearer)
        return rows.select_related("household", "helper")

    def _month(self, text: str) -> date:
        today = timezone.localdate()
        if not text:
            return month_of(today)
        try:
            month = date.fromisoformat(f"{text}-01")
        except ValueError:
            month = None
        if month is None or not date(2014, 1, 1) <= month <= today:
            raise BadQuery({"month": "月份写成 2018-11，从 2014-01 到本月。"})
        return month

    def list(self, request):
        """One row per household and helper."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


@extend_schema_view(list=extend_schema(summary="驻村记录，新的在前"))
@requires("duty.view")
class PresenceViewSet(RegisterView):
    """驻村记录。"""

    queryset = Presence.objects.none()
    serializer_class = PresenceSerializer
    filterset_class = PresenceFilter
    order = (("day", "desc"), ("id", "desc"))

    def get_queryset(self):
        return Presence.objects.visible_to(self.request.user).standing().select_related("person")

    def list(self, request):
        """Days that stand."""
        return self.page_of(self.filter_queryset(self.get_queryset()))
