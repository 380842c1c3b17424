"""政策逐一对照: of one household every policy in force, entitled or not and why, and what was received."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from households.benefits.conditions import compiled, words_of
from households.benefits.entitlement import (
    NO,
    UNKNOWN,
    YES,
    households_in_question,
    members_in_question,
    terms_for,
)
from households.benefits.in_force import policies_in_force
from households.benefits.models import Benefit, Policy
from households.benefits.querysets import VIEW
from households.models import Household
from households.options.policy_options import HOUSEHOLD, MEMBER
from households.querysets import paired_with


@dataclass(frozen=True)
class Reason:
    """One condition in words, and whether it holds (None: not known)."""

    words: str
    holds: bool | None


@dataclass(frozen=True)
class Whose:
    """The household, or one of its members, against a policy."""

    name: str  # "" for the household
    member_id: int | None
    state: int
    reasons: tuple[Reason, ...]
    benefits: tuple[Benefit, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Yuan received in the year."""
        return sum((one.amount for one in self.benefits if one.amount is not None), Decimal(0))

    @property
    def is_without(self) -> bool:
        """Entitled, and nothing received."""
        return self.state == YES and not self.benefits

    @property
    def missing(self) -> list[str]:
        """The conditions that nobody knows."""
        return [one.words for one in self.reasons if one.holds is None]


@dataclass
class Line:
    """One policy: whoever is entitled, may be, or received; nobody: `rows` is empty."""

    policy: Policy
    rows: list[Whose] = field(default_factory=list)

    @property
    def state(self) -> int:
        """The best of its rows; NO where there is none."""
        return max((one.state for one in self.rows), default=NO)

    @property
    def received(self) -> bool:
        """Whether anything was received."""
        return any(one.benefits for one in self.rows)

    @property
    def amount(self) -> Decimal:
        """Yuan received in the year."""
        return sum((one.amount for one in self.rows), Decimal(0))

    @property
    def conditions(self) -> list[str]:
        """What the policy asks, in words."""
        return [words_of(one, self.policy.level) for one in self.policy.entitled]


def match(user, household: Household, year: int) -> list[Line] | None:
    """Every policy in force that the person sees, in the catalogue's order; None when the household is not asked at all
    (never on the poverty register and not under watch). Four queries, however many policies.
    """
    policies = _policies_seen(user, household, year)
    rows = Household.objects.filter(pk=household.pk)
    if not households_in_question(rows, year).exists():
        return None
    got = _benefits(user, household, year)
    lines = {one.pk: Line(one) for one in policies}
    own = [one for one in policies if one.level == HOUSEHOLD]
    for row in _asked(own, households_in_question(rows, year), household, year, HOUSEHOLD, ("pk",)):
        for one in own:
            had = tuple(got.get((one.code, None), ()))
            found = _whose(one, row, "", None, had)
            if found.state != NO or had:
                lines[one.pk].rows.append(found)
    own = [one for one in policies if one.level == MEMBER]
    columns = ("member_id", "member__name")
    for row in _asked(own, members_in_question(rows, year), household, year, MEMBER, columns):
        for one in own:
            had = tuple(got.get((one.code, row["member_id"]), ()))
            found = _whose(one, row, row["member__name"], row["member_id"], had)
            if found.state != NO or had:
                lines[one.pk].rows.append(found)
    return list(lines.values())


def _policies_seen(user, household: Household, year: int) -> list[Policy]:
    """Those in force whose sectors the person sees of this household: all of them where it is paired with him."""
    policies = policies_in_force(household.area_id, year)
    scope = user.scope(VIEW)
    sectors = scope.sectors_at(household.area_id)
    if sectors is None or (scope.paired and paired_with(user).filter(household=household).exists()):
        return policies
    return [one for one in policies if one.sector in sectors]


def _benefits(user, household: Household, year: int) -> dict[tuple[str, int | None], list[Benefit]]:
    found: dict[tuple[str, int | None], list[Benefit]] = defaultdict(list)
    rows = Benefit.objects.visible_to(user, VIEW).standing().filter(household=household, year=year)
    for one in rows.order_by("paid_on", "pk"):
        found[one.code, one.member_id].append(one)
    return found


def _asked(policies, rows, household, year, level, columns) -> list[dict[str, Any]]:
    if not policies:
        return []
    terms = terms_for(policies, household.area_id, year, level)
    each = {
        f"c_{one.pk}_{place}": compiled(given, terms)
        for one in policies
        for place, given in enumerate(one.entitled)
    }
    return list(rows.annotate(**each).order_by("pk").values(*columns, *each))


def _whose(policy: Policy, row: dict[str, Any], name: str, member_id: int | None, had) -> Whose:
    reasons = tuple(
        Reason(words_of(given, policy.level), row[f"c_{policy.pk}_{place}"])
        for place, given in enumerate(policy.entitled)
    )
    return Whose(name, member_id, state_of_reasons(reasons), reasons, had)


def state_of_reasons(reasons: tuple[Reason, ...]) -> int:
    """As entitlement.state_of: one that does not hold excludes, whatever else is unknown."""
    if any(one.holds is False for one in reasons):
        return NO
    return UNKNOWN if any(one.holds is None for one in reasons) else YES
