"""Saving a fact with its verdict, on the full register."""

from decimal import Decimal
from random import Random

from households.models import Assessment, Household, Survey
from households.services.surveys import save_survey
from tests.bench.output import figure, percentile, seconds
from tests.bench.register import YEAR, clerk

SAVES = 200


def save_with_verdict() -> None:
    """Change the wage income of random households; the verdict is stored when save_survey returns."""
    rng = Random(7)
    n = Household.objects.count()
    first = Household.objects.order_by("id").values_list("id", flat=True)[0]
    times = []
    people = {}
    for number in range(SAVES):
        household = Household.objects.get(pk=first + rng.randrange(n))
        actor = people.get(household.area_id) or people.setdefault(
            household.area_id, clerk(household.area_id)
        )
        survey = Survey.objects.get(household=household, year=YEAR)
        amount = Decimal(rng.randrange(0, 4_000_000)) / 100
        took = seconds(lambda s=survey, a=amount, w=actor: save_survey(s, {"wage_income": a}, actor=w))
        if number >= 10:  # the first ones warm the connection
            times.append(took * 1000)
        version = Household.objects.values_list("facts_version", flat=True).get(pk=household.pk)
        if Assessment.objects.get(household=household, year=YEAR).facts_version != version:
            raise RuntimeError("a save returned before its verdict was stored")
    figure("save_with_verdict_median", n, percentile(times, 0.5), "ms")
    figure("save_with_verdict_p95", n, percentile(times, 0.95), "ms")
