"""The household indicators as an OpenFisca tax-benefit system: entities, dated parameters, vectorised formulas.

What households/indicators.py says as ORM expressions stands here as OpenFisca would have it: answers and states
are enumerations, so that "not answered" is never "no"; money is whole fen in integers, because OpenFisca's floats
are single precision and would round a year's income.
"""

from datetime import date, timedelta

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.model_api import ETERNITY, YEAR, Enum, ParameterNode, Variable, select
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

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

PARAMETERS = {
    "accounting": {"month": 9, "day": 30},
    "income": {"line": 353_500},  # fen
    "education": {"month": 9, "day": 1, "start_age": 6, "end_age": 15, "finished_age": 14},
    "medical": {"newborn_grace_days": 90},
    "stable": {"months": 6, "adult_age": 16, "pension_age": 60},
}


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


UNMET, UNKNOWN, MET, NOT_ASSESSED = (one.index for one in State)
INDICATORS = (
    "income",
    "food",
    "clothing",
    "education",
    "medical",
    "housing",
    "water",
    "power",
    "broadcasting",
    "road",
    "stable_income",
)


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


def _born(day: date, years: int):
    """Born on this day or before: that many years old by `day`."""
    try:
        then = day.replace(year=day.year - years)
    except ValueError:
        then = day.replace(year=day.year - years, day=28)
    return numpy.datetime64(then)


def _day(period, node) -> date:
    return date(period.start.year, node.month, node.day)


def state_of(entity):
    """Make a formula the variable of its name, whose values are states."""

    def variable(formula, name=""):
        attributes = {
            "value_type": Enum,
            "possible_values": State,
            "default_value": State.unknown,
            "entity": entity,
            "definition_period": YEAR,
            "label": name or formula.__name__,
            "formula": formula,
        }
        return type(name or formula.__name__, (Variable,), attributes)

    return variable


@state_of(Person)
def schooling(person, period, parameters):
    rules = parameters(period).education
    day = _day(period, rules)
    born = person("birth_date", period)
    status = person("school_status", period)
    level = person("education_level", period)
    graduated = person("graduated_grade_nine", period)
    away = status == SchoolStatus.not_at_school
    leaver = away & (born <= _born(day, rules.finished_age))
    may_have_finished = level != EducationLevel.below
    says_so = graduated == Answer.yes
    return select(
        [
            numpy.isnat(born),
            (born <= _born(day, rules.end_age + 1)) | (born > _born(day, rules.start_age)),
            person("school_exemption", period) == Exemption.approved,
            status == SchoolStatus.enrolled,
            away & (person("dropout_reason", period) == Dropout.excused),
            leaver & may_have_finished & says_so,
            leaver & says_so,
            leaver & may_have_finished & (graduated == Answer.unknown),
            away,
        ],
        [UNKNOWN, NOT_ASSESSED, MET, MET, MET, MET, UNKNOWN, UNKNOWN, UNMET],
        default=UNKNOWN,
    )


@state_of(Person)
def insurance(person, period, parameters):
    resident = person("resident_insurance", period)
    employee = person("employee_insurance", period)
    born = person("birth_date", period)
    grace = timedelta(days=parameters(period).medical.newborn_grace_days)
    newborn_from = numpy.datetime64(_day(period, parameters(period).accounting) - grace)
    return select(
        [
            person("special_state", period) != SpecialState.none,
            (resident == Answer.yes) | (employee == Answer.yes),
            born >= newborn_from,
            ~numpy.isnat(born) & (resident == Answer.no) & (employee == Answer.no),
        ],
        [NOT_ASSESSED, MET, NOT_ASSESSED, UNMET],
        default=UNKNOWN,
    )


@state_of(Person)
def earning(person, period, parameters):
    rules = parameters(period).stable
    day = _day(period, parameters(period).accounting)
    born = person("birth_date", period)
    months = person("work_months", period)
    dibao = person("receives_dibao", period)
    tekun = person("receives_tekun", period)
    resident = person("resident_pension", period)
    employee = person("employee_pension", period)
    old = born <= _born(day, rules.pension_age)
    answered = (months >= 0) & (dibao == Answer.no) & (tekun == Answer.no)
    no_pension = (resident == Answer.no) & (employee == Answer.no)
    return select(
        [
            (dibao == Answer.yes) | (tekun == Answer.yes),
            born > _born(day, rules.adult_age),
            months >= rules.months,
            old & ((resident == Answer.yes) | (employee == Answer.yes)),
            ~numpy.isnat(born) & answered & (~old | no_pension),
        ],
        [MET, NOT_ASSESSED, MET, MET, UNMET],
        default=UNKNOWN,
    )


