"""Education, medical insurance and stable income: a table per member, then what members make of a household.

Expected values by hand from practice.md, Indicators. The year is 2018: children are counted by their age on
1 September 2018, everything else by 30 September 2018.
"""

from datetime import date

import pytest

from households.options.school_exemptions import SCHOOL_EXEMPTIONS
from households.options.school_status import SCHOOL_STATUSES
from tests.factories.households import make_household, make_member, make_year
from tests.factories.parameters import make_parameter
from tests.households.verdicts import judge, judged_again, state

pytestmark = pytest.mark.django_db

EIGHT = date(2010, 5, 1)  # eight years old on 1 September 2018
FOURTEEN = date(2004, 9, 1)  # fourteen that very day
NOBODY_SAYS = {
    "school_status": "",
    "education_level": "",
    "work_months": None,
    "resident_insurance": None,
    "employee_insurance": None,
    "resident_pension": None,
    "employee_pension": None,
    "receives_dibao": None,
    "receives_tekun": None,
}


def household_with_child(birth_date=EIGHT, *, facts=None, **fields):
    return make_household(members=[{"name": "王小宝", "birth_date": birth_date, "facts": facts, **fields}])


def schooling(birth_date=EIGHT, **facts):
    """The education of a household whose only child has these facts, and nothing else known of him."""
    return state(household_with_child(birth_date, facts={**NOBODY_SAYS, **facts}), "education")


# --- education --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", [one.key for one in SCHOOL_STATUSES if one.stage in {"primary", "junior", "senior", "higher"}]
)
def test_a_child_at_school_is_reached(status):
    assert schooling(school_status=status) == "met"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "unknown"),
        ({"school_status": "preschool"}, "unknown"),
        ({"school_status": "preschool_age"}, "unknown"),
        ({"school_status": "not_at_school"}, "unmet"),
        ({"school_status": "not_at_school", "dropout_reason": "weary"}, "unmet"),
        ({"school_status": "not_at_school", "dropout_reason": "poverty"}, "unmet"),
        ({"school_status": "not_at_school", "dropout_reason": "other"}, "unmet"),
        ({"school_status": "not_at_school", "dropout_reason": "illness"}, "met"),
        ({"school_status": "not_at_school", "dropout_reason": "disability"}, "met"),
        ({"school_status": "not_at_school", "dropout_reason": "illness_or_disability"}, "met"),
        # A reason without an answer about school says nothing.
        ({"dropout_reason": "illness"}, "unknown"),
        ({"dropout_reason": "weary"}, "unknown"),
    ],
)
def test_a_child_of_eight(facts, expected):
    assert schooling(**facts) == expected


@pytest.mark.parametrize("exemption", SCHOOL_EXEMPTIONS.keys)
@pytest.mark.parametrize("status", ["", "not_at_school", "preschool"])
def test_what_the_education_bureau_approved_is_reached(exemption, status):
    assert schooling(school_status=status, school_exemption=exemption) == "met"


def test_nothing_recorded_for_the_year_is_unknown():
    household = make_household(members=[{"name": "王小宝", "birth_date": EIGHT, "facts": False}])
    assert state(household, "education") == "unknown"


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [
        (date(2012, 9, 1), "unmet"),  # six on the day
        (date(2012, 9, 2), "not assessed"),  # six a day later
        (date(2002, 9, 2), "unmet"),  # still fifteen
        (date(2002, 9, 1), "not assessed"),  # sixteen on the day
        (date(1970, 1, 1), "not assessed"),
        (date(2018, 9, 15), "not assessed"),
    ],
)
def test_of_school_age_is_who_is_six_to_fifteen_on_1_september(birth_date, expected):
    assert schooling(birth_date, school_status="not_at_school", education_level="primary") == expected


def test_six_and_in_kindergarten_is_unknown():
    assert schooling(date(2012, 9, 1), school_status="preschool") == "unknown"


