"""Thresholds are parameters of the county: each moves its check when it is changed."""

from datetime import date

import pytest

from households.checks.registry import ALL, PARAMETERS
from poverty.parameters.definitions import DEFINITIONS
from tests.actors import COUNTY_A
from tests.factories.checks import codes_of
from tests.factories.parameters import make_parameter
from tests.households.checks.cases import Case, child, grown_up

pytestmark = pytest.mark.django_db

_WORKERS = [grown_up(30), grown_up(31)]
_NO_LABOUR = {"facts": {"labour_skill": "none"}}
_IDLE = {"facts": {"work_months": 0, "work_place": ""}}


def _land(field, value):
    return {"survey": {field: value}}


# Parameter, value that turns the check round, check, household, and whether the check holds by default.
TURNS = [
    ("check.household_size", "2", "household.many_members", {"people": [grown_up(30)]}, False),
    (
        "check.workers_with_labour_cause",
        "4",
        "reason.labour",
        {"household": {"main_cause": "labour"}, "people": _WORKERS},
        True,
    ),
    (
        "check.schooling_needs_senior",
        "是",
        "reason.schooling",
        {"household": {"main_cause": "schooling"}, "people": [child(10)]},
        False,
    ),
    (
        "check.dibao_minimum",
        "200",
        "allowance.dibao_small",
        {"household": {"poor_attribute": "allowance_poor"}, "items": {"transfer_allowance": 150}},
        False,
    ),
    (
        "dibao.line",
        "3000",
        "allowance.dibao_over_line",
        {"people": [grown_up(60, facts={"receives_dibao": True})], "items": {"transfer_allowance": 3300}},
        False,
    ),
    (
        "check.destitute_worker_age",
        "65",
        "allowance.destitute_with_worker",
        {"household": {"poor_attribute": "five_guarantees_poor"}, "head": {"birth_date": date(1955, 1, 1)}},
        False,
    ),
    (
        "check.labour_age_from",
        "18",
        "labour.too_young",
        {"people": [child(17, facts={"labour_skill": "weak"})]},
        False,
    ),
    ("check.labour_age_to", "60", "labour.healthy_without", {"people": [grown_up(62, **_NO_LABOUR)]}, True),
    (
        "check.senior_school_age",
        "15",
        "school.senior_too_young",
        {"people": [child(15, facts={"school_status": "high_1"})]},
        False,
    ),
    ("check.primary_school_age", "14", "school.primary_too_old", {"people": [child(15)]}, False),
    (
        "check.student_age",
        "40",
        "school.student_too_old",
        {"people": [child(35, facts={"school_status": "postgraduate"})]},
        True,
    ),
    (
        "check.school_age_to",
        "15",
        "school.healthy_not_at_school",
        {"people": [child(15, facts={"school_status": "not_at_school"})]},
        False,
    ),
    (
        "education.start_age",
        "7",
        "school.healthy_not_at_school",
        {"people": [child(6, facts={"school_status": "not_at_school"})]},
        True,
    ),
    (
        "check.pension_age",
        "55",
        "pension.missing",
        {"people": [grown_up(57)], "survey": {"transfer_income": 0}},
        False,
    ),
    ("check.cultivated_land", "20", "land.cultivated", _land("cultivated_land", 15), True),
    ("check.cultivated_land_per_head", "10", "land.cultivated_per_head", _land("cultivated_land", 15), False),
    ("check.forest_land", "20", "land.forest", _land("forest_land", 30), False),
    ("check.forest_land_per_head", "20", "land.forest_per_head", _land("forest_land", 30), False),
    ("check.water_surface", "20", "land.water_surface", _land("water_surface", 30), False),
    ("check.pasture_land", "20", "land.pasture", _land("pasture_land", 30), False),
    ("check.orchard_land", "20", "land.orchard", _land("orchard_land", 30), False),
    ("check.road_distance", "5", "road.far", _land("road_distance_km", 3), True),
    ("check.road_distance_limit", "20", "road.too_far", _land("road_distance_km", 30), False),
    ("check.house_area", "300", "housing.large", _land("house_area", 400), False),
    ("housing.minimum_area", "20", "housing.small", _land("house_area", 15), False),
    ("income.small_group", "200", "work.wage_small", {"survey": {"wage_income": 150}}, False),
    ("income.small_pension", "100", "pension.small", {"items": {"transfer_pension": 80}}, False),
    ("income.low_per_head", "3000", "income.low", {"survey": {"wage_income": 0}}, False),
    ("income.high_per_head", "10000", "income.high", {}, False),
    ("income.limit_per_head", "11000", "income.beyond_limit", {}, False),
    ("income.high_not_exited", "11000", "income.high_not_exited", {}, False),
    ("line.exit", "13000", "exited.income", {"household": {"status": "exited", "kind": "exited"}}, False),
    (
        "line.monitoring",
        "6000",
        "monitoring.above_range",
        {"household": {"kind": "exited", "status": "exited"}, "monitoring": {}},
        False,
    ),
    (
        "income.high_monitored",
        "30000",
        "monitoring.high_income",
        {
            "survey": {"wage_income": 20000},
            "monitoring": {},
            "also": ("check.monitoring_high_income_since", "2018"),
        },
        True,
    ),
    (
        "check.monitoring_high_income_since",
        "2018",
        "monitoring.high_income",
        {"survey": {"wage_income": 20000}, "monitoring": {}},
        False,
    ),
    (
        "check.monitoring_helped_months",
        "1",
        "monitoring.helped_too_soon",
        {"monitoring": {"removed_on": date(2018, 2, 20), "removal_method": "by_help"}},
        True,
    ),
    (
        "check.monitoring_observed_months",
        "3",
        "monitoring.observed_too_short",
        {"monitoring": {"removed_on": date(2018, 5, 1), "removal_method": "natural"}},
        True,
    ),
    (
        "register.without_number_days",
        "1000",
        "id.missing",
        {"people": [grown_up(2, identity=None)]},
        True,
    ),
    (
        "water.criteria",
        "two_fields",
        "exited.water",
        {
            "household": {"status": "exited", "kind": "exited"},
            "survey": {"water_solved": True, "water_difficult": True},
        },
        False,
    ),
]


