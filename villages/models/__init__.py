"""Villages: the register, the facts of a year, results, exits."""

from villages.models.assessment import INDICATOR_COLUMNS, VillageAssessment, VillageChange
from villages.models.exiting import Certificate, CheckItem, CheckSheet, ExitCase, Stage
from villages.models.village import Village, VillageAttributes, VillageListing
from villages.models.year import MEASURES, PARTS, VillageYear
from villages.posts.models import PostTemplate, TemplateRow, VillagePost

__all__ = [
    "INDICATOR_COLUMNS",
    "MEASURES",
    "PARTS",
    "Certificate",
    "CheckItem",
    "CheckSheet",
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
]