@pytest.mark.parametrize("facts", [{}, {"school_status": "primary"}, {"school_status": "not_at_school"}])
def test_without_a_birth_date_it_is_unknown(facts):
    household = household_with_child(None, facts={**NOBODY_SAYS, **facts}, identity=None)
    assert state(household, "education") == "unknown"


@pytest.mark.parametrize(
    ("level", "graduated", "expected"),
    [
        ("junior_middle", True, "met"),
        ("senior_middle", True, "met"),
        ("junior_middle", None, "unknown"),  # ask the education bureau
        ("junior_middle", False, "unmet"),  # the bureau has answered
        ("primary", None, "unmet"),
        ("primary", False, "unmet"),
        ("illiterate", None, "unmet"),
        ("primary", True, "unknown"),  # the two contradict each other
        ("", True, "met"),
        ("", None, "unknown"),  # may have finished grade nine: nobody has said
        ("", False, "unmet"),
    ],
)
def test_fourteen_and_not_at_school(level, graduated, expected):
    facts = {"school_status": "not_at_school", "education_level": level, "graduated_grade_nine": graduated}
    assert schooling(FOURTEEN, **facts) == expected


@pytest.mark.parametrize("graduated", [True, None])
def test_thirteen_has_not_finished_grade_nine(graduated):
    born = date(2004, 9, 2)
    facts = {"education_level": "junior_middle", "graduated_grade_nine": graduated}
    assert schooling(born, school_status="not_at_school", **facts) == "unmet"


def test_where_school_begins_at_seven_a_child_of_six_is_not_asked():
    make_parameter("education.start_age", "220503", date(2016, 1, 1), "7")
    assert schooling(date(2012, 1, 1), school_status="not_at_school") == "not assessed"


def test_where_school_begins_at_seven_the_seventh_birthday_counts():
    make_parameter("education.start_age", "220503", date(2016, 1, 1), "7")
    assert schooling(date(2011, 9, 1), school_status="not_at_school") == "unmet"


def test_a_starting_age_of_later_years_does_not_count_yet():
    make_parameter("education.start_age", "220503", date(2018, 10, 1), "7")
    assert schooling(date(2012, 1, 1), school_status="not_at_school") == "unmet"


def test_another_day_to_count_the_age_by():
    make_parameter("education.reference_month_day", "220503", date(2016, 1, 1), "08-31")
    assert schooling(date(2012, 9, 1), school_status="not_at_school") == "not assessed"


def test_29_february_as_the_day_to_count_the_age_by():
    make_parameter("education.reference_month_day", "220503", date(2016, 1, 1), "02-29")
    assert schooling(date(2012, 2, 28), school_status="not_at_school") == "unmet"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("primary", "primary", "met"),
        ("primary", "", "unknown"),
        ("primary", "not_at_school", "unmet"),
        ("", "not_at_school", "unmet"),
        ("", "", "unknown"),
    ],
)
def test_one_child_out_of_school_fails_the_household(first, second, expected):
    household = household_with_child(facts={**NOBODY_SAYS, "school_status": first})
    make_member(household, "王小红", birth_date=EIGHT, facts={**NOBODY_SAYS, "school_status": second})
    assert state(household, "education") == expected


def test_a_child_who_left_the_household_is_not_asked():
    household = household_with_child(facts={"school_status": "not_at_school"}, until=date(2018, 9, 30))
    assert state(household, "education") == "not assessed"


# --- medical ----------------------------------------------------------------------------------------------


def insurance(resident, employee, **head):
    """Medical insurance of a household of one, born 1970."""
    facts = {**NOBODY_SAYS, "resident_insurance": resident, "employee_insurance": employee, **head}
    return state(make_household(head_facts=facts), "medical")


