"""Persons of the register and their facts of a year."""

from django.db.models import OuterRef, Subquery
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.response import Response

from households.api.asking import RegisterView, RowsView
from households.api.conflicts import facts_in
from households.api_filters import FIRST_YEAR, LAST_YEAR, MemberFilter, MemberSurveyFilter
from households.models import Member, Membership, MemberSurvey
from households.serializers.households import MemberSerializer
from households.serializers.surveys import (
    MemberFactsSerializer,
    MemberPatchSerializer,
    MemberSurveySerializer,
    read_patch,
)
from households.services.member_surveys import household_in, member_survey_for
from households.services.merged import merge_member_survey
from poverty.web.rights import requires


@extend_schema_view(list=extend_schema(summary="成员列表"), retrieve=extend_schema(summary="一名成员"))
@requires("household.view")
class MemberViewSet(RowsView):
    """现在在户的成员。"""

    queryset = Member.objects.none()
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    order = (("household__area_id", "asc"), ("household_id", "asc"), ("id", "asc"))

    def get_queryset(self):
        now = Membership.objects.filter(member=OuterRef("pk"), valid_to=None).values("relation")[:1]
        rows = Member.objects.visible_to(self.request.user).select_related("household")
        return rows.annotate(relation=Subquery(now))

    def list(self, request):
        """By village and household."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


@extend_schema_view(list=extend_schema(summary="成员年度信息列表"))
@requires("household.view")
class MemberSurveyListViewSet(RegisterView):
    """成员年度信息。"""

    queryset = MemberSurvey.objects.none()
    serializer_class = MemberSurveySerializer
    filterset_class = MemberSurveyFilter
    order = (
        ("member__household__area_id", "asc"),
        ("member__household_id", "asc"),
        ("member_id", "asc"),
        ("year", "desc"),
    )

    def get_queryset(self):
        return MemberSurvey.objects.visible_to(self.request.user).select_related("member__household")

    def list(self, request):
        """By village, household and person, the latest year first."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


@requires("household.view")
class MemberYearViewSet(RegisterView):
    """一名成员某年度的信息。"""

    queryset = Member.objects.none()
    serializer_class = MemberSurveySerializer
    action_rights = {"partial_update": ("survey.edit", "sector.edit")}

    def get_queryset(self):
        return Member.objects.visible_to(self.request.user).select_related("household")

    @extend_schema(summary="一名成员某年度的信息")
    def retrieve(self, request, pk, year):
        """What is stored, or what a first save would begin with (`id` null)."""
        member = self._member(pk, year)
        return self._answer(member, member_survey_for(member, year, member.household.area_id))

    @extend_schema(
        summary="修改一名成员某年度的信息", request=MemberPatchSerializer, responses=MemberSurveySerializer
    )
    def partial_update(self, request, pk, year):
        """Merged by field with what others have saved meanwhile; 409 where both changed the same."""
        member = self._member(pk, year)
        household = household_in(member, year) or member.household
        paper, changes, base = read_patch(MemberPatchSerializer, request.data)
        self.require_fields(changes, self.sight.may_fill_members(household))
        paper = self.paper(paper, household)
        paper.pop("decided_by_name", None)
        with facts_in(MemberFactsSerializer):
            row = merge_member_survey(member, year, changes, base, actor=request.user, **paper)
        return self._answer(member, row)

    def _member(self, pk, year) -> Member:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        return self.one(pk)

    def _answer(self, member, row):
        row.member = member
        return Response(self.told(row))
