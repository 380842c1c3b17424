"""The household indicators as an OpenFisca tax-benefit system: dated parameters and vectorised formulas.

What households/indicators.py says as ORM expressions stands here as OpenFisca would have it: answers and states
are enumerations, so that "not answered" is never "no"; money is whole fen in integers, because OpenFisca's floats
are single precision and would round a year's income.
"""

from datetime import date, timedelta

import numpy
from openfisca_core.model_api import YEAR, Enum, ParameterNode, Variable, select
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from tests.bench.openfisca.inputs import (
    INPUTS,
    Answer,
    DangerousGrade,
    Dropout,
    EducationLevel,
    Exemption,
    Household,
    HousingSafety,
    Person,
    SchoolStatus,
    SpecialState,
    State,
)

PARAMETERS = {
    "accounting": {"month": 9, "day": 30},
    "income": {"line": 353_500},  # fen
    "education": {"month": 9, "day": 1, "start_age": 6, "end_age": 15, "finished_age": 14},
    "medical": {"newborn_grace_days": 90},
    "stable": {"months": 6, "adult_age": 16, "pension_age": 60},
}


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
