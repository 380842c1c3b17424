"""A jump of income against last year is questioned, not refused: whoever enters it says that it is so.

Pages ask in their form; this asks for programs, in the transaction of the save.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count

from households.income_sheet import GROUP_FIELDS, jump, jump_words, net_of, per_head
from households.models import Assessment, CountyYear, Membership, Survey
from poverty.areas.models import Level
from poverty.parameters.services import value_for
from poverty.web.questions import Questioned

PER_HEAD = "per_head"
QUESTIONED = (*GROUP_FIELDS.values(), PER_HEAD)


class LastYear:
    """What surveys are compared with: the last year of each household, its income per head, and who counts now.

    Read for all of them in a few statements. `rows` are of one `year`, of open counties.
    """

    def __init__(self, rows: Iterable[Survey], year: int):
        places = {row.household_id: row.area_id[: Level.COUNTY] for row in rows}
        before = Survey.objects.filter(household__in=list(places), year__lt=year)
        self.last = {
            row.household_id: row for row in before.order_by("household_id", "-year").distinct("household_id")
        }
        results = Assessment.objects.filter(household__in=list(self.last))
        results = results.filter(year__in={row.year for row in self.last.values()})
        self.incomes = {
            (household, of_year): income
            for household, of_year, income in results.values_list("household", "year", "net_income_per_head")
        }
        self._ratios: dict[tuple, Any] = {}
        self.members: dict[int, int] = {}
        for one in CountyYear.objects.filter(area__in=set(places.values()), year=year):
            own = [pk for pk in self.last if places[pk] == one.area_id]
            counted = Membership.objects.counted_on(one.period_to).filter(household__in=own)
            self.members |= dict(counted.order_by().values_list("household").annotate(Count("pk")))

    def ratio(self, area_code: str, on: date) -> Any:
        """From how many times on a change is a jump, in a place on a day."""
        key = (area_code, on)
        if key not in self._ratios:
            self._ratios[key] = value_for("income.jump_ratio", area_code, on)
        return self._ratios[key]


def ask_about_jumps(
    row: Survey,
    changed: Collection[str],
    confirmed: Collection[str],
    year: CountyYear,
    before: LastYear | None = None,
) -> None:
    """Raise Questioned for the totals that changed and, with them, for the income per head.

    `row` as it is to be; `confirmed`: names of QUESTIONED that were answered yes; `before`: read for many rows.
    """
    totals = [name for name in GROUP_FIELDS.values() if name in changed]
    if not totals:
        return
    before = before or LastYear([row], row.year)
    last = before.last.get(row.household_id)
    if last is None:
        return
    pairs = {name: (getattr(row, name), getattr(last, name)) for name in totals}
    members = before.members.get(row.household_id, 0)
    net = net_of({name: getattr(row, name) for name in GROUP_FIELDS.values()})
    pairs[PER_HEAD] = (per_head(net, members), before.incomes.get((row.household_id, last.year)))
    ratio = before.ratio(row.area_id, year.period_to)
    asked = {
        name: jump_words(share, now, before)
        for name, (now, before) in pairs.items()
        if name not in confirmed and (share := jump(now, before, ratio))
    }
    if asked:
        raise Questioned(asked)
