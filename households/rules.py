"""The dated rules a year is judged by, besides the standard: ages, grace periods, readings of a question.

They are parameters of the county (poverty.parameters), read once per county and year and put into the
statement as constants. Counties with equal rules are judged together.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from households.models import CountyYear
from poverty.parameters.services import values_for

PARAMETERS = (
    "education.start_age",
    "education.end_age",
    "education.reference_month_day",
    "medical.newborn_grace_days",
    "medical.exempt_serving",
    "medical.exempt_imprisoned",
    "medical.exempt_missing",
    "stable.months",
    "water.criteria",
    "housing.flag_alone_is_safe",
    "housing.grade_alone_is_safe",
)


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def day_of_year(year: int, month: int, day: int) -> date:
    """That day of a year; 29 February is the 28th where there is none."""
    return years_before(date(2000, month, day), 2000 - year)


@dataclass(frozen=True)
class Rules:
    """Constants of a judgement. Equal rules are judged in one statement.

    Of compulsory-school age is who was born after `school_born_after` and not later than
    `school_born_until`; 14 and 15 year olds (who may have finished grade nine) not later than
    `finished_born_until`. A newborn within grace was born on `newborn_from` or later: the day of birth is not
    counted, the last day of the grace is.
    """

    year: int
    period_to: date
    school_born_after: date
    school_born_until: date
    finished_born_until: date
    newborn_from: date
    exempt_states: tuple[str, ...]
    stable_months: int
    adult_born_until: date
    pensioner_born_until: date
    water_by_two_flags: bool
    housing_flag_alone_is_safe: bool
    housing_grade_alone_is_safe: bool


def rules_for(county_year: CountyYear) -> Rules:
    """The rules of a county's year, as its parameters stood on the last day of the accounting period.

    Sources: practice.md "Indicators"; every value is a dated parameter with its own source.
    """
    value = values_for(PARAMETERS, county_year.area_id, county_year.period_to)
    month, day = value["education.reference_month_day"]
    school_day = day_of_year(county_year.year, month, day)
    exempt = tuple(
        state
        for code, state in (
            ("medical.exempt_serving", "active_service"),
            ("medical.exempt_imprisoned", "imprisoned"),
            ("medical.exempt_missing", "missing"),
        )
        if value[code]
    )
    return Rules(
        year=county_year.year,
        period_to=county_year.period_to,
        # 15 until the day before the 16th birthday.
        school_born_after=years_before(school_day, value["education.end_age"] + 1),
        school_born_until=years_before(school_day, value["education.start_age"]),
        finished_born_until=years_before(school_day, 14),
        newborn_from=county_year.period_to - timedelta(days=value["medical.newborn_grace_days"]),
        exempt_states=exempt,
        stable_months=value["stable.months"],
        adult_born_until=years_before(county_year.period_to, 16),
        pensioner_born_until=years_before(county_year.period_to, 60),
        water_by_two_flags=value["water.criteria"] == "two_fields",
        housing_flag_alone_is_safe=value["housing.flag_alone_is_safe"],
        housing_grade_alone_is_safe=value["housing.grade_alone_is_safe"],
    )
