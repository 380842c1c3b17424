"""What is given to OpenFisca: entities, the answers as enumerations, and the variables that are loaded."""

from datetime import date

from openfisca_core.entities import build_entity
from openfisca_core.model_api import ETERNITY, YEAR, Enum, Variable

Person = build_entity(key="person", plural="persons", label="成员", is_person=True)
Household = build_entity(
    key="household",
    plural="households",
    label="户",
    roles=[
        {"key": "head", "plural": "heads", "label": "户主"},
        {"key": "other", "plural": "others", "label": "其他成员"},
    ],
)


class Answer(Enum):
    unknown = "未填"
    no = "否"
    yes = "是"


class State(Enum):
    unmet = "未达标"
    unknown = "待核实"
    met = "达标"
    not_assessed = "不考核"


class SchoolStatus(Enum):
    unknown = "未填"
    not_at_school = "非在校生"
    preschool = "学前"
    enrolled = "小学及以上在校"


class EducationLevel(Enum):
    unknown = "未填"
    below = "初中以下"
    finished = "初中及以上"


class Dropout(Enum):
    none = "没有或其他原因"
    excused = "因病因残"


class Exemption(Enum):
    none = "没有"
    approved = "送教、缓学、休学、无学习能力"


class SpecialState(Enum):
    none = "没有"
    active_service = "现役军人"
    imprisoned = "服刑人员"
    missing = "失踪人员"


class DangerousGrade(Enum):
    unknown = "未鉴定"
    safe = "A级或B级"
    dangerous = "C级或D级"


class HousingSafety(Enum):
    none = "没有或鉴定安全"
    ends_danger = "改造安全、保障安全"


def _input(name, entity, value_type, values=None):
    """The class of a variable that is given, not computed; an enumeration's first value is its default."""
    attributes = {"value_type": value_type, "entity": entity, "definition_period": YEAR, "label": name}
    if values is not None:
        attributes |= {"possible_values": values, "default_value": next(iter(values))}
    return type(name, (Variable,), attributes)


class birth_date(Variable):
    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "出生日期，不详为 NaT"


class work_months(Variable):
    value_type = int
    default_value = -1
    entity = Person
    definition_period = YEAR
    label = "务工月数，未填为 -1"


INPUTS = (
    birth_date,
    work_months,
    _input("school_status", Person, Enum, SchoolStatus),
    _input("education_level", Person, Enum, EducationLevel),
    _input("dropout_reason", Person, Enum, Dropout),
    _input("school_exemption", Person, Enum, Exemption),
    _input("special_state", Person, Enum, SpecialState),
    *(
        _input(name, Person, Enum, Answer)
        for name in (
            "graduated_grade_nine",
            "resident_insurance",
            "employee_insurance",
            "resident_pension",
            "employee_pension",
            "receives_dibao",
            "receives_tekun",
        )
    ),
    *(
        _input(name, Household, int)
        for name in (
            "wage_income",
            "production_income",
            "property_income",
            "transfer_income",
            "production_expense",
        )
    ),
    _input("income_answered", Household, bool),
    _input("visited", Household, bool),
    _input("dangerous_grade", Household, Enum, DangerousGrade),
    _input("housing_safety", Household, Enum, HousingSafety),
    *(
        _input(name, Household, Enum, Answer)
        for name in (
            "food_ok",
            "clothing_ok",
            "is_dangerous_house",
            "water_solved",
            "has_power",
            "has_broadcasting",
            "road_reached",
            "has_industry",
            "supply_water",
            "supply_power",
            "supply_broadcasting",
            "supply_road",
        )
    ),
)
