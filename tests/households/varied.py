"""A small register in which everything occurs, for comparing two ways to judge it. Nothing random: household number
`n` takes the n-th value of every list, and the lengths of the lists have no common divisor.
"""

from datetime import date, timedelta
from decimal import Decimal

from households.models import Household, Member, Membership, MemberSurvey, Survey
from poverty.sql.staging import analyze
from tests.factories.areas import make_area, make_settlement, make_settlement_fact
from tests.factories.households import make_household, make_member, make_year

VILLAGES = ("220503100204", "220503100205", "220503200200", "220502200200", "220502200201")
YES_NO = (True, False, None)
MONEY = (
    Decimal("0"),
    None,
    Decimal("3535.00"),
    Decimal("12000.55"),
    Decimal("7070.01"),
    Decimal("800"),
    Decimal("20000"),
)
HOUSES = (
    {"is_dangerous_house": False, "dangerous_grade": "b"},
    {"is_dangerous_house": False, "dangerous_grade": ""},
    {"is_dangerous_house": True, "dangerous_grade": "a"},
    {"is_dangerous_house": True, "dangerous_grade": "d"},
    {"is_dangerous_house": None, "dangerous_grade": ""},
    {"is_dangerous_house": None, "dangerous_grade": "a", "housing_safety": "graded"},
    {"is_dangerous_house": True, "housing_safety": "renovated", "housing_document": "验收单"},
    {"is_dangerous_house": False, "dangerous_grade": "c"},
    {"housing_safety": "guaranteed", "dangerous_grade": "", "housing_document": "租房协议"},
    {"is_dangerous_house": None, "dangerous_grade": "c"},
    {"is_dangerous_house": None, "dangerous_grade": "b"},
)
BIRTHS = (
    date(1950, 3, 1), date(2010, 5, 1), date(1980, 1, 1), date(2004, 2, 2), None, date(2012, 9, 1), date(2018, 9, 1),
    date(1958, 9, 30), date(2002, 9, 1), date(2002, 9, 2), date(2012, 9, 2), date(1990, 1, 1), date(2003, 5, 5),
)  # fmt: skip
SCHOOLS = ("primary", "not_at_school", "", "preschool", "grade_9", "not_at_school", "high_1")
LEVELS = ("junior_middle", "", "primary", "senior_middle", "junior_middle")
REASONS = ("", "weary", "", "illness", "", "", "poverty", "", "", "disability", "")
EXEMPTIONS = ("", "", "", "", "", "home_teaching", "", "", "", "", "", "suspended", "", "", "", "", "")
SPECIAL = ("", "", "", "", "active_service", "", "", "", "", "missing", "", "", "")
MONTHS = (0, 6, None, 5, 12, 0, None)
UNTIL = (None, None, None, None, date(2018, 9, 30), date(2018, 10, 1), None, None, None, None, None)


def _nth(values, number):
    return values[number % len(values)]


def _survey(n: int) -> dict:
    income = {
        name: _nth(MONEY, n // step)
        for step, name in enumerate(
            ("wage_income", "production_income", "property_income", "transfer_income"), start=1
        )
    }
    return {
        **income,
        "production_expense": _nth((Decimal("100"), Decimal("0"), None, Decimal("5000"), Decimal("0")), n),
        "visited_on": None if n % 7 == 3 else date(2018, 8, 1),
        "food_ok": _nth((True, True, None, True, False, True, True, True, True), n),
        "clothing_ok": _nth((True, None, True, True, True, False, True, True, True, True, True), n),
        "housing_safety": "",
        "housing_document": "",
        **_nth(HOUSES, n),
        "water_solved": _nth((None, True, None, None, False), n),
        "water_safe": _nth(YES_NO, n),
        "water_difficult": _nth((False, True, None, None), n),
        "has_power": _nth((None, None, True, None, None, None, False), n),
        "has_broadcasting": _nth((None, True), n),
        "road_reached": _nth((None, None, None, False, None, None, None, None, None, None, True), n),
        "has_industry": _nth((False, True, None, False, False), n),
    }


def _facts(n: int) -> dict | bool:
    if n % 19 == 7:
        return False
    return {
        "school_status": _nth(SCHOOLS, n),
        "education_level": _nth(LEVELS, n),
        "dropout_reason": _nth(REASONS, n),
        "school_exemption": _nth(EXEMPTIONS, n),
        "graduated_grade_nine": _nth((None, True, None, False), n),
        "special_state": _nth(SPECIAL, n),
        "resident_insurance": _nth((True, True, False, True, None), n),
        "employee_insurance": _nth((False, None, True, False, False, False, False), n),
        "work_months": _nth(MONTHS, n),
        "receives_dibao": _nth((False, False, None, False, True), n),
        "receives_tekun": _nth(
            (False, False, False, None, False, False, False, False, False, True, False), n
        ),
        "resident_pension": _nth(YES_NO, n),
        "employee_pension": _nth((False, None, False, False, True), n),
    }


def _settlements() -> list:
    made = []
    for number, village in enumerate(VILLAGES):
        for name in ("一组", "二组", "三组"):
            one = make_settlement(make_area(village), name)
            made.append(one)
            for order, fact in enumerate(("water", "power", "broadcasting", "road")):
                reached = _nth((True, None, False, True, True), number + order + len(made))
                begins = _nth(
                    (date(2016, 1, 1), date(2018, 9, 30), date(2018, 10, 1)), number + order + len(made)
                )
                make_settlement_fact(one, fact, reached, valid_from=begins)
    return made


def make_varied_register(households: int, *, year: int = 2018) -> list:
    """So many households of two counties, with one to four members each, some left out for each reason.

    The second county accounts by the calendar year.
    """
    make_year("220502", year, period_from=date(year, 1, 1), period_to=date(year, 12, 31))
    settlements = _settlements()
    made = []
    for n in range(households):
        settlement = _nth(settlements, n) if n % 4 else None
        facts = _facts(n)
        household = make_household(
            settlement.village_id if settlement else _nth(VILLAGES, n),
            head=None if n % 29 == 11 else f"户主{n}",
            survey=_survey(n),
            settlement=settlement,
            head_facts=facts or None,
        )
        for k in range(n % 4):
            born = _nth(BIRTHS, n + 5 * k)
            make_member(
                household,
                f"成员{n}-{k}",
                birth_date=born,
                identity=None,
                since=max(born or date(2016, 1, 1), date(2016, 1, 1)) + timedelta(days=k),
                until=_nth(UNTIL, n + k),
                facts=_facts(n + 3 * k + 1),
            )
        made.append(household)
    # So many rows of one transaction are unknown to the planner, which may then compare each with each.
    for model in (Household, Member, Membership, Survey, MemberSurvey):
        analyze(model)
    return made
