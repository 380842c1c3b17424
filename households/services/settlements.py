"""What reaches a natural village or group: stated once, judged again for every household that inherits it."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Left

from households.models import CountyYear, Household, Survey
from households.services.assess import judge_households
from households.services.facts import note_facts, touch
from households.services.locking import lock_households
from households.storing import Counts
from poverty.areas.models import Settlement, SettlementFact
from poverty.areas.services import set_fact
from poverty.sql.locks import share
from poverty.sql.prefix import within


def inheriting(settlement: Settlement, years: list[int]) -> dict[int, list[int]]:
    """Household ids by year of the surveys that stand in a settlement."""
    found: dict[int, list[int]] = {}
    rows = Survey.objects.filter(settlement=settlement, year__in=years).order_by("year", "household_id")
    for year, household in rows.values_list("year", "household_id"):
        found.setdefault(year, []).append(household)
    return found


def _standing_in(settlement: Settlement) -> set[int]:
    """Households that live in a settlement or have facts of some year there."""
    living = Household.objects.filter(settlement=settlement).values_list("pk", flat=True)
    surveyed = Survey.objects.filter(settlement=settlement).values_list("household_id", flat=True)
    return {*living, *surveyed}


def last_day_inherited(settlement_id: int) -> date | None:
    """The last end of an accounting period for which a household is judged by what reaches a settlement; None: none.

    Also of households that have moved away since, and of closed years, which a document may open again.
    """
    rows = Survey.objects.filter(settlement=settlement_id)
    asked = rows.annotate(county=Left("area_id", 6)).order_by().values_list("county", "year").distinct()
    years = CountyYear.objects.filter(year__in={year for _, year in asked}).order_by("-period_to")
    for one in years.filter(area_id__in={county for county, _ in asked}):
        judged = Household.objects.judged_in(one.period_to)
        here = rows.filter(within("area_id", [one.area_id]), year=one.year)
        if here.filter(household__in=judged).exists():
            return one.period_to
    return None


@transaction.atomic
def state_fact(
    settlement: Settlement, fact: str, *, actor, on: date, **content
) -> tuple[SettlementFact, Counts]:
    """State a shared fact of a settlement from a day on and judge again, in the same transaction, its households.

    Judged are the open years whose accounting period ends on that day or later; closed years keep their results.
    Who states it has entered a fact of each of these households, and checks and decides none of their cases.
    Returns the row and what the judging did. Raises what poverty.areas.services.set_fact raises.
    """
    known = lock_households(_standing_in(settlement))
    places = Survey.objects.filter(settlement=settlement).values_list("area_id", flat=True).distinct()
    years = share(
        CountyYear.objects.filter(
            area_id__in={code[:6] for code in [settlement.village_id, *places]}, period_to__gte=on
        ).order_by("area_id", "year")
    )
    row = set_fact(settlement, fact, actor=actor, on=on, **content)
    concerned = inheriting(
        settlement, sorted({one.year for one in years if one.state == CountyYear.State.OPEN})
    )
    ids = {household for ids in concerned.values() for household in ids}
    lock_households(ids - known.keys())  # who came while we waited for the settlement
    touch(ids)
    note_facts(ids, actor)
    total = Counts()
    for year, ids in concerned.items():
        total += judge_households(ids, year)
    return row, total
