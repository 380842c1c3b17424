"""The register, the yearly facts and the results of judging."""

from households.benefits.models import (
    Benefit,
    BenefitIncome,
    Job,
    Loan,
    LoanRepayment,
    Policy,
    SolarShare,
    SolarStation,
    Trainee,
    Training,
)
from households.duties.models import DiaryNote, Duty, DutyRecord, HelpAction, Leave, Presence
from households.entries.models import EntryCase, EntryComparison, EntryRefusal
from households.gaps.models_gaps import Gap, GapResponsibility
from households.gaps.models_measures import HelpPlan, Measure
from households.gaps.models_needs import Need
from households.goods.models import GoodsEntry, GoodsTemplate
from households.helping.models import CadreAttendance, CadreTraining, Responsibility
from households.models.archive import ArchiveFile, HandbookLabel
from households.models.assessment import (
    INDICATOR_COLUMNS,
    Assessment,
    AssessmentChange,
    AssessmentRun,
    LeftOut,
)
from households.models.change import RegisterChange
from households.models.clue import Clue
from households.models.desk import DeskDecision, DeskOpened
from households.models.exits import (
    BureauConfirmation,
    ExitCase,
    ExitCheck,
    ExitObstacle,
    ExitSignature,
)
from households.models.finding import CheckCount, CheckRun, Finding, FindingAnswer
from households.models.household import Household, HouseholdPlace, HouseholdStatus, Monitoring, Pairing
from households.models.member import Headship, Member, Membership
from households.models.monitoring import CaseComparison, CaseRisk, MonitoringCase
from households.models.national import NationalGap, NationalRecord
from households.models.request import (
    RecurringRequest,
    RequestMapping,
    RequestPart,
    RequestRow,
    TableRequest,
)
from households.models.round import MonitoringRound, MustVisit, RoundCoverage, RoundVisit
from households.models.staged import IncomingRow
from households.models.survey import IncomeItem, MemberSurvey, Survey
from households.models.years import CountyYear
from households.relocation.applications.models import RelocationApplication, RelocationMover
from households.relocation.models import RelocationCharge
from households.sales.models import SaleAgreement, SaleResult
from households.sheets.models import SheetBundle, VisitSheet
from households.steps.models import StepDone, StepMethod
from households.students.models import School, SchoolHead, Teacher, TeacherAct, TeacherPairing
from households.visits.models import Visit, VisitAmount, VisitFact, VisitPhoto, VisitTemplate
from households.visits.models_rechecks import VisitRecheck
from households.visits.models_unsent import UnsentVisits

__all__ = [
    "INDICATOR_COLUMNS",
    "ArchiveFile",
    "Assessment",
    "AssessmentChange",
    "AssessmentRun",
    "Benefit",
    "BenefitIncome",
    "BureauConfirmation",
    "CadreAttendance",
    "CadreTraining",
    "CaseComparison",
    "CaseRisk",
    "CheckCount",
    "CheckRun",
    "Clue",
    "CountyYear",
    "DeskDecision",
    "DeskOpened",
    "DiaryNote",
    "Duty",
    "DutyRecord",
    "EntryCase",
    "EntryComparison",
    "EntryRefusal",
    "ExitCase",
    "ExitCheck",
    "ExitObstacle",
    "ExitSignature",
    "Finding",
    "FindingAnswer",
    "Gap",
    "GapResponsibility",
    "GoodsEntry",
    "GoodsTemplate",
    "HandbookLabel",
    "Headship",
    "HelpAction",
    "HelpPlan",
    "Household",
    "HouseholdPlace",
    "HouseholdStatus",
    "IncomeItem",
    "IncomingRow",
    "Job",
    "Leave",
    "LeftOut",
    "Loan",
    "LoanRepayment",
    "Measure",
    "Member",
    "MemberSurvey",
    "Membership",
    "Monitoring",
    "MonitoringCase",
    "MonitoringRound",
    "MustVisit",
    "NationalGap",
    "NationalRecord",
    "Need",
    "Pairing",
    "Policy",
    "Presence",
    "RecurringRequest",
    "RegisterChange",
    "RelocationApplication",
    "RelocationCharge",
    "RelocationMover",
    "RequestMapping",
    "RequestPart",
    "RequestRow",
    "Responsibility",
    "RoundCoverage",
    "RoundVisit",
    "SaleAgreement",
    "SaleResult",
    "School",
    "SchoolHead",
    "SheetBundle",
    "SolarShare",
    "SolarStation",
    "StepDone",
    "StepMethod",
    "Survey",
    "TableRequest",
    "Teacher",
    "TeacherAct",
    "TeacherPairing",
    "Trainee",
    "Training",
    "UnsentVisits",
    "Visit",
    "VisitAmount",
    "VisitFact",
    "VisitPhoto",
    "VisitRecheck",
    "VisitSheet",
    "VisitTemplate",
]
