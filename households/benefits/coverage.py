"""政策覆盖: per policy and place how many are entitled, how many of them received, and who did not. Set-based.

A policy is asked of the households on the poverty register and under watch, or of their members. Entitled = received +
without, and every number is a list (`rows_of`). Received though not entitled by the register stands apart: either the
register is wrong or the payment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr
from django.db.models.lookups import Exact

from households.benefits.entitlement import NO, UNKNOWN, YES, level_rows, state_of, terms_for
from households.benefits.in_force import policies_in_force
from households.benefits.models import Benefit, Policy
from households.benefits.models.figures import CoverageRun
from households.benefits.querysets import VIEW, areas_of, seen_of
from households.benefits.stored import figures_of, run_of, stored_of, terms_of
from households.models import Household
from households.options.policy_options import FIVE_COVERAGES, HOUSEHOLD, MEMBER, POLICY_GROUPS

_CODE_OF = {HOUSEHOLD: "area_id", MEMBER: "household__area_id"}
_SUBJECT = {HOUSEHOLD: "pk", MEMBER: "member"}
_ZERO = Decimal(0)
_HEAVY = 1_000_000_000  # above any number of rows
# Above a county every county has a catalogue of its own.
COUNTY_LENGTH = 6


@dataclass
class Figures:
    """Of one policy in one place: `received` of the entitled, `others` who received without being entitled by the
    register, yuan paid to all of them.
    """

    entitled: int = 0
    unknown: int = 0
    received: int = 0
    others: int = 0
    amount: Decimal = _ZERO

    @property
    def without(self) -> int:
        """Entitled and has not received."""
        return self.entitled - self.received

    @property
    def rate(self) -> Decimal | None:
        """Received of the entitled in percent, cut to 0.1 so that 100 is said of all only; None: nobody is entitled."""
        if not self.entitled:
            return None
        return Decimal(self.received * 1000 // self.entitled) / 10

    def add(self, other: "Figures") -> None:
        """Sum."""
        self.entitled += other.entitled
        self.unknown += other.unknown
        self.received += other.received
        self.others += other.others
        self.amount += other.amount


@dataclass
class Coverage:
    """Figures of policies by place: `places` {code of a place: {policy id: Figures}}. `as_of`: the moment whose register
    was counted; None: just now.
    """

    policies: list[Policy]
    places: dict[str, dict[int, Figures]] = field(default_factory=dict)
    as_of: datetime | None = None

    def of(self, policy: Policy, place: str | None = None) -> Figures:
        """Of a policy in a place; without one, in all of them together."""
        if place is not None:
            return self.places.get(place, {}).get(policy.pk, Figures())
        return self.summed([policy], None)

    def summed(self, policies: Iterable[Policy], place: str | None) -> Figures:
        """Of several policies together: each entitlement counts once."""
        total = Figures()
        chosen = [place] if place is not None else list(self.places)
        for one in policies:
            for code in chosen:
                total.add(self.places.get(code, {}).get(one.pk, Figures()))
        return total

    def group(self, key: str, place: str | None = None) -> Figures:
        """Of a group of policies."""
        return self.summed([one for one in self.policies if one.group == key], place)


def policies_for(user, area_code: str, year: int) -> list[Policy]:
    """The policies in force whose figures a person sees there: a bureau's officer those of his sector, also where some
    households are paired with him; who is there as a helper alone all of them, of his own households.
    """
    policies = policies_in_force(area_code, year)
    scope = user.scope(VIEW)
    if scope.paired and not reaches([grant.area for grant in scope.grants], area_code):
        return policies
    return [one for one in policies if reaches(areas_of(user, [one.sector]), area_code)]


def is_by_sector(user, area_code: str) -> bool:
    """Whether a person sees of a place some sectors' policies only: a sum over all policies would say something else."""
    scope = user.scope(VIEW)
    limited = reaches([grant.area for grant in scope.grants if grant.sector], area_code)
    return limited and scope.sectors_at(area_code) is not None


def reaches(areas: Iterable[str], area_code: str) -> bool:
    """Whether one of the areas lies in a place, or the place in it."""
    return any(one.startswith(area_code) or area_code.startswith(one) for one in areas)


