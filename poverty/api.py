"""Every address below /api/v1/, wired in one place."""

from functools import lru_cache

from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from households.api.benefits import (
    BenefitViewSet,
    EmploymentViewSet,
    LoanViewSet,
    PolicyViewSet,
    TraineeViewSet,
)
from households.api.desk import DeskCaseViewSet, DeskListViewSet
from households.api.duties import ObligationViewSet, PresenceViewSet
from households.api.entries import EntryViewSet
from households.api.exits import ExitViewSet
from households.api.findings import FindingViewSet
from households.api.gaps import GapViewSet, MeasureViewSet, NeedViewSet
from households.api.households import HouseholdViewSet
from households.api.members import MemberSurveyListViewSet, MemberViewSet, MemberYearViewSet
from households.api.monitoring import ClueViewSet, MonitoringCaseViewSet, MonitoringViewSet
from households.api.requests import TablePartViewSet, TableRowViewSet, TableViewSet
from households.api.results import AssessmentViewSet, RunViewSet
from households.api.surveys import SurveyViewSet
from households.api.visits import (
    SessionView,
    VisitAnswerView,
    VisitPhotoGoneView,
    VisitPhotoView,
    VisitSyncView,
    VisitUnsentView,
)
from households.goods.api import GoodsEntryViewSet
from households.helping.api import PairingViewSet, ResponsibilityViewSet
from households.relocation.api import RelocationChargeViewSet
from households.relocation.applications.api import RelocationApplicationViewSet
from households.sales.api import SaleAgreementViewSet
from households.students.api import TeacherPairingViewSet
from poverty.areas.api import AreaViewSet
from poverty.jobs.api import JobViewSet
from poverty.review.api import MeetingViewSet, NoticeViewSet, ObjectionViewSet, RosterViewSet
from poverty.standards.api import StandardViewSet
from poverty.web.api_views import ApiView
from poverty.web.rights import signed_in
from villages.api.teams import AgreementViewSet, EvaluationViewSet, WorkroomViewSet
from villages.api.villages import (
    VillageAssessmentViewSet,
    VillageExitViewSet,
    VillagePostViewSet,
    VillageViewSet,
    VillageYearViewSet,
)

app_name = "api"


@signed_in
class SchemaViewSet(ApiView):
    """The OpenAPI document of this API, as JSON or YAML."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer, JSONRenderer]
    pagination_class = None

    @extend_schema(exclude=True)
    def retrieve(self, request):
        """The same as docs/api.yaml."""
        return Response(_document())


@lru_cache(maxsize=1)
def _document() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


router = SimpleRouter()
router.register("areas", AreaViewSet, basename="area")
router.register("households", HouseholdViewSet, basename="household")
router.register("members", MemberViewSet, basename="member")
router.register("member-surveys", MemberSurveyListViewSet, basename="member-survey")
router.register("surveys", SurveyViewSet, basename="survey")
router.register("assessments", AssessmentViewSet, basename="assessment")
router.register("standards", StandardViewSet, basename="standard")
router.register("exits", ExitViewSet, basename="exit")
router.register("desk-cases", DeskCaseViewSet, basename="desk-case")
router.register("desk-lists", DeskListViewSet, basename="desk-list")
router.register("findings", FindingViewSet, basename="finding")
router.register("policies", PolicyViewSet, basename="policy")
router.register("benefits", BenefitViewSet, basename="benefit")
router.register("loans", LoanViewSet, basename="loan")
router.register("trainees", TraineeViewSet, basename="trainee")
router.register("employments", EmploymentViewSet, basename="employment")
router.register("entries", EntryViewSet, basename="entry")
router.register("tables", TableViewSet, basename="table")
router.register("table-parts", TablePartViewSet, basename="table-part")
router.register("table-rows", TableRowViewSet, basename="table-row")
router.register("rosters", RosterViewSet, basename="roster")
router.register("meetings", MeetingViewSet, basename="meeting")
router.register("notices", NoticeViewSet, basename="notice")
router.register("objections", ObjectionViewSet, basename="objection")
router.register("villages", VillageViewSet, basename="village")
router.register("village-years", VillageYearViewSet, basename="village-year")
router.register("village-assessments", VillageAssessmentViewSet, basename="village-assessment")
router.register("village-exits", VillageExitViewSet, basename="village-exit")
router.register("gaps", GapViewSet, basename="gap")
router.register("measures", MeasureViewSet, basename="measure")
router.register("needs", NeedViewSet, basename="need")
router.register("pairings", PairingViewSet, basename="pairing")
router.register("teacher-pairings", TeacherPairingViewSet, basename="teacher-pairing")
router.register("relocation-charges", RelocationChargeViewSet, basename="relocation-charge")
router.register("sale-agreements", SaleAgreementViewSet, basename="sale-agreement")
router.register("relocation-applications", RelocationApplicationViewSet, basename="relocation-application")
router.register("goods-entries", GoodsEntryViewSet, basename="goods-entry")
router.register("responsibilities", ResponsibilityViewSet, basename="responsibility")
router.register("village-posts", VillagePostViewSet, basename="village-post")
router.register("village-workrooms", WorkroomViewSet, basename="village-workroom")
router.register("village-evaluations", EvaluationViewSet, basename="village-evaluation")
router.register("enterprise-agreements", AgreementViewSet, basename="enterprise-agreement")
router.register("clues", ClueViewSet, basename="clue")
router.register("monitoring", MonitoringViewSet, basename="monitoring")
router.register("monitoring-cases", MonitoringCaseViewSet, basename="monitoring-case")
router.register("duties", ObligationViewSet, basename="duty")
router.register("presence", PresenceViewSet, basename="presence")
router.register("runs", RunViewSet, basename="run")
router.register("jobs", JobViewSet, basename="job")

_member_year = MemberYearViewSet.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("schema/", SchemaViewSet.as_view({"get": "retrieve"}), name="schema"),
    path("session", SessionView.as_view({"get": "session"}), name="session"),
    path("visits/pack", VisitSyncView.as_view({"get": "pack"}), name="visit-pack"),
    path("visits/sync", VisitSyncView.as_view({"post": "sync"}), name="visit-sync"),
    path("visits/unsent", VisitUnsentView.as_view({"put": "say"}), name="visit-unsent"),
    path("visits/<uuid:identity>", VisitAnswerView.as_view({"get": "answer"}), name="visit-answer"),
    path(
        "visits/<uuid:identity>/photos/<uuid:photo>",
        VisitPhotoView.as_view({"get": "get", "put": "put"}),
        name="visit-photo",
    ),
    path(
        "visits/<uuid:identity>/photos/<uuid:photo>/replacement",
        VisitPhotoGoneView.as_view({"post": "replace"}),
        name="visit-photo-replace",
    ),
    path(
        "visits/<uuid:identity>/photos/<uuid:photo>/give-up",
        VisitPhotoGoneView.as_view({"post": "give_up"}),
        name="visit-photo-give-up",
    ),
    path("members/<int:pk>/surveys/<int:year>/", _member_year, name="member-year"),
    *router.urls,
]
