"""Housing, the four supplies, and what only a visit can tell (practice.md, Indicators)."""

from datetime import date

import pytest

from poverty.parameters.services import load_reference
from tests.factories.areas import make_area, make_settlement, make_settlement_fact
from tests.factories.households import VILLAGE, make_household
from tests.factories.parameters import make_parameter
from tests.households.verdicts import judge, judged_again, state

pytestmark = pytest.mark.django_db

PAPER = {"housing_document": "危改验收单", "housing_document_date": date(2017, 11, 1)}


def housing(safety="", dangerous=None, grade=""):
    survey = {"housing_safety": safety, "is_dangerous_house": dangerous, "dangerous_grade": grade}
    return state(make_household(survey=survey | (PAPER if safety else {})), "housing")


@pytest.mark.parametrize(
    ("dangerous", "grade", "expected"),
    [
        (None, "", "unknown"),
        (False, "", "unknown"),  # the flag alone, where no dated rule says that it is enough
        (True, "", "unmet"),
        (None, "a", "met"),
        (None, "b", "met"),
        (None, "c", "unmet"),
        (None, "d", "unmet"),
        (False, "a", "met"),
        (False, "b", "met"),
        (True, "c", "unmet"),
        (True, "d", "unmet"),
        # Flag and grade contradict each other.
        (False, "c", "unknown"),
        (False, "d", "unknown"),
        (True, "a", "unknown"),
        (True, "b", "unknown"),
    ],
)
def test_flag_and_grade(dangerous, grade, expected):
    assert housing("", dangerous, grade) == expected


@pytest.mark.parametrize(
    ("safety", "dangerous", "grade", "expected"),
    [
        ("graded", None, "a", "met"),
        ("graded", False, "b", "met"),
        ("graded", True, "b", "unknown"),  # an appraisal does not end the flag
        ("renovated", True, "d", "met"),
        ("renovated", True, "", "met"),
        ("renovated", None, "", "met"),
        ("renovated", False, "c", "met"),
        ("guaranteed", True, "c", "met"),
        ("guaranteed", None, "", "met"),
        ("guaranteed", False, "", "met"),
    ],
)
def test_three_kinds_of_safe(safety, dangerous, grade, expected):
    assert housing(safety, dangerous, grade) == expected


@pytest.mark.parametrize(("dangerous", "expected"), [(False, "met"), (True, "unmet"), (None, "unknown")])
def test_the_flag_alone_is_enough_where_a_dated_rule_says_so(dangerous, expected):
    make_parameter("housing.flag_alone_is_safe", "220503", date(2016, 1, 1), "是")
    assert housing("", dangerous) == expected


def test_a_rule_that_begins_after_the_period_does_not_count_yet():
    make_parameter("housing.flag_alone_is_safe", "220503", date(2018, 10, 1), "是")
    assert housing("", False) == "unknown"


def test_the_rule_leaves_a_contradiction_unknown():
    make_parameter("housing.flag_alone_is_safe", "220503", date(2016, 1, 1), "是")
    assert housing("", False, "d") == "unknown"


@pytest.mark.parametrize(("document", "expected"), [("", "unknown"), ("住房安全鉴定表 2018-007", "met")])
def test_a_grade_needs_its_document_where_a_dated_rule_asks_for_it(document, expected):
    make_parameter("housing.grade_alone_is_safe", "220503", date(2016, 1, 1), "否")
    survey = {"housing_safety": "graded", "dangerous_grade": "b", "housing_document": document}
    assert state(make_household(survey=survey), "housing") == expected


# --- supplies ---------------------------------------------------------------------------------------------

ANSWERS = {"power": "has_power", "broadcasting": "has_broadcasting", "road": "road_reached"}
UNANSWERED = {
    "water_solved": None,
    "water_safe": None,
    "water_difficult": None,
    **dict.fromkeys(ANSWERS.values()),
}


def settled(**survey):
    """A household in 一组, which answers nothing of its own unless told."""
    group = make_settlement(make_area(VILLAGE))
    return make_household(settlement=group, survey={**UNANSWERED, **survey}), group


@pytest.mark.parametrize("fact", list(ANSWERS))
@pytest.mark.parametrize(
    ("own", "group", "expected"),
    [
        (None, None, "unknown"),
        (None, True, "met"),
        (None, False, "unmet"),
        (True, None, "met"),
        (False, None, "unmet"),
        (False, True, "unmet"),  # the household's exception
        (True, False, "met"),
    ],
)
def test_a_household_has_what_its_settlement_has_unless_it_says_otherwise(fact, own, group, expected):
    household, settlement = settled(**{ANSWERS[fact]: own})
    make_settlement_fact(settlement, fact, group)
    assert state(household, fact) == expected