def coverage(
    user, area_code: str, year: int, *, length: int, policies: Sequence[Policy] | None = None
) -> Coverage:
    """Figures of the policies of a place, grouped by the places of a code length below it.

    As they were worked out last, for whoever sees the place whole; else counted live by two statements a level, for
    whoever is posted by sector as often as his sectors reach different areas.
    """
    policies = policies_for(user, area_code, year) if policies is None else list(policies)
    found, run = Coverage(policies), run_of(area_code, year)
    for (level, areas), own in _together(user, policies).items():
        if known := stored_of(run, own, areas, area_code):
            _take_stored(found, run, known, area_code, length)
        if rest := [one for one in own if one not in known]:
            rows = Household.objects.filter(seen_of(user, [rest[0].sector])).under(area_code)
            _count(found, rest, rows, area_code, year, level, length)
    return found


def coverage_everywhere(policies: Sequence[Policy], area_code: str, year: int, *, length: int) -> Coverage:
    """Figures of policies of all households of a place, counted now: what is stored for the pages."""
    found = Coverage(list(policies))
    for level in (HOUSEHOLD, MEMBER):
        if own := [one for one in policies if one.level == level]:
            _count(found, own, Household.objects.under(area_code), area_code, year, level, length)
    return found


def _together(user, policies: Iterable[Policy]) -> dict[tuple[str, tuple[str, ...]], list[Policy]]:
    """Policies that are counted by the same statement: of a level, seen in the same areas."""
    found: dict[tuple, list[Policy]] = {}
    for one in policies:
        found.setdefault((one.level, areas_of(user, [one.sector])), []).append(one)
    return found


def _take_stored(found: Coverage, run, policies, area_code: str, length: int) -> None:
    for row in figures_of(run, policies, area_code, length):
        figures = _figures(found, row.area_code, row.policy_id)
        figures.entitled, figures.unknown = row.entitled, row.unknown
        figures.received, figures.others, figures.amount = row.received, row.others, row.amount
    found.as_of = run.as_of


def _count(found, policies, rows, area_code, year, level, length) -> None:
    _count_entitled(found, policies, rows, area_code, year, level, length)
    _count_received(found, policies, rows, area_code, year, level, length)


def _figures(found: Coverage, place: str, policy: int) -> Figures:
    return found.places.setdefault(place, {}).setdefault(policy, Figures())


def _count_entitled(found, policies, rows, area_code, year, level, length) -> None:
    terms = terms_for(policies, area_code, year, level)
    # One sum a policy tells both counts, and asks its conditions once: whoever is entitled weighs _HEAVY, who may be 1.
    sums = {
        f"sum_{one.pk}": Sum(Cast(state_of(one, terms, yes=_HEAVY), BigIntegerField())) for one in policies
    }
    counted = level_rows(rows, year, level).order_by().values(place=Substr(_CODE_OF[level], 1, length))
    for row in counted.annotate(**sums):
        for one in policies:
            figures = _figures(found, row["place"], one.pk)
            figures.entitled, figures.unknown = divmod(int(row[f"sum_{one.pk}"]), _HEAVY)


def _count_received(found, policies, rows, area_code, year, level, length) -> None:
    """One row per place and policy code; each benefit is asked by the conditions of its own policy only."""
    terms = terms_for(policies, area_code, year, level)
    by_code = {one.code: one for one in policies}
    state = Case(
        *(When(got__code=one.code, then=state_of(one, terms)) for one in policies), default=Value(NO)
    )
    subject = Count(_SUBJECT[level], distinct=True, filter=Q(entitlement=YES))
    counted = (
        with_benefits(level_rows(rows, year, level), year, level, list(by_code))
        .annotate(entitlement=state)
        .order_by()
        .values("got__code", place=Substr(_CODE_OF[level], 1, length))
        .annotate(
            received=subject,
            everybody=Count(_SUBJECT[level], distinct=True),
            paid=Coalesce(Sum("got__amount"), Value(_ZERO)),
        )
    )
    for row in counted:
        figures = _figures(found, row["place"], by_code[row["got__code"]].pk)
        figures.received, figures.amount = row["received"], row["paid"]
        figures.others = row["everybody"] - row["received"]


def with_benefits(rows: QuerySet, year: int, level: str, codes: Sequence[str]) -> QuerySet:
    """Rows of a level, once for each benefit (`got`) of the year under these policies that stands."""
    if level == MEMBER:
        name, condition = "member__benefits", Q(member__benefits__standing=True, member__benefits__year=year)
    else:
        name = "benefits"
        condition = Q(benefits__standing=True, benefits__year=year, benefits__member__isnull=True)
    # Asked in one filter: a second one would join the benefits a second time, and every yuan would count twice.
    return rows.annotate(got=FilteredRelation(name, condition=condition)).filter(got__code__in=codes)


