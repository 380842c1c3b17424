"""The conditions a household lives in, by its survey of a year: section by section, with sources."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Field

from households.models import Household, Survey
from households.options.causes import CAUSES
from households.options.sources import SOURCES
from poverty.web.numbers import number_text

SECTIONS = (
    (
        "住房",
        "is_dangerous_house dangerous_grade housing_safety housing_guarantee housing_document"
        " housing_document_date rebuilt_year house_area house_structure built_year has_sanitary_toilet"
        " fuel_type",
    ),
    ("吃穿", "food_ok clothing_ok"),
    (
        "饮水、用电、广播电视、通路",
        "water_solved water_safe water_difficult water_source has_power has_production_power has_broadcasting"
        " road_reached road_type road_distance_km",
    ),
    (
        "土地",
        "cultivated_land irrigated_land forest_land returned_forest_land orchard_land pasture_land"
        " water_surface",
    ),
    ("产业", "has_industry in_cooperative led_by_enterprise led_by_entrepreneur industry_support"),
    (
        "易地搬迁",
        "is_relocated relocation_method resettlement_method resettlement_place relocation_difficulty",
    ),
)
# Empty means "as the natural village has it", not "nobody asked".
_INHERITED = {
    "water_solved",
    "water_safe",
    "water_difficult",
    "has_power",
    "has_broadcasting",
    "road_reached",
}
# Asked only of some households: empty is no gap.
_OPTIONAL = {
    "housing_safety",
    "housing_guarantee",
    "housing_document",
    "housing_document_date",
    "rebuilt_year",
    "industry_support",
    "relocation_method",
    "resettlement_method",
    "resettlement_place",
    "relocation_difficulty",
}


@dataclass(frozen=True)
class Fact:
    """One fact in words. `text` "" is not answered; `note`: why that is no gap; `source`: its origin."""

    label: str
    text: str
    source: str = ""
    note: str = ""


def sections(survey: Survey) -> list[tuple[str, list[Fact]]]:
    """The facts of a survey by section; what was not answered stays visible as such."""
    return [(title, [_fact(survey, name) for name in names.split()]) for title, names in SECTIONS]


def basics(household: Household) -> list[Fact]:
    """What is true of the household itself, not of a year. No phone and no bank account."""
    causes = "、".join(
        filter(None, [household.get_main_cause_display(), CAUSES.labels(household.other_causes)])
    )
    rows = [
        ("户编号", household.household_no or "", "国办系统尚未给号" if not household.household_no else ""),
        ("本系统编号", household.own_no, ""),
        ("家庭住址", household.address, ""),
        ("自然村/村民小组", household.settlement.name if household.settlement else "", ""),
        ("帮扶时期", household.get_regime_display(), ""),
        ("首次识别时间", _text(household.identified_on), ""),
        ("识别标准", household.get_identification_standard_display(), ""),
        ("贫困户属性", household.get_poor_attribute_display(), ""),
        ("致贫原因", causes, ""),
        ("计划脱贫年度", _year(household.planned_exit_year), "没有计划"),
        ("脱贫年度", _year(household.exit_year), "未脱贫"),
        ("是否军烈属", _text(household.is_military_family), ""),
        ("是否独生子女户/双女户", _text(household.is_family_planning_household), ""),
        ("开户银行", household.bank_name, ""),
    ]
    return [Fact(label, text, note="" if text else note) for label, text, note in rows]


def _fact(survey: Survey, name: str) -> Fact:
    field = Survey._meta.get_field(name)
    value = getattr(survey, name)
    if value in (None, ""):
        note = ""
        if name in _INHERITED:
            note = "随自然村"
        elif name in _OPTIONAL:
            note = "—"
        return Fact(_label(field), "", note=note)
    source = ""
    if survey.sources.get(name):
        key, day = survey.source_of(name)
        source = f"{SOURCES.label(key)} {day}".strip()
    return Fact(_label(field), _display(survey, field, value), source)


def _label(field: Field) -> str:
    return str(field.verbose_name).partition("（")[0]


def _unit(field: Field) -> str:
    return str(field.verbose_name).partition("（")[2].rstrip("）")


def _display(survey: Survey, field: Field, value) -> str:
    if field.choices:
        return str(getattr(survey, f"get_{field.name}_display")())
    if isinstance(value, Decimal):
        return f"{number_text(value)} {_unit(field)}".strip()
    return _text(value)


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _year(value: int | None) -> str:
    return f"{value}年" if value else ""
