"""政策享受 on the household's page: what was received by policy and year in yuan, loans, jobs, training, solar
shares, agreements by which businesses buy of it.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from households.benefits.models import Benefit, BenefitIncome, Job, Loan, SolarShare, Trainee
from households.benefits.querysets import VIEW
from households.sales.tab import sales_of

YEARS = 4  # shown beside each other, the latest first


@dataclass
class Received:
    """One policy: yuan by year (None: nothing received), how often a service without money."""

    name: str
    years: dict[int, Decimal | None] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)

    def cells(self, years: list[int]) -> list[tuple[Decimal | None, int]]:
        """(yuan, times) by year; the times of a service are said where there is no money."""
        return [(self.years.get(year), self.times.get(year, 0)) for year in years]


def benefits_tab(head) -> dict:
    """What the tab shows of a household that is seen whole; a handful of queries."""
    household = head.household  # visible to whoever asks, and whole
    if not head.can(VIEW):
        return {"sees_benefits": False}
    rows = Benefit.objects.standing().filter(household=household)
    found: dict[str, Received] = {}
    years: set[int] = set()
    for code, name, year, amount, times in _by_policy(rows):
        years.add(year)
        one = found.setdefault(code, Received(name))
        one.years[year], one.times[year] = amount, times
    shown = sorted(years | {head.year}, reverse=True)[:YEARS]
    lines = [
        (one.name, one.cells(shown)) for one in found.values() if any(year in one.times for year in shown)
    ]
    totals = [
        sum((one.years.get(year) or Decimal(0) for one in found.values()), Decimal(0)) for year in shown
    ]
    return {
        "sees_benefits": True,
        "years": shown,
        "lines": sorted(lines),
        "totals": totals,
        "asked": list(BenefitIncome.objects.asked().filter(household=household, year=head.year)),
        "may_answer": head.can("income.edit"),
        "may_record": head.is_open and head.can("benefit.record"),
        "loans": list(Loan.objects.standing().filter(household=household).order_by("-starts_on")),
        "jobs": list(Job.objects.standing().filter(household=household).select_related("member")),
        "trainings": list(
            Trainee.objects.standing().filter(household=household).select_related("member", "training")
        ),
        "shares": list(
            SolarShare.objects.standing().filter(household=household).select_related("station", "member")
        ),
        "sales": sales_of(head),
    }


def _by_policy(rows):
    found: dict[tuple[str, int], list] = {}
    for code, name, year, amount in rows.order_by("paid_on", "pk").values_list(
        "code", "policy__name", "year", "amount"
    ):
        kept = found.setdefault((code, year), [name, None, 0])
        kept[0], kept[2] = name, kept[2] + 1
        if amount is not None:
            kept[1] = (kept[1] or Decimal(0)) + amount
    return [(code, name, year, amount, times) for (code, year), (name, amount, times) in found.items()]


def paid_words(household_id: int, year: int) -> dict[str, str]:
    """Item -> what of it was paid under policies, in words for the income sheet. One query."""
    rows = BenefitIncome.objects.filter(household=household_id, year=year)
    words = {}
    for one in rows.filter(Q(paid__gt=0) | Q(state=BenefitIncome.State.ASKED)):
        said = f"其中政策发放 {one.paid:,.2f} 元"
        if not one.paid:
            said = "政策发放已冲销，表中金额待核对"
        elif one.state == BenefitIncome.State.ASKED:
            said = f"政策发放 {one.paid:,.2f} 元，与表中不一致，待核对"
        elif one.state == BenefitIncome.State.CLOSED:
            said = f"政策发放 {one.paid:,.2f} 元，登记时年度已关闭，未计入"
        words[one.item] = said
    return words