@pytest.mark.parametrize("fact", [*ANSWERS, "water"])
def test_nothing_recorded_anywhere_is_unknown(fact):
    household, _ = settled()
    assert state(household, fact) == "unknown"


@pytest.mark.parametrize("fact", [*ANSWERS, "water"])
def test_without_a_settlement_there_is_nothing_to_take_over(fact):
    make_settlement_fact(make_settlement(make_area(VILLAGE)), fact, True)
    household = make_household(survey=UNANSWERED)
    assert state(household, fact) == "unknown"


def test_facts_of_another_kind_or_settlement_do_not_count():
    household, settlement = settled()
    make_settlement_fact(settlement, "road", True)
    make_settlement_fact(make_settlement(make_area(VILLAGE), "二组"), "power", True)
    assert state(household, "power") == "unknown"


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (date(2018, 9, 30), None, "met"),  # from the last day of the period
        (date(2018, 10, 1), None, "unknown"),  # a day too late
        (date(2015, 1, 1), date(2018, 10, 1), "met"),
        (date(2015, 1, 1), date(2018, 9, 30), "unknown"),  # no longer on the last day
    ],
)
def test_what_holds_on_the_last_day_of_the_period_counts(begins, ends, expected):
    household, settlement = settled()
    make_settlement_fact(settlement, "water", True, valid_from=begins, valid_to=ends)
    assert state(household, "water") == expected


def test_each_year_takes_what_held_at_its_own_end():
    household, settlement = settled()
    make_settlement_fact(settlement, "road", False, valid_from=date(2015, 1, 1), valid_to=date(2018, 11, 1))
    make_settlement_fact(settlement, "road", True, valid_from=date(2018, 11, 1))
    assert state(household, "road") == "unmet"
    from_2019 = make_household(
        head="李秀英", settlement=settlement, year=2019, survey={**UNANSWERED}, members=()
    )
    assert state(from_2019, "road", 2019) == "met"


# --- water ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solved", "group", "expected"),
    [
        (True, None, "met"),
        (False, None, "unmet"),
        (None, True, "met"),
        (None, False, "unmet"),
        (False, True, "unmet"),
        (True, False, "met"),
        (None, None, "unknown"),
    ],
)
def test_water_from_2018_on_is_one_question(solved, group, expected):
    load_reference()
    # The two flags of earlier years say the opposite and are not asked.
    household, settlement = settled(water_solved=solved, water_safe=not solved, water_difficult=bool(solved))
    make_settlement_fact(settlement, "water", group)
    assert state(household, "water") == expected


@pytest.mark.parametrize(
    ("safe", "difficult", "group", "expected"),
    [
        (True, False, None, "met"),
        (False, False, None, "unmet"),
        (True, True, None, "unmet"),
        (False, True, None, "unmet"),
        (False, None, None, "unmet"),
        (None, True, None, "unmet"),
        (True, None, None, "unknown"),
        (None, False, None, "unknown"),
        (None, None, None, "unknown"),
        (None, None, True, "met"),
        (None, None, False, "unmet"),
        (False, False, True, "unmet"),  # the household's exception
        (True, False, False, "met"),
    ],
)
def test_water_before_2018_is_two_questions(safe, difficult, group, expected):
    load_reference()
    settlement = make_settlement(make_area(VILLAGE))
    make_settlement_fact(settlement, "water", group, valid_from=date(2016, 1, 1))
    household = make_household(
        year=2017,
        settlement=settlement,
        # The question of later years says the opposite and is not asked.
        survey={"water_solved": not safe, "water_safe": safe, "water_difficult": difficult},
    )
    assert state(household, "water", 2017) == expected


# --- what only a visit tells ------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "field"), [("food", "food_ok"), ("clothing", "clothing_ok")])
@pytest.mark.parametrize(
    ("visited", "answer", "expected"),
    [
        (date(2018, 9, 20), True, "met"),
        (date(2018, 9, 20), False, "unmet"),
        (date(2018, 9, 20), None, "unknown"),
        (None, True, "unknown"),
        (None, False, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_food_and_clothing_are_known_from_a_visit_only(code, field, visited, answer, expected):
    assert state(make_household(survey={"visited_on": visited, field: answer}), code) == expected


def test_a_household_nobody_visited_is_unknown_in_these_three_and_in_no_other():
    result = judge(make_household(survey={"visited_on": None}))
    assert (result.food, result.clothing, result.stable_income) == (1, 1, 1)
    assert {result.income, result.medical, result.housing, result.water, result.road} == {2}
    assert judged_again(result.household).verdict == 1
