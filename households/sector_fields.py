"""Which facts of a year a bureau answers for (行业部门): what its officer sees of them and may fill in.

Everything else of a household is none of his business (practice.md, Privacy). A sector without an entry has no
indicator of its own. The same as its page asks for (views/sector.py; a test compares the two).
"""

from collections.abc import Iterable

from households.forms.housing_and_life import HOUSING, WATER
from households.forms.member_facts import SCHOOL

_OF_HOUSEHOLDS = {
    "housing": HOUSING,
    "water": WATER,
    "power": ("has_power",),
    "broadcasting": ("has_broadcasting",),
    "transport": ("road_reached",),
}
_OF_MEMBERS = {
    "education": SCHOOL,
    "medical_insurance": ("resident_insurance", "employee_insurance", "serious_illness_insurance"),
}


def household_fields(sectors: Iterable[str]) -> frozenset[str]:
    """Fields of Survey that belong to these sectors."""
    return frozenset(name for sector in sectors for name in _OF_HOUSEHOLDS.get(sector, ()))


def member_fields(sectors: Iterable[str]) -> frozenset[str]:
    """Fields of MemberSurvey that belong to these sectors."""
    return frozenset(name for sector in sectors for name in _OF_MEMBERS.get(sector, ()))