# What a list shows: how it is named in the address, and in words.
LISTS = {
    "without": "应享受未享受",
    "received": "应享受已享受",
    "unknown": "待核实",
    "others": "不属于却已发放",
    "entitled": "应享受",
}


def rows_of(user, policy: Policy, area_code: str, year: int, what: str, period: str = "") -> QuerySet:
    """The households, or memberships, behind a number of `coverage`; with `period` (a term) received means in that term.

    Raises KeyError for a list that does not exist.
    """
    LISTS[what]
    seen = Household.objects.filter(seen_of(user, [policy.sector])).under(area_code)
    rows = level_rows(seen, year, policy.level)
    terms = terms_for([policy], area_code, year, policy.level)
    rows = rows.annotate(entitlement=state_of(policy, terms), had=_had(policy, year, period))
    if what == "unknown":
        return rows.filter(entitlement=UNKNOWN)
    if what == "others":
        return rows.filter(had=True).exclude(entitlement=YES)
    rows = rows.filter(entitlement=YES)
    if what == "entitled":
        return rows
    return rows.filter(had=what == "received")


def without_terms(
    user, terms: Sequence[tuple[Policy, str]], area_code: str, year: int
) -> list[tuple[int, CoverageRun | None]]:
    """Of each (policy, term) how many are entitled and have not received it: as long as the list of `rows_of` for it.

    As it was worked out last, with that run, for whoever sees the place whole; else counted live (None).
    """
    run = run_of(area_code, year) if terms else None
    found: dict[tuple[int, str], int] = {}
    stored: set[int] = set()
    for (level, areas), own in _together(user, {policy for policy, _ in terms}).items():
        known = stored_of(run, own, areas, area_code)
        if known:
            found |= terms_of(run, known, area_code)
            stored |= {one.pk for one in known}
        if rest := [pair for pair in terms if pair[0] in own and pair[0] not in known]:
            seen = Household.objects.filter(seen_of(user, [rest[0][0].sector])).under(area_code)
            numbers = _without(rest, area_code, year, level)
            counted = level_rows(seen, year, level).order_by().aggregate(**numbers)
            found |= _by_term(rest, counted)
    return [
        (found.get((policy.pk, period), 0), run if policy.pk in stored else None) for policy, period in terms
    ]


def terms_everywhere(
    policies: Sequence[Policy], area_code: str, year: int, *, length: int
) -> dict[str, dict[tuple[int, str], int]]:
    """{place: {(policy id, term): entitled and not paid in it}} of all households of a place, counted now."""
    found: dict[str, dict[tuple[int, str], int]] = {}
    for level in (HOUSEHOLD, MEMBER):
        terms = [(one, term["period"]) for one in policies if one.level == level for term in one.terms]
        if not terms:
            continue
        rows = level_rows(Household.objects.under(area_code), year, level).order_by()
        grouped = rows.values(place=Substr(_CODE_OF[level], 1, length))
        for row in grouped.annotate(**_without(terms, area_code, year, level)):
            found.setdefault(row["place"], {}).update(_by_term(terms, row))
    return found


def _without(terms: Sequence[tuple[Policy, str]], area_code: str, year: int, level: str) -> dict[str, Count]:
    """Counts of rows of a level by the place of a (policy, term) in the sequence."""
    compiled = terms_for([policy for policy, _ in terms], area_code, year, level)
    found = {}
    for number, (policy, period) in enumerate(terms):
        # In this order: who has received is asked of the entitled only.
        is_without = Q(Exact(state_of(policy, compiled), YES)) & ~Q(_had(policy, year, period))
        found[f"n_{number}"] = Count(Case(When(is_without, then=Value(1))))
    return found


def _by_term(terms: Sequence[tuple[Policy, str]], row) -> dict[tuple[int, str], int]:
    return {(policy.pk, period): row[f"n_{number}"] for number, (policy, period) in enumerate(terms)}


def _had(policy: Policy, year: int, period: str) -> Exists:
    rows = Benefit.objects.standing().filter(code=policy.code, year=year)
    if period:
        rows = rows.filter(period=period)
    if policy.level == MEMBER:
        return Exists(rows.filter(member=OuterRef("member")))
    return Exists(rows.filter(household=OuterRef("pk"), member__isnull=True))


def five(found: Coverage) -> list[tuple[str, str, Figures]]:
    """五个全覆盖: (group, words, figures) of all places together."""
    return [(key, POLICY_GROUPS.label(key), found.group(key)) for key in FIVE_COVERAGES]
