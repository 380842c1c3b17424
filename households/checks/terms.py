"""What the checks of a year are worked out with: ages by day, and the thresholds as they stood in the county."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.models import CountyYear
from households.rules import Rules, day_of_year, rules_for, years_before
from poverty.parameters.services import values_for

_SCHOOL_DAY = "education.reference_month_day"


@dataclass(frozen=True)
class Terms:
    """The dated rules of a county's year and the thresholds of its checks.

    Ages are counted on the last day of the accounting period; for school on the day of the year that the county
    counts school ages by.
    """

    rules: Rules
    values: Mapping[str, Any]
    school_day: date
    today: date

    @property
    def year(self) -> int:
        """The year whose facts are checked."""
        return self.rules.year

    @property
    def period_to(self) -> date:
        """The last day of its accounting period."""
        return self.rules.period_to

    def __getitem__(self, code: str) -> Any:
        """The value of a parameter; None where the county knows none."""
        return self.values[code]

    def aged(self, age: int) -> date:
        """Who was born on this day or earlier has this age or more."""
        return years_before(self.period_to, age)

    def older_than(self, age: int) -> date:
        """Who was born on this day or earlier is older than this age; whoever was born later is not."""
        return years_before(self.period_to, age + 1)

    def pupil_aged(self, age: int) -> date:
        """As `aged`, on the school day."""
        return years_before(self.school_day, age)

    def pupil_older_than(self, age: int) -> date:
        """As `older_than`, on the school day."""
        return years_before(self.school_day, age + 1)


def terms_for(county_year: CountyYear, codes: Iterable[str], *, today: date) -> Terms:
    """The terms of a county's year, with these parameters as they stood on the last day of its accounting period.

    `today` is for what is true of the register now: who has a helper.
    """
    values = values_for({*codes, _SCHOOL_DAY}, county_year.area_id, county_year.period_to)
    month, day = values[_SCHOOL_DAY]
    return Terms(rules_for(county_year), values, day_of_year(county_year.year, month, day), today)
