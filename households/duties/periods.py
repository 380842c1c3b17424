"""Calendar periods of one, two, three, four, six or twelve months: in Python and in the database alike."""

from calendar import monthrange
from datetime import date

from django.db.models import DateField, Func, IntegerField


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def add_months(first: date, months: int) -> date:
    """The first day of the month so many months later (or, negative, earlier)."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def period_of(day: date, months: int) -> tuple[date, date]:
    """First and last day of the period of `months` months in which a day lies; the year's first begins in January."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, last_of(add_months(first, months - 1))


class PeriodStart(Func):
    """The first day of the period in which a day lies: PeriodStart(day, months)."""

    function = "households_period_start"
    output_field = DateField()


class MonthsLater(Func):
    """The same day of the month so many months later: MonthsLater(first_of_a_month, months)."""

    template = "(%(expressions)s))::date"
    arg_joiner = " + make_interval(months => "
    output_field = DateField()


class DaysLater(Func):
    """A day so many days later or, with a negative number, earlier: DaysLater(day, days)."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = DateField()


class DaysBetween(Func):
    """Whole days from one day to another: DaysBetween(later, earlier)."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()
