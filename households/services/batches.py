"""How to judge an area in a year: which places by which standard, under which dated rules."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db.models import Q

from households.models import CountyYear
from households.rules import Rules, rules_for
from poverty.sql.prefix import within
from poverty.standards.in_force import Coverage, coverage
from poverty.standards.subjects import Subject


@dataclass(frozen=True)
class Batch:
    """Surveys to judge by one standard under one set of rules, in one statement."""

    coverage: Coverage
    rules: Rules
    counties: tuple[str, ...]
    everywhere: bool  # all counties of the coverage's area share the rules

    @property
    def codes(self) -> list[str]:
        """Area codes of the batch; inside them the places of more specific standards are not part of it."""
        if self.everywhere:
            return [self.coverage.area_code]
        return [max(county, self.coverage.area_code, key=len) for county in self.counties]

    @property
    def condition(self) -> Q:
        """Condition on Survey: the places of the batch, less those with a more specific standard."""
        condition = within("area_id", self.codes)
        if self.coverage.excluded:
            condition &= ~within("area_id", self.coverage.excluded)
        return condition

    def covers(self, area_code: str) -> bool:
        """Whether a village is judged by this batch."""
        return area_code.startswith(tuple(self.codes)) and not area_code.startswith(self.coverage.excluded)


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def batches(area_code: str, year: int, county_years: Iterable[CountyYear]) -> list[Batch]:
    """How to judge an area: per standard (and its area less more specific ones) and per set of equal rules."""
    rules = {one.area_id: rules_for(one) for one in county_years}
    result = []
    for entry in coverage(Subject.HOUSEHOLD, year, area_code):
        groups: dict[Rules, list[str]] = {}
        for county, own in rules.items():
            if _touches(county, entry.area_code):
                groups.setdefault(own, []).append(county)
        for own, counties in groups.items():
            result.append(Batch(entry, own, tuple(counties), everywhere=len(groups) == 1))
    return result


def digest(work: Iterable[Batch]) -> str:
    """What a judgement rests on besides the facts, as 64 characters: equal only for equal standards and rules."""
    entries = [
        [one.coverage.standard.pk, one.codes, one.coverage.excluded, one.counties, asdict(one.rules)]
        for one in work
    ]
    return hashlib.sha256(json.dumps(entries, default=str, sort_keys=True).encode()).hexdigest()
