"""Villages: the register, the facts of a year, results, exits; who helps them, their workrooms, how teams did."""

from villages.enterprises.models import AgreementResult, EnterpriseAgreement
from villages.evaluations.models import Evaluation
from villages.models.assessment import INDICATOR_COLUMNS, VillageAssessment, VillageChange
from villages.models.exiting import Certificate, CheckItem, CheckSheet, ExitCase, Stage
from villages.models.village import Village, VillageAttributes, VillageListing
from villages.models.year import MEASURES, PARTS, VillageYear
from villages.posts.models import PostTemplate, TemplateRow, VillagePost
from villages.workrooms.models import Workroom, WorkroomFund, WorkroomStaff

__all__ = [
    "INDICATOR_COLUMNS",
    "MEASURES",
    "PARTS",
    "AgreementResult",
    "Certificate",
    "CheckItem",
    "CheckSheet",
    "EnterpriseAgreement",
    "Evaluation",
    "ExitCase",
    "PostTemplate",
    "Stage",
    "TemplateRow",
    "Village",
    "VillageAssessment",
    "VillageAttributes",
    "VillageChange",
    "VillageListing",
    "VillagePost",
    "VillageYear",
    "Workroom",
    "WorkroomFund",
    "WorkroomStaff",
]
