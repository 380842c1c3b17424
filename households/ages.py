"""Age in full years, counted one way everywhere."""

from datetime import date


def age_on(birth_date: date | None, day: date) -> int | None:
    """Age in full years on a day, 0 before birth; None when the birth date is not known."""
    if birth_date is None:
        return None
    years = day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
    return max(years, 0)
