"""The facts of a household for a year, and its income sheet."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from households.api.asking import RowsView
from households.api.conflicts import facts_in, items_in
from households.api_filters import SurveyFilter
from households.income_sheet import GROUP_FIELDS, net_of
from households.models import Household, Survey
from households.serializers.surveys import (
    IncomePutSerializer,
    IncomeSerializer,
    StartSurveySerializer,
    SurveyFactsSerializer,
    SurveyPatchSerializer,
    SurveySerializer,
    read_patch,
)
from households.services.merged import merge_income, merge_survey, none_groups_of, sheet_of
from households.services.surveys import start_survey, survey_for
from poverty.web.rights import requires


@extend_schema_view(
    list=extend_schema(summary="年度信息列表"), retrieve=extend_schema(summary="一户某年度的信息")
)
@requires("household.view")
class SurveyViewSet(RowsView):
    """户的年度信息。"""

    queryset = Survey.objects.none()
    serializer_class = SurveySerializer
    filterset_class = SurveyFilter
    order = (("household__area_id", "asc"), ("household_id", "asc"), ("year", "desc"))
    action_rights = {
        "create": ("survey.edit",),
        "partial_update": ("survey.edit", "sector.edit"),
        "save_income": ("income.edit",),
    }

    def get_queryset(self):
        return Survey.objects.visible_to(self.request.user).select_related("household")

    def list(self, request):
        """By village and household, the latest year first."""
        return self.page_of(self.filter_queryset(self.get_queryset()))

    @extend_schema(
        summary="开始一户某年度的信息",
        request=StartSurveySerializer,
        responses={200: SurveySerializer, 201: SurveySerializer},
    )
    def create(self, request):
        """Housing, water, power, road and land are carried over; 200 with the row that is already there."""
        asked = StartSurveySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        year = asked.validated_data["year"]
        household = get_object_or_404(
            Household.objects.visible_to(request.user), pk=asked.validated_data["household"]
        )
        if not self.sight.may("survey.edit", household):
            raise PermissionDenied("您没有填写该户年度信息的权限。")
        known = survey_for(household, year)
        survey = known or start_survey(household, year, actor=request.user)
        code = status.HTTP_200_OK if known else status.HTTP_201_CREATED
        return Response(self.told(self.one(survey.pk)), status=code)

    @extend_schema(summary="修改年度信息", request=SurveyPatchSerializer, responses=SurveySerializer)
    def partial_update(self, request, pk):
        """Merged by field with what others have saved meanwhile; 409 where both changed the same. Judged at once."""
        survey = self.one(pk)
        household = survey.household
        paper, changes, base = read_patch(SurveyPatchSerializer, request.data)
        self.require_fields(changes, self.sight.may_fill(household))
        with facts_in(SurveyFactsSerializer):
            merge_survey(
                survey,
                changes,
                base,
                actor=request.user,
                confirmed_jumps=paper.get("confirmed_jumps", ()),
                **self.paper(paper, household),
            )
        return Response(self.told(self.one(pk)))

    @extend_schema(summary="收入表", responses=IncomeSerializer)
    @action(detail=True, filterset_class=None)
    def income(self, request, pk):
        """Items and totals, yuan."""
        survey = self.one(pk)
        if not self.sight.whole(survey.household):
            raise PermissionDenied("行业部门人员只看本行业的指标，不看收入。")
        return Response(_sheet(survey))

    @extend_schema(summary="保存整张收入表", request=IncomePutSerializer, responses=IncomeSerializer)
    @income.mapping.put
    def save_income(self, request, pk):
        """Merged item by item with what others have saved meanwhile. Judged at once."""
        survey = self.one(pk)
        household = survey.household
        if not self.sight.may("income.edit", household):
            raise PermissionDenied("您没有填写该户收入的权限。")
        asked = IncomePutSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        with items_in():
            merge_income(
                survey,
                _lines(values["items"]),
                _lines(values["base"]["items"]),
                none_groups=values.get("none_groups", ()),
                base_none_groups=values["base"].get("none_groups", ()),
                actor=request.user,
                confirmed_jumps=values.get("confirmed_jumps", ()),
                **self.paper(values, household),
            )
        return Response(_sheet(self.one(pk)))


def _lines(items):
    return {key: (line["amount"], line["note"]) for key, line in items.items()}


def _sheet(survey: Survey) -> dict:
    stored = sheet_of(survey)
    totals = {field: getattr(survey, field) for field in GROUP_FIELDS.values()}
    found = {
        "survey": survey.pk,
        "year": survey.year,
        "version": survey.version,
        "items": {key: {"amount": amount, "note": note} for key, (amount, note) in stored.items()},
        "none_groups": sorted(none_groups_of(survey, stored)),
        "totals": totals,
        "net_income": net_of(totals),
    }
    return IncomeSerializer(found).data
