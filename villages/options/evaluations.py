"""日常考评 of resident teams (seed-facts.md F15; procedures.md 9, assessment): results and the periods they are about.

The four results are those of the yearly assessment of cadres (from memory); 合格 and its like are what some counties
write for the same.
"""

from dataclasses import dataclass
from datetime import date

from households.duties.periods import add_months, last_of
from poverty.fields.options import Option, Options

EXCELLENT = "excellent"

EVALUATION_RESULTS = Options(
    "evaluation_results",
    [
        Option(EXCELLENT, "优秀", {}, ("好",)),
        Option("competent", "称职", {}, ("合格", "较好")),
        Option("basic", "基本称职", {}, ("基本合格", "一般")),
        Option("incompetent", "不称职", {}, ("不合格", "差")),
    ],
)


@dataclass(frozen=True)
class Period(Option):
    """A part of a year that is assessed: from which month, how many."""

    first_month: int = 1
    months: int = 3

    def days(self, year: int) -> tuple[date, date]:
        """Its first and last day in a year."""
        first = date(year, self.first_month, 1)
        return first, last_of(add_months(first, self.months - 1))

    def months_of(self, year: int) -> list[date]:
        """The first days of its months."""
        return [add_months(date(year, self.first_month, 1), number) for number in range(self.months)]


EVALUATION_PERIODS = Options(
    "evaluation_periods",
    [
        Period("q1", "第一季度", first_month=1),
        Period("q2", "第二季度", first_month=4),
        Period("half", "上半年", {}, ("半年",), first_month=1, months=6),
        Period("q3", "第三季度", first_month=7),
        Period("q4", "第四季度", first_month=10),
        Period("year", "年度", {}, ("全年", "年终"), first_month=1, months=12),
    ],
)