@pytest.mark.parametrize(
    ("code", "value", "check", "spoilt", "holds"), TURNS, ids=[turn[0] for turn in TURNS]
)
def test_a_threshold_moves_its_check(code, value, check, spoilt, holds):
    spoilt = dict(spoilt)
    if also := spoilt.pop("also", None):
        make_parameter(also[0], COUNTY_A, value=also[1])
    household = Case(check, "", **spoilt).build()
    assert (check in codes_of(household)) is holds
    make_parameter(code, COUNTY_A, value=value)
    assert (check in codes_of(household)) is not holds


def test_every_threshold_is_tested_and_exists():
    assert {turn[0] for turn in TURNS} == PARAMETERS
    assert set(DEFINITIONS) >= PARAMETERS
    assert {code for code in DEFINITIONS if code.startswith("check.")} <= PARAMETERS


def test_a_check_names_the_thresholds_it_reads():
    """`parameters` is what the page shows: leaving one out of the terms must fail."""
    for check in ALL:
        terms = _Terms(set(check.parameters))
        check.condition(terms)


class _Rules:
    water_by_two_flags = False


class _Terms:
    """Terms that know nothing but the parameters that a check names."""

    period_to = date(2018, 9, 30)
    rules = _Rules()

    def __init__(self, known):
        self.known = known

    def __getitem__(self, code):
        assert code in self.known, f"{code} is read and not named"
        return DEFINITIONS[code].default

    def aged(self, age):
        return date(2018 - age, 9, 30)

    older_than = pupil_aged = pupil_older_than = aged
