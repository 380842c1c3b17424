"""Deadlines of terms (雨露计划 春季6月10日前核定、6月底补助……): who is entitled and has not been paid for the term."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from households.benefits.coverage import COUNTY_LENGTH, policies_for, without_terms
from households.benefits.models import Policy
from households.benefits.services.figuring import is_changed
from households.benefits.services.policies import day_in
from households.options.policy_options import MEMBER, TERMS

AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """A term of a policy that is near its deadline or past it: how many entitled were not paid for it, as of a moment
    (None: just now). 0 then says that there was nobody, and that something was recorded since.
    """

    policy: Policy
    period: str
    year: int
    check_by: date | None
    pay_by: date | None
    without: int
    today: date
    as_of: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether the last of its deadlines has passed."""
        last = self.pay_by or self.check_by
        return last is not None and last < self.today

    @property
    def unit(self) -> str:
        """What `without` counts."""
        return "人" if self.policy.level == MEMBER else "户"

    @property
    def words(self) -> str:
        """2018年春季学期：6月10日前核定，6月30日前发放."""
        said = [
            f"{one.month}月{one.day}日前{what}"
            for one, what in ((self.check_by, "核定"), (self.pay_by, "发放"))
            if one is not None
        ]
        return f"{self.year}年{TERMS.label(self.period)}：{'，'.join(said)}"


def due_terms(user, area_code: str, year: int, today: date | None = None) -> list[Due]:
    """Terms of the year whose deadline comes within 30 days or has passed, with somebody entitled and not paid. One
    statement a level, however many terms; for whoever is posted by sector, as often as his sectors reach different
    areas. Empty above a county. Where the numbers are of an earlier moment, a term without anybody stays as long as
    something was recorded since: nobody is left out whom its list would show.
    """
    if len(area_code) < COUNTY_LENGTH:
        return []
    today = today or timezone.localdate()
    near = [one for one in _terms(user, area_code, year) if _first(one) and _first(one) - AHEAD <= today]
    numbers = without_terms(user, [(one.policy, one.period) for one in near], area_code, year)
    may_be_more = {
        run.pk
        for run in {run for number, run in numbers if run is not None and not number}
        if is_changed(run)
    }
    found = [
        replace(one, without=number, today=today, as_of=run and run.as_of)
        for one, (number, run) in zip(near, numbers, strict=True)
        if number or (run is not None and run.pk in may_be_more)
    ]
    return sorted(found, key=lambda one: (one.pay_by or one.check_by, one.policy.name))


def _terms(user, area_code: str, year: int) -> Iterator[Due]:
    for policy in policies_for(user, area_code, year):
        for term in policy.terms:
            check_by, pay_by = day_in(term["check_by"], year), day_in(term["pay_by"], year)
            yield Due(policy, term["period"], year, check_by, pay_by, 0, date.min)


def _first(one: Due) -> date | None:
    return min(filter(None, (one.check_by, one.pay_by)), default=None)