class net_income_per_head(Variable):
    value_type = int
    entity = Household
    definition_period = YEAR
    label = "人均纯收入，分，四舍五入；income_answered 为否时无意义"

    def formula(household, period):
        net = -household("production_expense", period).astype("int64")
        for group in ("wage_income", "production_income", "property_income", "transfer_income"):
            net += household(group, period)
        heads = household.nb_persons().astype("int64")
        return numpy.sign(net) * ((2 * abs(net) + heads) // (2 * heads))


@state_of(Household)
def income(household, period, parameters):
    over = household("net_income_per_head", period) > parameters(period).income.line
    return select([~household("income_answered", period), over], [UNKNOWN, MET], default=UNMET)


def _answered(answer):
    return select([answer == Answer.yes, answer == Answer.no], [MET, UNMET], default=UNKNOWN)


def _seen_at_home(name):
    def formula(household, period):
        state = _answered(household(name, period))
        return numpy.where(household("visited", period), state, UNKNOWN)

    return formula


def _own_or_supplied(own_name, supply_name):
    def formula(household, period):
        own, supply = household(own_name, period), household(supply_name, period)
        return numpy.where(own == Answer.unknown, _answered(supply), _answered(own))

    return formula


def _no_bad_member(name):
    def formula(household, period):
        states = household.members(name, period)
        return select(
            [household.any(states == one) for one in (State.unmet, State.unknown, State.met)],
            [UNMET, UNKNOWN, MET],
            default=NOT_ASSESSED,
        )

    return formula


@state_of(Household)
def housing(household, period):
    danger = household("is_dangerous_house", period)
    grade = household("dangerous_grade", period)
    safe, dangerous = grade == DangerousGrade.safe, grade == DangerousGrade.dangerous
    return select(
        [
            household("housing_safety", period) == HousingSafety.ends_danger,
            (danger == Answer.yes) & safe,
            (danger == Answer.no) & dangerous,
            (danger == Answer.yes) | dangerous,
            safe | (danger == Answer.no),
        ],
        [MET, UNKNOWN, UNKNOWN, UNMET, MET],
        default=UNKNOWN,
    )


@state_of(Household)
def stable_income(household, period):
    industry = household("has_industry", period)
    members = household.members("earning", period)
    return select(
        [
            ~household("visited", period),
            (industry == Answer.yes) | household.any(members == State.met),
            (industry == Answer.unknown) | household.any(members == State.unknown),
        ],
        [UNKNOWN, MET, UNKNOWN],
        default=UNMET,
    )


@state_of(Household)
def verdict(household, period):
    states = [household(name, period) for name in INDICATORS]
    return select(
        [
            numpy.logical_or.reduce([one == State.unmet for one in states]),
            numpy.logical_or.reduce([one == State.unknown for one in states]),
        ],
        [UNMET, UNKNOWN],
        default=MET,
    )


def _state(name, formula):
    return state_of(Household)(formula, name)


STATES = (
    income,
    _state("food", _seen_at_home("food_ok")),
    _state("clothing", _seen_at_home("clothing_ok")),
    _state("education", _no_bad_member("schooling")),
    _state("medical", _no_bad_member("insurance")),
    housing,
    _state("water", _own_or_supplied("water_solved", "supply_water")),
    _state("power", _own_or_supplied("has_power", "supply_power")),
    _state("broadcasting", _own_or_supplied("has_broadcasting", "supply_broadcasting")),
    _state("road", _own_or_supplied("road_reached", "supply_road")),
    stable_income,
    verdict,
)


def system(since: int) -> TaxBenefitSystem:
    """The tax-benefit system, its parameters in force from a year on."""
    found = TaxBenefitSystem([Person, Household])
    found.parameters = ParameterNode(
        "",
        data={
            group: {name: {"values": {f"{since}-01-01": {"value": value}}} for name, value in values.items()}
            for group, values in PARAMETERS.items()
        },
    )
    for variable in (*INPUTS, schooling, insurance, earning, net_income_per_head, *STATES):
        found.add_variable(variable)
    return found
