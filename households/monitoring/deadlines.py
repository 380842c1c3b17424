"""By when a clue must be answered and a case decided: days of the place, all of them or working days only."""

from datetime import date, timedelta

from poverty.parameters.services import values_for

ANSWER, DECIDE, WORKING = "clue.answer_days", "monitoring.decide_days", "monitoring.working_days"
_WEEKEND = 5  # Monday is 0


def answer_due(area_code: str, received_on: date) -> date:
    """The last day for answering a clue that came on a day."""
    return _due(ANSWER, area_code, received_on)


def decision_due(area_code: str, received_on: date) -> date:
    """The last day for the county to decide, counted from the clue."""
    return _due(DECIDE, area_code, received_on)


def _due(code: str, area_code: str, day: date) -> date:
    values = values_for((code, WORKING), area_code, day)
    return last_day(day, values[code], working=values[WORKING])


def last_day(day: date, days: int, *, working: bool) -> date:
    """`days` after a day; `working`: Saturdays and Sundays are not counted (holidays are not known here)."""
    if not working:
        return day + timedelta(days=days)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _WEEKEND
    return day


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