@pytest.mark.parametrize(
    ("resident", "employee", "expected"),
    [
        (True, False, "met"),
        (False, True, "met"),
        (True, True, "met"),
        (True, None, "met"),
        (None, True, "met"),
        (False, False, "unmet"),
        (False, None, "unknown"),
        (None, False, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_either_insurance_will_do(resident, employee, expected):
    assert insurance(resident, employee) == expected


def test_without_facts_of_the_year_insurance_is_unknown():
    household = make_household(members=[{"name": "王小明", "facts": False}])
    assert state(household, "medical") == "unknown"


EXEMPT = [
    ("active_service", "medical.exempt_serving"),
    ("imprisoned", "medical.exempt_imprisoned"),
    ("missing", "medical.exempt_missing"),
]


@pytest.mark.parametrize(("special", "rule"), EXEMPT)
@pytest.mark.parametrize("answer", [True, False, None])
def test_who_serves_is_in_prison_or_missing_is_not_assessed(special, rule, answer):
    assert insurance(answer, answer, special_state=special) == "not assessed"


@pytest.mark.parametrize(("special", "rule"), EXEMPT)
@pytest.mark.parametrize(("answer", "expected"), [(True, "met"), (False, "unmet"), (None, "unknown")])
def test_where_the_rule_is_switched_off_he_is_assessed(special, rule, answer, expected):
    make_parameter(rule, "220503", date(2016, 1, 1), "否")
    assert insurance(answer, answer, special_state=special) == expected


@pytest.mark.parametrize(
    ("born", "insured", "expected"),
    [
        (date(2018, 9, 29), False, "not assessed"),
        (date(2018, 9, 29), None, "not assessed"),
        (date(2018, 7, 2), False, "not assessed"),  # the 90th day after birth is 30 September
        (date(2018, 7, 1), False, "unmet"),
        (date(2018, 7, 1), None, "unknown"),
        (date(2018, 9, 29), True, "met"),
    ],
)
def test_a_newborn_within_grace(born, insured, expected):
    household = make_household(head_facts={"special_state": "missing"})  # nobody else is assessed
    facts = {**NOBODY_SAYS, "resident_insurance": insured, "employee_insurance": insured}
    make_member(household, "王宝", birth_date=born, since=born, join_reason="birth", facts=facts)
    assert state(household, "medical") == expected


def test_a_newborn_without_any_facts_is_not_assessed():
    household = make_household(head_facts={"special_state": "missing"})
    born = date(2018, 9, 1)
    make_member(household, "王宝", birth_date=born, since=born, join_reason="birth", facts=False)
    assert state(household, "medical") == "not assessed"


def test_the_grace_is_a_dated_value_of_the_place():
    make_parameter("medical.newborn_grace_days", "220503", date(2016, 1, 1), "28")
    household = make_household(head_facts={"special_state": "missing"})
    born = date(2018, 9, 1)  # 29 days before the end
    facts = {"resident_insurance": False, "employee_insurance": False}
    make_member(household, "王宝", birth_date=born, since=born, join_reason="birth", facts=facts)
    assert state(household, "medical") == "unmet"


def test_without_a_birth_date_an_uninsured_person_may_be_a_newborn():
    household = make_household(
        members=[
            {
                "name": "王宝",
                "birth_date": None,
                "identity": None,
                "facts": {"resident_insurance": False, "employee_insurance": False},
            }
        ]
    )
    assert state(household, "medical") == "unknown"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"resident_insurance": True}, "met"),
        ({"resident_insurance": False, "employee_insurance": False}, "unmet"),
        ({"resident_insurance": None}, "unknown"),
        ({"resident_insurance": False, "special_state": "active_service"}, "met"),
    ],
)
def test_every_member_has_to_be_insured(second, expected):
    household = make_household(members=[{"name": "王小明", "facts": second}])
    assert state(household, "medical") == expected


def test_one_uninsured_fails_whatever_is_unknown_of_another():
    household = make_household(head_facts={"resident_insurance": None, "employee_insurance": None})
    make_member(household, "王小明", facts={"resident_insurance": False, "employee_insurance": False})
    assert state(household, "medical") == "unmet"


