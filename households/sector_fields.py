"""Which facts of a year a bureau answers for (行业部门): what its officer sees of them and may fill in.

Everything else of a household is none of his business (practice.md, Privacy). A sector without an entry has no
indicator of its own.
"""

from collections.abc import Iterable

from households.indicators import INDICATORS

# Beside the facts that its indicator reads: what belongs to the same paper.
_BESIDE = {
    "housing": ("housing_guarantee", "housing_document", "housing_document_date", "rebuilt_year"),
    "water": ("water_source",),
    "power": ("has_production_power",),
    "transport": ("road_type", "road_distance_km"),
}
_OF_MEMBERS = {
    "education": (
        "education_level",
        "school_status",
        "school_name",
        "dropout_reason",
        "school_exemption",
        "graduated_grade_nine",
    ),
    "medical_insurance": (
        "resident_insurance",
        "employee_insurance",
        "serious_illness_insurance",
        "commercial_insurance",
    ),
}


def household_fields(sectors: Iterable[str]) -> frozenset[str]:
    """Fields of Survey that belong to these sectors."""
    wanted = set(sectors)
    read = {name for one in INDICATORS.values() if one.spec.sector in wanted for name in one.facts}
    return frozenset(read.union(*(_BESIDE.get(sector, ()) for sector in wanted)))


def member_fields(sectors: Iterable[str]) -> frozenset[str]:
    """Fields of MemberSurvey that belong to these sectors."""
    return frozenset(name for sector in set(sectors) for name in _OF_MEMBERS.get(sector, ()))
