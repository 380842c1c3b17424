"""Findings as pages show them: the check's words, the place, whom it concerns, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from households.checks.check import Check
from households.checks.registry import CHECKS, GROUPS
from households.models import Finding
from households.sight import Sight
from poverty.areas.names import short_names


@dataclass(frozen=True)
class FindingLine:
    """A finding. `person` is "" for a household's, and for who sees the household by his sector only."""

    finding: Finding
    check: Check
    group: str
    place: str
    person: str
    may_answer: bool

    @property
    def answered(self) -> bool:
        """Whether an answer counts now."""
        return self.finding.answer_id is not None


def lines_of(findings: Sequence[Finding], user, *, rights: Sequence[str]) -> list[FindingLine]:
    """A page of findings with their words; `rights`: any of them over the household lets the person answer.

    Of a check that is no longer there nothing is shown: the next run closes its findings.
    """
    sight = Sight(user)
    places = short_names(one.area_code for one in findings)
    lines = []
    for one in findings:
        check = CHECKS.get(one.code)
        if check is None:
            continue
        person = one.member.name if one.member_id and sight.whole(one.household) else ""
        may = any(sight.may(right, one.household) for right in rights)
        place = places.get(one.area_code, one.area_code)
        lines.append(FindingLine(one, check, GROUPS[one.code], place, person, may))
    return lines