# --- stable income ----------------------------------------------------------------------------------------

NO = {
    "work_months": 0,
    "resident_pension": False,
    "employee_pension": False,
    "receives_dibao": False,
    "receives_tekun": False,
}


def stable(*, visited=date(2018, 9, 20), industry=False, **head):
    survey = {"visited_on": visited, "has_industry": industry}
    return state(make_household(head_facts={**NO, **head}, survey=survey), "stable_income")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "unmet"),
        ({"work_months": 6}, "met"),
        ({"work_months": 5}, "unmet"),
        ({"work_months": None}, "unknown"),
        ({"receives_dibao": True}, "met"),
        ({"receives_tekun": True}, "met"),
        ({"receives_dibao": None}, "unknown"),
        ({"receives_tekun": None}, "unknown"),
        # 48 years old: taking part in a pension scheme is not yet drawing one.
        ({"resident_pension": True}, "unmet"),
        ({"resident_pension": None, "employee_pension": None}, "unmet"),
        ({"industry": True}, "met"),
        ({"industry": None}, "unknown"),
        ({"industry": None, "work_months": 12}, "met"),
        ({"industry": True, "work_months": None, "receives_dibao": None}, "met"),
    ],
)
def test_stable_income_of_a_household_of_one(facts, expected):
    assert stable(**facts) == expected


@pytest.mark.parametrize("facts", [{}, {"work_months": 12}, {"industry": True}, {"receives_dibao": True}])
def test_stable_income_is_unknown_until_somebody_has_visited(facts):
    assert stable(visited=None, **facts) == "unknown"


def with_another(birth_date, **facts):
    """A head who certainly brings nothing, and another member."""
    household = make_household(head_facts=NO, survey={"has_industry": False})
    make_member(household, "王小明", birth_date=birth_date, facts={**NO, **facts})
    return state(household, "stable_income")


@pytest.mark.parametrize(
    ("birth_date", "facts", "expected"),
    [
        (date(1958, 9, 30), {"resident_pension": True}, "met"),  # sixty on the last day
        (date(1958, 9, 30), {"employee_pension": True, "resident_pension": None}, "met"),
        (date(1958, 10, 1), {"resident_pension": True}, "unmet"),  # sixty a day later
        (date(1950, 1, 1), {"resident_pension": None}, "unknown"),
        (date(1950, 1, 1), {"employee_pension": None}, "unknown"),
        (date(1950, 1, 1), {}, "unmet"),
        # Children say nothing, whatever was typed as work.
        (date(2008, 1, 1), {"work_months": None, "receives_dibao": None}, "unmet"),
        (date(2008, 1, 1), {"work_months": 12}, "unmet"),
        (date(2008, 1, 1), {"receives_dibao": True}, "met"),
        (date(2002, 9, 30), {"work_months": 12}, "met"),  # sixteen on the last day
        (date(2002, 10, 1), {"work_months": 12}, "unmet"),
    ],
)
def test_another_member(birth_date, facts, expected):
    assert with_another(birth_date, **facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({}, "unknown"), ({"work_months": 8}, "met"), ({"receives_tekun": True}, "met")],
)
def test_a_member_without_a_birth_date(facts, expected):
    household = make_household(head_facts=NO, survey={"has_industry": False})
    make_member(household, "王小明", birth_date=None, identity=None, facts={**NO, **facts})
    assert state(household, "stable_income") == expected


def test_how_many_months_are_stable_is_a_dated_value():
    make_parameter("stable.months", "220503", date(2016, 1, 1), "3")
    assert stable(work_months=3) == "met"


def test_facts_of_another_year_do_not_count():
    make_year(year=2017)
    household = make_household(members=[{"name": "王小宝", "birth_date": EIGHT, "year": 2017}])
    result = judge(household)
    assert (result.education, result.medical) == (1, 1)
    assert judged_again(household).members == 2
