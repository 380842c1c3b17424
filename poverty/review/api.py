"""Lists, meetings, notices and objections for programs."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from poverty.review.filters import MeetingFilter, NoticeFilter, ObjectionFilter, RosterFilter
from poverty.review.models import Meeting, Notice, Objection, Roster, RosterEntry
from poverty.review.serializers import (
    EnterMeetingSerializer,
    MeetingSerializer,
    NoticeSerializer,
    ObjectionSerializer,
    RosterSerializer,
)
from poverty.review.services.meetings import Said, close_meeting, enter_meeting, say
from poverty.review.views.meetings import place_of
from poverty.review.views.objections import READERS
from poverty.review.views.reaching import may_at
from poverty.web.api_views import ApiView
from poverty.web.rights import requires


class _Shown(ApiView):
    """Rows that the user sees, as a list and one by one."""

    lookup_value_regex = "[0-9]{1,18}"
    order = (("id", "desc"),)

    def one(self, pk):
        return get_object_or_404(self.get_queryset(), pk=pk)

    def list(self, request):
        """The newest first."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request, pk):
        return Response(self.get_serializer(self.one(pk)).data)


@extend_schema_view(list=extend_schema(summary="名单"), retrieve=extend_schema(summary="一份名单"))
@requires("household.view")
class RosterViewSet(_Shown):
    """名单：评议、公示、核查、审定按它办理。"""

    queryset = Roster.objects.none()
    serializer_class = RosterSerializer
    filterset_class = RosterFilter

    def get_queryset(self):
        rows = Roster.objects.visible_to(self.request.user).select_related("made_by")
        return rows.prefetch_related("entries")


@extend_schema_view(list=extend_schema(summary="会议"), retrieve=extend_schema(summary="一次会议"))
@requires("household.view")
class MeetingViewSet(_Shown):
    """会议：一次录入，按户记票；定稿后不再改。"""

    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    action_rights = {"create": ("meeting.enter",)}

    def get_queryset(self):
        rows = Meeting.objects.visible_to(self.request.user).select_related("recorded_by")
        return rows.prefetch_related("items")

    @extend_schema(
        summary="录入一份名单的会议", request=EnterMeetingSerializer, responses={201: MeetingSerializer}
    )
    def create(self, request):
        """The meeting with what was said of each case; everything or nothing."""
        asked = EnterMeetingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        items, kind = data.pop("items"), data.pop("kind")
        roster = get_object_or_404(Roster.objects.visible_to(request.user), pk=data.pop("roster"))
        area_code = place_of(kind, roster.area_code)
        if not area_code or not may_at(request.user, "meeting.enter", area_code):
            raise PermissionDenied("您没有在该区划录入这种会议的权限。")
        standing = set(RosterEntry.objects.standing().filter(roster=roster).values_list("case_id", flat=True))
        if strange := {one["case_id"] for one in items} - standing:
            raise serializers.ValidationError(
                {"items": [f"不在这份名单上：{'、'.join(map(str, sorted(strange)))}。"]}
            )
        with transaction.atomic():
            meeting = enter_meeting(kind, area_code, actor=request.user, **data)
            say(meeting, roster.case_type, [Said(**one) for one in items], actor=request.user)
        return Response(self.get_serializer(self.one(meeting.pk)).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="定稿", request=None, responses={200: MeetingSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def close(self, request, pk):
        """Closed for good; `warnings` tells what is odd about it."""
        meeting = self.one(pk)
        if not may_at(request.user, "meeting.enter", meeting.area_code):
            raise PermissionDenied("您没有在该区划录入会议的权限。")
        close_meeting(meeting, actor=request.user)
        return Response(self.get_serializer(self.one(pk)).data)


@extend_schema_view(list=extend_schema(summary="公示"), retrieve=extend_schema(summary="一份公示"))
@requires("household.view")
class NoticeViewSet(_Shown):
    """公示和公告。"""

    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter

    def get_queryset(self):
        return Notice.objects.visible_to(self.request.user)


@extend_schema_view(list=extend_schema(summary="异议"), retrieve=extend_schema(summary="一条异议"))
@requires(*READERS)
class ObjectionViewSet(_Shown):
    """对公示的异议，不含异议人。"""

    queryset = Objection.objects.none()
    serializer_class = ObjectionSerializer
    filterset_class = ObjectionFilter

    def get_queryset(self):
        return Objection.objects.visible_to(self.request.user)
