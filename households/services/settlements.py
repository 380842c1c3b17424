"""What reaches a natural village or group: stated once, judged again for every household that inherits it."""

from datetime import date

from django.db import transaction

from households.judging import Counts
from households.models import CountyYear, Survey
from households.services.assess import judge_households
from households.services.facts import touch
from poverty.areas.models import Settlement, SettlementFact
from poverty.areas.services import set_fact
from poverty.sql.locks import share


def inheriting(settlement: Settlement, years: list[int]) -> dict[int, list[int]]:
    """Household ids by year of the surveys that stand in a settlement."""
    found: dict[int, list[int]] = {}
    rows = Survey.objects.filter(settlement=settlement, year__in=years).order_by("year", "household_id")
    for year, household in rows.values_list("year", "household_id"):
        found.setdefault(year, []).append(household)
    return found


@transaction.atomic
def state_fact(
    settlement: Settlement, fact: str, *, actor, on: date, **content
) -> tuple[SettlementFact, Counts]:
    """State a shared fact of a settlement from a day on and judge again, in the same transaction, its households.

    Judged are the open years whose accounting period ends on that day or later; closed years keep their results.
    Returns the row and what the judging did. Raises what poverty.areas.services.set_fact raises.
    """
    row = set_fact(settlement, fact, actor=actor, on=on, **content)
    years = share(CountyYear.objects.filter(area_id=settlement.village_id[:6], period_to__gte=on))
    concerned = inheriting(settlement, [one.year for one in years if one.state == CountyYear.State.OPEN])
    touch({household for ids in concerned.values() for household in ids})
    total = Counts()
    for year, ids in concerned.items():
        total += judge_households(ids, year)
    return row, total
